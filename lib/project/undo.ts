/**
 * Steps that are taken back together when a later one fails.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import { debug } from "../host/log.ts";
import { cannot } from "../host/store.ts";

/** Remembers how to take back what was done. */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  /** Remembers one step. */
  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Takes everything back, the last step first. Never throws: the error that led here is the one to show. */
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      await step().catch((cause) => debug(() => `not taken back: ${String(cause)}`));
    }
  }

  /** Makes a folder that must not be there yet. Taken back with what we put into it. */
  async newFolder(path: string): Promise<void> {
    try {
      await Deno.mkdir(path, { mode: 0o700 });
    } catch (cause) {
      throw cannot("create", path, cause);
    }
    this.add(() => Deno.remove(path, { recursive: true }));
  }

  /** Makes a folder and those above it where they are missing. Taken back where they are empty again. */
  async folders(path: string, mode: number): Promise<void> {
    const missing: string[] = [];
    for (let at = path; at !== "" && !exists(at); at = at.slice(0, at.lastIndexOf("/"))) {
      missing.push(at);
    }
    for (const folder of missing.reverse()) {
      try {
        await Deno.mkdir(folder, { mode });
      } catch (cause) {
        if (cause instanceof Deno.errors.AlreadyExists) continue;
        throw cannot("create", folder, cause);
      }
      this.add(() => Deno.remove(folder));
    }
  }
}
