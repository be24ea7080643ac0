/**
 * Why the last start of a box failed, kept for `diagnose`: errors point there, and whoever looks may not be whoever saw the error.
 *
 * @module
 */

import { failureRecord } from "../config/box_state.ts";
import { KanibakoError } from "../host/error.ts";
import { listOf, number, schemaOf, shape, text } from "../host/light_schema.ts";
import { debug } from "../host/log.ts";
import { exists } from "../host/path.ts";
import { noRoom } from "../host/room.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";

/** A start that failed. */
export interface LastFailure {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** What was shown, without what the engine said. */
  readonly message: string;
  readonly hints: readonly string[];
}

const schema: Schema<LastFailure> = schemaOf(shape({ atMs: number, message: text, hints: listOf(text) }));

/** Keeps why a start failed, and answers the error to show. That it cannot be kept is no error: there is one already. */
export async function noteFailure(state: string, error: unknown): Promise<unknown> {
  const shown = noRoom(error) ?? error;
  const message = shown instanceof Error ? shown.message : String(shown);
  const hints = shown instanceof KanibakoError ? [...shown.hints] : [];
  await writeJson(failureRecord(state), { atMs: Date.now(), message, hints }, 0o600, { durable: false })
    .catch((error: unknown) => debug(() => `the failure is not recorded: ${error}`));
  return shown;
}

/** Why the last start failed; `undefined` when it did not. */
export async function lastFailure(state: string): Promise<LastFailure | undefined> {
  if (!exists(failureRecord(state))) return undefined;
  return await readJson(failureRecord(state), schema).catch(() => undefined);
}
