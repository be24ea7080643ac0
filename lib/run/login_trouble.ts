/**
 * That a box has a login which could not be given to the host, and why: kept until it could be, so that whoever asks or starts the box
 * next is shown it, whichever process has met it.
 *
 * @module
 */

import { loginTrouble } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { number, schemaOf, shape, text } from "../host/light_schema.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";

/** What went wrong. */
export interface LoginTrouble {
  /** Whole sentences. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const schema: Schema<LoginTrouble> = schemaOf(shape({ text, atMs: number }));

/** What went wrong the last time; `undefined` when nothing did. `state`: the box's state folder. */
export async function readTrouble(state: string): Promise<LoginTrouble | undefined> {
  return await readJson(loginTrouble(state), schema).catch(() => undefined);
}

/** Keeps what went wrong, or that nothing did. Never rejects: it must not keep a run from ending. */
export async function keepTrouble(state: string, problems: readonly string[]): Promise<void> {
  try {
    if (problems.length > 0) {
      await writeJson(loginTrouble(state), { text: `${problems.join(". ")}.`, atMs: Date.now() });
    } else Deno.removeSync(loginTrouble(state));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) debug(() => `not kept: ${error}`);
  }
}
