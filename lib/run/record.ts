/**
 * What is known of the run of a box. Written before the box is started, changed once it runs, removed when it has ended. It lets
 * the next call go straight to the running box; when it is stale, the runtime's answer says so.
 *
 * @module
 */

import { exitRecord, runRecord, runRecordLock } from "../config/box_state.ts";
import type { Stamps } from "../config/stamps.ts";
import { debug } from "../host/log.ts";
import {
  type Check,
  check,
  flag,
  listOf,
  matching,
  number,
  oneOf,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";
import { FileLock, readJson, readText, type Schema, writeJson } from "../host/store.ts";
import type { RuntimePlace } from "../runtime/runtime.ts";
import type { ServiceSpec } from "../spec/box_spec.ts";

/** The place of a runtime, as data. */
export const placeCheck: Check<RuntimePlace> = tableOf(text);

const anyTable = check<ServiceSpec["options"]>(
  "expected a table",
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

const schema: Schema<RunRecord> = schemaOf(shape({
  run: matching(/^[a-z0-9-]{1,64}$/, "not the name of a run"),
  box: text,
  runtime: text,
  place: placeCheck,
  image: text,
  lifetime: oneOf("ephemeral", "persistent"),
  phase: oneOf("starting", "running"),
  paused: optional(flag),
  agent: text,
  declared: optional(text),
  program: optional(shape({ path: text, mark: text, version: text })),
  sharedAuth: flag,
  guarded: optional(flag),
  conversation: flag,
  services: tableOf(anyTable),
  has: optional(tableOf(text)),
  configured: optional(tableOf(text)),
  startedAt: number,
  shown: optional(listOf(text)),
  workspace: optional(text),
  mounted: optional(tableOf(text)),
  at: optional(text),
}));

/** An agent's program on this machine. */
export interface AgentProgram {
  readonly path: string;
  /** Text that changes when another program takes its place. */
  readonly mark: string;
  /** Empty where its installation does not say it. */
  readonly version: string;
}

/** A run of a box. */
export interface RunRecord {
  /** The run's own id, also the name of its folder. */
  readonly run: string;
  /** The box's name in its runtime. */
  readonly box: string;
  /** The kind of runtime it was started with. */
  readonly runtime: string;
  /** How that runtime is found again. */
  readonly place: RuntimePlace;
  readonly image: string;
  readonly lifetime: "ephemeral" | "persistent";
  /** `starting`: recorded, but not known to have begun. */
  readonly phase: "starting" | "running";
  /** Its processes were made to stand still. They may have been let go on by other means. */
  readonly paused?: boolean;
  /** The agent's id; empty when a shell or a command runs. */
  readonly agent: string;
  /** The declaration of an agent that came with the project, as it was approved: JSON. */
  readonly declared?: string;
  /** Its program on this machine, as it was then. */
  readonly program?: AgentProgram;
  readonly sharedAuth: boolean;
  /** Whether the box has placeholders in the place of the login. */
  readonly guarded?: boolean;
  /** Whether the agent was to hold a conversation, rather than to answer words of the user's own. */
  readonly conversation: boolean;
  /** The services it has while it goes on, by name, with their options. */
  readonly services: Readonly<Record<string, ServiceSpec["options"]>>;
  /**
   * What of its settings does not change while it runs, as text by the setting's name, so that a later call can tell what it would
   * not get. Absent where that is not known.
   */
  readonly has?: Readonly<Record<string, string>>;
  /** The files that its settings are from, as they were. Absent where a box may write one of them. */
  readonly configured?: Stamps;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Folders of the host that the box is shown and that other projects may lie in: its workspace, shares and caches. */
  readonly shown?: readonly string[];
  /** Where the workspace is in the box. Absent: where it is by default. */
  readonly workspace?: string;
  /** What folders and files of the host it has mounted, by path: see `mounted.ts`. Absent where that is not known. */
  readonly mounted?: Readonly<Record<string, string>>;
  /** The folder of the workspace in which an agent began, relative to it. Absent: the workspace itself. */
  readonly at?: string;
}

/**
 * The record of the run that is, or was last thought to be, going on. A record that cannot be understood counts as none: the box
 * is then found by its name.
 */
export async function readRun(state: string): Promise<RunRecord | undefined> {
  return await readJson(runRecord(state), schema).catch((error: unknown) => {
    debug(() => `the run record is not used: ${error}`);
    return undefined;
  });
}

/** Records a run. */
export async function writeRun(state: string, record: RunRecord): Promise<void> {
  using _lock = await recordLock(state);
  await writeJson(runRecord(state), record, 0o600, { durable: false });
}

/** Forgets a run, if it still is the one recorded. */
export async function clearRun(state: string, run: string): Promise<void> {
  // The lock would make a folder that has gone.
  if (!await readText(runRecord(state))) return;
  // A box may be started again between the look and the removal.
  using _lock = await recordLock(state);
  const record = await readRun(state);
  if (record && record.run !== run) return;
  await Deno.remove(runRecord(state)).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** Whoever changes the record takes turns. */
async function recordLock(state: string): Promise<FileLock> {
  return await FileLock.tryAcquire(runRecordLock(state)) ?? await FileLock.acquire(runRecordLock(state));
}

const exitSchema: Schema<ExitRecord> = schemaOf(shape({
  run: text,
  code: number,
  endedAt: number,
  screen: text,
}));

/** How a persistent run ended. */
export interface ExitRecord {
  readonly run: string;
  /** The exit code of the agent or command. */
  readonly code: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  /** The last lines of the screen, unescaped, with what looks like a secret masked. */
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
