/**
 * What was learned about an engine on this host, kept so that it is learned once. Keyed by the binary's path, size and
 * time of change: another binary starts with a clean sheet.
 *
 * @module
 */

import type { Dirs } from "../../host/dirs.ts";
import { flag, optional, shape, tableOf, text } from "../../host/shape.ts";
import { FileLock, readJson, type Schema, writeJson } from "../../host/store.ts";
import { debug } from "../../host/log.ts";

/** What a run has to take account of. */
export interface EngineFacts {
  /** The OCI runtime to use instead of the engine's own choice. */
  readonly runtime?: string | undefined;
  /** Resource limits of processes must be kept within what this host allows. */
  readonly clampUlimits?: boolean | undefined;
  /** `keep-id` cannot be told which user to become. */
  readonly plainKeepId?: boolean | undefined;
}

const schema: Schema<Record<string, EngineFacts>> = tableOf(shape({
  runtime: optional(text),
  clampUlimits: optional(flag),
  plainKeepId: optional(flag),
}));

/** The facts about one binary. */
export class FactsFile {
  readonly #path: string;
  readonly #key: string;
  #facts: EngineFacts;

  private constructor(path: string, key: string, facts: EngineFacts) {
    this.#path = path;
    this.#key = key;
    this.#facts = facts;
  }

  /** Reads what is known about a binary. An unreadable file counts as empty: facts are learned again. */
  static async open(dirs: Dirs, binary: string): Promise<FactsFile> {
    const path = `${dirs.cache}/engines.json`;
    const [info, all] = await Promise.all([
      Deno.stat(binary),
      readJson(path, schema).catch((error: unknown) => {
        debug(() => `engine facts are learned again: ${error}`);
        return undefined;
      }),
    ]);
    const key = `${binary}:${info.size}:${info.mtime?.getTime() ?? 0}`;
    return new FactsFile(path, key, all?.[key] ?? {});
  }

  /** What is known. */
  get facts(): EngineFacts {
    return this.#facts;
  }

  /** Adds to what is known, for this process and the next ones. */
  async learn(more: EngineFacts): Promise<void> {
    await this.#store({ ...this.#facts, ...more });
  }

  /** Forgets everything: the host has changed. */
  async forget(): Promise<void> {
    await this.#store({});
  }

  async #store(facts: EngineFacts): Promise<void> {
    this.#facts = facts;
    using _lock = await FileLock.acquire(`${this.#path}.lock`);
    const all = await readJson(this.#path, schema).catch(() => undefined) ?? {};
    all[this.#key] = facts;
    await writeJson(this.#path, all);
  }
}
