/**
 * A folder for one build, gone when the build is over, however it ends.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { cannot } from "../host/store.ts";
import { BUNDLED_FILES, type Recipe } from "./containerfiles.ts";
import { HOST_CERTIFICATES, hostCertificates } from "./host_certificates.ts";

const PREFIX = "rig-build-";

/** A folder below the cache that removes itself. */
export class Scratch implements AsyncDisposable {
  private constructor(readonly path: string) {}

  /** Makes one. */
  static async create(dirs: Dirs): Promise<Scratch> {
    const path = `${dirs.cache}/${PREFIX}${crypto.randomUUID().slice(0, 8)}`;
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
    await remove(path);
    await Deno.writeTextFile(path, text, { createNew: true });
    // COPY takes the mode along, and our own umask may be strict.
    await Deno.chmod(path, 0o644);
    return path;
  }

  /** Removes what a killed program left. Only while holding the lock under which they are made. */
  static async sweep(dirs: Dirs): Promise<void> {
    try {
      for await (const entry of Deno.readDir(dirs.cache)) {
        if (entry.isDirectory && entry.name.startsWith(PREFIX)) await remove(`${dirs.cache}/${entry.name}`);
      }
    } catch { /* no cache yet, or not ours to clean */ }
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
      [`Containerfile.${recipe.name}`, recipe.text] as const,
    ];
    for (const [name, text] of files) {
      await this.write(name, text);
    }
    return { containerfile: `${this.path}/Containerfile.${recipe.name}`, context: this.path };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await remove(this.path);
  }
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
}
