/**
 * What is known of the run of a box: written before its container starts, removed when it has ended. It lets the next call
 * go straight to the running box; should it be stale, the engine's answer tells.
 *
 * @module
 */

import { exitRecord, runRecord } from "../config/box_state.ts";
import { flag, matching, number, oneOf, shape, text } from "../host/shape.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";

const schema: Schema<RunRecord> = shape({
  run: matching(/^[a-z0-9-]{1,64}$/),
  container: text,
  engine: oneOf("podman", "docker"),
  image: text,
  lifetime: oneOf("ephemeral", "persistent"),
  agent: text,
  sharedAuth: flag,
  conversation: flag,
  startedAt: number,
});

/** A run of a box. */
export interface RunRecord {
  /** The run's own id, also the name of its folder. */
  readonly run: string;
  readonly container: string;
  readonly engine: "podman" | "docker";
  readonly image: string;
  readonly lifetime: "ephemeral" | "persistent";
  /** The agent's id; empty when a shell or a command runs. */
  readonly agent: string;
  readonly sharedAuth: boolean;
  /** Whether the agent was to hold a conversation, rather than to answer words of the user's own. */
  readonly conversation: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The record of the run that is, or was last thought to be, going on. */
export function readRun(state: string): Promise<RunRecord | undefined> {
  return readJson(runRecord(state), schema);
}

/** Records a run. */
export function writeRun(state: string, record: RunRecord): Promise<void> {
  return writeJson(runRecord(state), record);
}

/** Forgets a run, if it still is the one recorded. */
export async function clearRun(state: string, run: string): Promise<void> {
  const record = await readRun(state).catch(() => undefined);
  if (record && record.run !== run) return;
  await Deno.remove(runRecord(state)).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

const exitSchema: Schema<ExitRecord> = shape({
  run: text,
  code: number,
  endedAt: number,
  screen: text,
});

/** How a persistent run ended. */
export interface ExitRecord {
  readonly run: string;
  /** The exit code of the agent or command. */
  readonly code: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  /** The last lines of the screen, unescaped. */
  readonly screen: string;
}

/** How the last persistent run ended, as its supervisor saw it. */
export function readExit(state: string): Promise<ExitRecord | undefined> {
  return readJson(exitRecord(state), exitSchema);
}

/** Records how a run ended. */
export function writeExit(state: string, record: ExitRecord): Promise<void> {
  return writeJson(exitRecord(state), record);
}
