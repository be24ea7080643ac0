/**
 * The file that says which names wait for an answer, or were refused for want of one.
 *
 * @module
 */

import { networkPending } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { readJson, writeJson } from "../host/store.ts";
import { pause } from "../host/timer.ts";
import { NETWORK_PENDING } from "./network_file.ts";
import type { PendingName } from "./questions.ts";

/** Changes that come sooner after one another are written together. */
const APART_MS = 100;

/** The names as they are known now; none where the file cannot be read. */
export async function pendingNames(state: string): Promise<readonly PendingName[]> {
  try {
    return (await readJson(networkPending(state), NETWORK_PENDING))?.names ?? [];
  } catch (error) {
    debug(() => `names that wait: ${error}`);
    return [];
  }
}

/** Those of them that wait for an answer at this moment. */
export function waitingNames(
  names: readonly PendingName[],
  now: number = Date.now(),
): readonly PendingName[] {
  return names.filter(({ until }) => until > now);
}

/** Writes the file whenever the names change, the first time at once. */
export class PendingFile {
  readonly #state: string;
  #latest: readonly PendingName[] | undefined;
  #writing: Promise<void> | undefined;

  constructor(state: string) {
    this.#state = state;
  }

  /** The names from now on. */
  set(names: readonly PendingName[]): void {
    this.#latest = names;
    this.#writing ??= this.#write().finally(() => this.#writing = undefined);
  }

  /** Resolves when the file says what is so. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    for (let names = this.#take(); names; names = this.#take()) {
      try {
        await writeJson(networkPending(this.#state), { version: 1, names }, 0o600, { durable: false });
      } catch (error) {
        debug(() => `names that wait: ${error}`);
      }
      await pause(APART_MS);
    }
  }

  #take(): readonly PendingName[] | undefined {
    const names = this.#latest;
    this.#latest = undefined;
    return names;
  }
}
