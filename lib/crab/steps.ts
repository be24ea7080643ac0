/**
 * What has been done once for a box: a marker of its own for every step and agent. Nothing asks whether a box "is new":
 * one that was made long ago and never opened, or whose first start failed, still gets what it has not had.
 *
 * @module
 */

import {
  type Check,
  listOf,
  number,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";
import { FileLock, readJson, writeJson } from "../host/store.ts";

/** The revision of a home's first files. Raised when every home must get them again. */
export const HOME_REVISION = 1;

/** The markers of one box. `agent` stands for a crab id, such as `claude`. */
export interface Steps {
  /** The revision of the home's first files; 0: none. */
  readonly home: number;
  /** Applied template variants by agent, `base` for the common layer. */
  readonly templates: Readonly<Record<string, string>>;
  /** By agent: how it was installed when its files were delivered. */
  readonly homeFiles: Readonly<Record<string, string>>;
  /** Agents whose instructions have been merged. */
  readonly instructions: readonly string[];
  /** Seeded resources, as `agent/path`. */
  readonly seeds: readonly string[];
  /** What was given of the user's own, by agent and part: a digest. Empty: taken back. */
  readonly own: Readonly<Record<string, string>>;
  /** By credential file: the digest of what was last delivered, or taken from this box. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Files with placeholders of secrets that were delivered, by path: their digests. */
  readonly secretFiles: Readonly<Record<string, string>>;
  /** Guides that were delivered, by path: their digests. Empty: taken back. */
  readonly guides: Readonly<Record<string, string>>;
  /** Credential files of which the host had a login when one was handed in: what is missing there later was logged out. */
  readonly handedIn: readonly string[];
  /** Agents with whom a conversation has been held in this box, by {@link conversationMark}. */
  readonly conversations: readonly string[];
  /** Places of the home that were made for mounts, as the box sees them. They may be gone again. */
  readonly stubs: readonly string[];
  /** The day of the last sweep, such as 2026-10-31; empty: never. */
  readonly sweptOn: string;
}

/** The marker of conversations with an agent. Agents keep them by folder: `at` is the one of the workspace, relative to it. */
export function conversationMark(agent: string, at?: string): string {
  return at === undefined ? agent : `${agent}/${at}`;
}

/** Markers to be added. */
export type StepsChange = Partial<Steps>;

const NOTHING: Steps = {
  home: 0,
  templates: {},
  homeFiles: {},
  instructions: [],
  seeds: [],
  own: {},
  credentials: {},
  secretFiles: {},
  guides: {},
  handedIn: [],
  conversations: [],
  stubs: [],
  sweptOn: "",
};

/** The markers of a box. `state` is the project's state folder; a box without a file has had nothing. */
export async function readSteps(state: string): Promise<Steps> {
  return withChange(NOTHING, await readJson(`${state}/steps.json`, schemaOf(stepsChange)) ?? {});
}

/** Changes markers. Other calls that do the same meanwhile lose nothing. */
export async function changeSteps(state: string, change: (now: Steps) => Steps): Promise<Steps> {
  using _lock = await FileLock.acquire(`${state}/steps.lock`);
  const steps = change(await readSteps(state));
  await writeJson(`${state}/steps.json`, steps);
  return steps;
}

/** Forgets all of them: the home is a new one. */
export async function forgetSteps(state: string): Promise<void> {
  using _lock = await FileLock.acquire(`${state}/steps.lock`);
  await Deno.remove(`${state}/steps.json`).catch((cause) => {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  });
}

/** Adds markers, as {@link changeSteps}. */
export function addSteps(state: string, change: StepsChange): Promise<Steps> {
  return changeSteps(state, (now) => withChange(now, change));
}

/** Markers with others added. */
export function withChange(steps: Steps, change: StepsChange): Steps {
  const joined = (a: readonly string[], b: readonly string[] = []) => [...new Set([...a, ...b])];
  return {
    home: change.home ?? steps.home,
    templates: { ...steps.templates, ...change.templates },
    homeFiles: { ...steps.homeFiles, ...change.homeFiles },
    instructions: joined(steps.instructions, change.instructions),
    seeds: joined(steps.seeds, change.seeds),
    own: { ...steps.own, ...change.own },
    credentials: { ...steps.credentials, ...change.credentials },
    secretFiles: { ...steps.secretFiles, ...change.secretFiles },
    guides: { ...steps.guides, ...change.guides },
    handedIn: joined(steps.handedIn, change.handedIn),
    conversations: joined(steps.conversations, change.conversations),
    stubs: joined(steps.stubs, change.stubs),
    sweptOn: change.sweptOn ?? steps.sweptOn,
  };
}

const texts = optional(tableOf(text));
const list = optional(listOf(text));

/** The check of a change. A file of markers is one, too: what it lacks was never done. */
export const stepsChange: Check<StepsChange> = shape({
  home: optional(number),
  templates: texts,
  homeFiles: texts,
  instructions: list,
  seeds: list,
  own: texts,
  credentials: texts,
  secretFiles: texts,
  guides: texts,
  handedIn: list,
  conversations: list,
  stubs: list,
  sweptOn: optional(text),
}, "refused");

/** Whether a box has something of the user's own for that agent, with a mark that begins so. What was taken back is none. */
export function hadOwn({ own }: Pick<Steps, "own">, agent: string, mark = ""): boolean {
  return Object.entries(own).some(([name, digest]) => digest !== "" && name.startsWith(`${agent}/${mark}`));
}

/** Whether templates, which replace files, are still to be applied for an agent. */
export function wantsTemplates(steps: Steps, agent: string): boolean {
  return steps.templates[agent] === undefined;
}
