/**
 * A folder for one build or one export, gone when it is over, however it ends.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { cannot } from "../host/store.ts";
import { BUNDLED_FILES, type Recipe } from "./containerfiles.ts";
import { HOST_CERTIFICATES, hostCertificates } from "./host_certificates.ts";

/** How names of the folders for builds begin. */
const BUILD = "rig-build-";
/** The same, for exports. */
export const EXPORT = "rig-export-";
/** The lock, in the state folder, under which folders are made: by the beginning of their names. */
export const RIG_LOCKS: Readonly<Record<string, string>> = {
  [BUILD]: "rigs.lock",
  [EXPORT]: "rig-export.lock",
};

/** A folder below the cache that removes itself. */
export class Scratch implements AsyncDisposable {
  private constructor(readonly path: string) {}

  /** Makes one. */
  static async create(dirs: Dirs, prefix: string = BUILD): Promise<Scratch> {
    const path = `${dirs.cache}/${prefix}${crypto.randomUUID().slice(0, 8)}`;
    try {
      await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw cannot("create", path, cause);
    }
    return new Scratch(path);
  }

  /** Writes a file, in place of whatever has its name; its folder is there. */
  async write(name: string, text: string): Promise<string> {
    const path = `${this.path}/${name}`;
    await Scratch.remove(path);
    await Deno.writeTextFile(path, text, { createNew: true });
    // COPY takes the mode along, and our own umask may be strict.
    await Deno.chmod(path, 0o644);
    return path;
  }

  /** Removes what a killed program left. Only while holding the lock under which they are made. */
  static async sweep(dirs: Dirs, prefix: string = BUILD): Promise<void> {
    for (const path of Scratch.left(dirs, prefix)) await Scratch.remove(path);
  }

  /** The folders there are, in use or not. */
  static left({ cache }: Dirs, prefix: string): readonly string[] {
    try {
      return [...Deno.readDirSync(cache)].filter(({ isDirectory, name }) =>
        isDirectory && name.startsWith(prefix)
      )
        .map(({ name }) => `${cache}/${name}`);
    } catch {
      return []; // no cache yet, or not ours to clean
    }
  }

  /** Removes one; no error where that fails. */
  static async remove(path: string): Promise<void> {
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }

  /**
   * The Containerfile and the folder a recipe is built with. A bundled recipe gets a folder with the files it copies;
   * the user's own is built where it lies.
   */
  async context(recipe: Recipe): Promise<{ containerfile: string; context: string }> {
    if (recipe.path !== undefined) {
      return { containerfile: recipe.path, context: recipe.path.slice(0, recipe.path.lastIndexOf("/")) };
    }
    const copied = { ...BUNDLED_FILES, [HOST_CERTIFICATES]: await hostCertificates() };
    const files = [
      ...Object.entries(copied).filter(([name]) => recipe.text.includes(name)),
      [`Containerfile.${recipe.name}`, labelled(recipe)] as const,
    ];
    for (const [name, text] of files) {
      await this.write(name, text);
    }
    return { containerfile: `${this.path}/Containerfile.${recipe.name}`, context: this.path };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Scratch.remove(this.path);
  }
}

/** Says from its first step on whose build it is, so that `system prune` knows what a build that did not end has left. */
function labelled({ name, text }: Recipe): string {
  return text.replace(/^FROM .*$/m, (from) => `${from}\nLABEL kanibako.rig=${name}`);
}
