/**
 * What this machine knows of the `devcontainer.json` of a project: what its user answered, for which content, and what a box gets of it.
 * The file lies where a box or a clone may write, so nothing is taken from it that was not approved here. What was approved is kept
 * by the project's path, as with everything that projects bring along.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import { flag, listOf, oneOf, optional, schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import { sha256 } from "../host/sha256.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";
import { fromPart, type Source } from "../spec/source.ts";
import type { EnvLayer } from "./env.ts";
import { type ConfigFile, EMPTY } from "./file.ts";

/** A volume of a `devcontainer.json`: a folder in the state of the box. */
export interface BoxVolume {
  /** The folder's name. */
  readonly name: string;
  /** Absolute path in the box. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** What a box gets of a `devcontainer.json`. In texts, {@link localEnvMark} stands for a variable of this machine. */
export interface DevContainerUse {
  /** The reference of its image. */
  readonly image: string;
  /** Variables; `${containerEnv:NAME}` stands for what the box has. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of this machine that it may have. */
  readonly localEnv: readonly string[];
  /** Ports to publish, as in `box.ports`. */
  readonly ports: readonly string[];
  /** Those of them without which the box is not to start. */
  readonly requiredPorts: readonly string[];
  /** Folders of this machine, by the keys of shares. */
  readonly binds: Readonly<Record<string, string>>;
  readonly volumes: readonly BoxVolume[];
  /** Places of the box that are in memory. */
  readonly inMemory: readonly string[];
  /** Where the workspace is in the box; absent: where the settings say. */
  readonly place?: string;
  /** The folder in which commands begin, where that is not the workspace itself. */
  readonly at?: string;
  /** Its commands, as a shell reads them; empty: it has none. */
  readonly lifecycle: string;
  /** What has no effect, a sentence each. */
  readonly notes: readonly string[];
}

/** The record of one project. */
export interface DevContainerRecord {
  /** The file, relative to the project. */
  readonly file: string;
  /** Whether its user wants it. */
  readonly answer: "yes" | "no";
  /** The digest of the content that was approved. */
  readonly hash: string;
  /** One line for each thing that was shown. */
  readonly shown: readonly string[];
  /** Absent until its image is there. */
  readonly use?: DevContainerUse;
}

const USE = shape({
  image: text,
  env: tableOf(text),
  localEnv: listOf(text),
  ports: listOf(text),
  requiredPorts: listOf(text),
  binds: tableOf(text),
  volumes: listOf(shape({ name: text, target: text, readOnly: flag })),
  inMemory: listOf(text),
  place: optional(text),
  at: optional(text),
  lifecycle: text,
  notes: listOf(text),
});

const SCHEMA: Schema<DevContainerRecord> = schemaOf(shape({
  file: text,
  answer: oneOf("yes", "no"),
  hash: text,
  shown: listOf(text),
  use: optional(USE),
}));

/** Whether a project may have such a file: a look at two names, on which nothing rests. */
export function mayHaveDevContainer(path: string): boolean {
  return exists(`${path}/.devcontainer`) || exists(`${path}/.devcontainer.json`);
}

/** Where the record of the project at that path is. */
async function devContainerRecordFile(state: string, path: string): Promise<string> {
  return `${state}/approved/devcontainer-${(await sha256(path)).slice(0, 32)}.json`;
}

/** The record; `undefined`: nobody has answered yet. */
export async function readDevContainerRecord(
  state: string,
  path: string,
): Promise<DevContainerRecord | undefined> {
  return await readJson(await devContainerRecordFile(state, path), SCHEMA);
}

/** Writes the record. */
export async function writeDevContainerRecord(
  state: string,
  path: string,
  record: DevContainerRecord,
): Promise<void> {
  await writeJson(await devContainerRecordFile(state, path), record);
}

/** Stands in a text for a variable of this machine, so that no value of one is kept. */
export function localEnvMark(name: string): string {
  return `\u0001${name}\u0001`;
}

// deno-lint-ignore no-control-regex -- it is what marks them
const MARK = /\u0001([^\u0001]*)\u0001/g;

/** A text with the variables of this machine as they are written. */
export function withLocalEnvNames(value: string): string {
  return value.replace(MARK, (_, name) => `\${localEnv:${name}}`);
}

/** A text with the variables of this machine put in: those of `names`, and no others. */
export function withLocalEnv(
  value: string,
  names: readonly string[],
  get: (name: string) => string | undefined,
): string {
  return value.replace(MARK, (_, name) => names.includes(name) ? get(name) ?? "" : "");
}

/** The source of what a `devcontainer.json` brings. */
export function fromDevContainer(file: string): Source {
  return fromPart(file);
}

/** Whether a level is that of a `devcontainer.json`. */
export function isDevContainerLevel({ from }: { readonly from: Source }): boolean {
  return from.kind === "part";
}

/**
 * What was approved, as a level of the configuration: weaker than what is set for the box, stronger than all else. `undefined`: nothing is
 * used. `levels`: those of files, which say whether it is wanted.
 */
export async function devContainerLevel(
  state: string,
  path: string,
  levels: readonly Said[],
): Promise<DevContainerLevel | undefined> {
  if (devContainerWish(levels) === "no") return undefined;
  const record = await readDevContainerRecord(state, path);
  if (record?.answer !== "yes" || !record.use) return undefined;
  const { file, use } = record;
  const from = fromDevContainer(file);
  const kept = await devContainerRecordFile(state, path);
  const get = (name: string) => Deno.env.get(name);
  const filled = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, withLocalEnv(value, use.localEnv, get)]),
    );
  return {
    level: "box",
    from,
    file: kept,
    config: {
      ...EMPTY,
      values: {
        "box.image": use.image,
        ...use.ports.length === 0 ? {} : { "box.ports": [...use.ports] },
      },
      binds: use.binds,
    },
    env: { entries: filled(use.env), from, file: kept, expands: true },
  };
}

/** As much of a level of the configuration as says so. */
interface Said {
  readonly config: Pick<ConfigFile, "values">;
}

/** What was approved, as a level of the configuration. */
export interface DevContainerLevel {
  readonly level: "box";
  readonly from: Source;
  /** Where this machine keeps it. */
  readonly file: string;
  readonly config: ConfigFile;
  readonly env: EnvLayer;
}

/** What `box.devcontainer` can say. */
export type DevContainerWish = "ask" | "no" | "yes";

/** What the setting says. `levels`: the strongest first. */
export function devContainerWish(levels: readonly Said[]): DevContainerWish {
  for (const { config: { values } } of levels) {
    const value = values["box.devcontainer"];
    if (value !== undefined) return value as DevContainerWish;
  }
  return "ask";
}
