/**
 * The copies of agents that tweakcc has changed: made once for a program and a configuration, in the cache of this machine. A copy that
 * could not be made is not tried again for a day, or each start would take seconds more.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { run } from "../../host/process.ts";
import { FileLock, readJson, type Schema, writeJson, writeText } from "../../host/store.ts";
import { number, schemaOf, shape, text } from "../../host/light_schema.ts";
import { type TweakedCopy, unchanged } from "./tweak.ts";

/** How many copies stay: each is as large as the program. */
const KEPT = 3;
const AGAIN_MS = 24 * 60 * 60 * 1000;
const MOST_MS = 180_000;
/** A copy of a program is not much smaller than the program. */
const LEAST_SHARE = 0.5;

const failure: Schema<{ why: string; at: number }> = schemaOf(shape({ why: text, at: number }));

/** The copies in a cache folder of ours. */
export class TweakedCopies {
  readonly #folder: string;
  readonly #mostMs: number;

  /** `cache`: the cache folder; `mostMs`: how long making one may take. */
  constructor(cache: string, mostMs: number = MOST_MS) {
    this.#folder = `${cache}/tweakcc`;
    this.#mostMs = mostMs;
  }

  /** Where a copy is, or will be. */
  pathOf({ key }: TweakedCopy): string {
    return `${this.#folder}/${key}/program`;
  }

  /** Whether it is there. */
  has(copy: TweakedCopy): boolean {
    try {
      return Deno.lstatSync(this.pathOf(copy)).isFile;
    } catch {
      return false;
    }
  }

  /** Why it could not be made a while ago; `undefined`: that is to be tried. */
  async failed({ key }: TweakedCopy): Promise<string | undefined> {
    const last = await readJson(this.#failure(key), failure).catch(() => undefined);
    return last && Math.abs(Date.now() - last.at) < AGAIN_MS ? last.why : undefined;
  }

  /**
   * Makes it, unless it is there; one process at a time. `path`: the PATH of tweakcc. Throws `tweakcc` where it cannot be made, which
   * is remembered.
   */
  async make(copy: TweakedCopy, path: string): Promise<void> {
    Deno.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    using _lock = await FileLock.acquire(`${this.#folder}/lock`);
    if (this.has(copy)) return;
    const staging = `${this.#folder}/.staging`;
    await Deno.remove(staging, { recursive: true }).catch(() => {});
    try {
      await this.#patch(copy, path, staging);
      await Deno.remove(this.#failure(copy.key)).catch(() => {});
    } catch (error) {
      const why = error instanceof KanibakoError ? error.message : String(error);
      await writeJson(this.#failure(copy.key), { why, at: Date.now() });
      throw error;
    } finally {
      await Deno.remove(staging, { recursive: true }).catch(() => {});
    }
    await this.#sweep(copy.key);
  }

  async #patch(
    { key, original, title, program, config }: TweakedCopy,
    path: string,
    staging: string,
  ): Promise<void> {
    const made = `${staging}/made`;
    Deno.mkdirSync(`${staging}/config`, { recursive: true, mode: 0o700 });
    Deno.mkdirSync(made, { mode: 0o700 });
    // Its name tells tweakcc what it is.
    const name = original.slice(original.lastIndexOf("/") + 1);
    const copy = `${made}/${name}`;
    await Deno.copyFile(original, copy);
    await Deno.chmod(copy, 0o755);
    await writeText(`${staging}/config/config.json`, config);
    const result = await run([program, "--apply"], {
      cwd: staging,
      env: {
        HOME: staging,
        PATH: path,
        NO_COLOR: "1",
        TWEAKCC_CONFIG_DIR: `${staging}/config`,
        TWEAKCC_CC_INSTALLATION_PATH: copy,
      },
      timeoutMs: this.#mostMs,
    });
    if (result.timedOut) throw unchanged(title, "it takes too long");
    if (result.code !== 0) {
      throw unchanged(
        title,
        reason(`${result.stderr}${result.stdout}`.replaceAll(copy, name)) ?? `it ended with ${result.code}`,
      );
    }
    const { isFile, size } = await Deno.lstat(copy);
    if (!isFile || size < LEAST_SHARE * (await Deno.stat(original)).size) {
      throw unchanged(title, "it left no whole program");
    }
    await Deno.rename(copy, `${made}/program`);
    await Deno.remove(`${this.#folder}/${key}`, { recursive: true }).catch(() => {});
    await Deno.rename(made, `${this.#folder}/${key}`);
  }

  /** Removes all but the latest copies. A box that runs keeps the one it has. */
  async #sweep(key: string): Promise<void> {
    const found: { name: string; at: number }[] = [];
    for await (const { name, isDirectory } of Deno.readDir(this.#folder)) {
      if (!isDirectory || name === key || !/^[0-9a-f]{16}$/.test(name)) continue;
      found.push({ name, at: (await Deno.stat(`${this.#folder}/${name}`)).mtime?.getTime() ?? 0 });
    }
    found.sort((a, b) => b.at - a.at);
    for (const { name } of found.slice(KEPT - 1)) {
      await Deno.remove(`${this.#folder}/${name}`, { recursive: true });
    }
  }

  #failure(key: string): string {
    return `${this.#folder}/${key}.failed.json`;
  }
}

/** The last line in which it says what went wrong. */
function reason(output: string): string | undefined {
  const line = output.split("\n").filter((one) => /^\s*(\w*Error|error): /.test(one)).at(-1);
  return line?.replace(/^\s*(\w*Error|error): /, "").replaceAll(/\p{Cc}/gu, " ").trim().replace(/\.$/, "")
    .slice(0, 200);
}
