/**
 * Which services of a run have failed: kept so that `box info` and `box diagnose` can say so.
 *
 * @module
 */

import { serviceRecord } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { number, schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import { FileLock, readJson, type Schema, writeJson } from "../host/store.ts";
import type { Run } from "./run.ts";

/** How often a service failed, and why the last time. */
export interface ServiceFailure {
  readonly run: string;
  readonly count: number;
  /** The latest error, unescaped. */
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const MAX_MESSAGE = 500;

const schema: Schema<Record<string, ServiceFailure>> = schemaOf(tableOf(shape({
  run: text,
  count: number,
  message: text,
  atMs: number,
})));

/** The failures of a box's services by name, of its latest runs. */
export async function serviceFailures(state: string): Promise<Readonly<Record<string, ServiceFailure>>> {
  return await readJson(serviceRecord(state), schema).catch(() => undefined) ?? {};
}

/** Records one. Never rejects: a full disk must not end what goes on. */
export async function recordFailure(
  { state, record, host, box }: Run,
  name: string,
  error: unknown,
): Promise<void> {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MAX_MESSAGE);
  const atMs = Date.now();
  await add(state, name, { run: record.run, message, atMs }).catch((cause: unknown) =>
    debug(() => `not recorded: ${cause}`)
  );
  host.events({ kind: "service-failed", box, run: record.run, atMs, data: { name, message } });
}

/** Two services may fail at the same moment: the lock keeps both. */
async function add(state: string, name: string, failure: Omit<ServiceFailure, "count">): Promise<void> {
  const path = serviceRecord(state);
  using _lock = await FileLock.acquire(`${path}.lock`);
  const known = await serviceFailures(state);
  const before = known[name]?.run === failure.run ? known[name].count : 0;
  await writeJson(path, { ...known, [name]: { ...failure, count: before + 1 } });
}
