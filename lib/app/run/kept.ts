/**
 * Boxes that `run --keep` leaves: a home, an image of what root has changed, and how they were run. They have a name and are nobody's
 * project.
 *
 * @module
 */

import type { FlagSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import {
  either,
  flag,
  listOf,
  number,
  oneOf,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../../host/light_schema.ts";
import { exists } from "../../host/path.ts";
import { readJson, type Schema, writeJson, writeText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import { isName } from "../../project/names.ts";
import { readRun } from "../../run/record.ts";
import { boxState } from "../../config/box_state.ts";
import { keptRecord, mayBeKept } from "../../session/may_be_kept.ts";
import type { Narrowing } from "../../session/narrowed_settings.ts";
import { imagesOf, openRuntime } from "../../runtime/open.ts";
import { keptMark, removeAll, scratchRoot } from "../scratch.ts";

/** What is known of a kept box. */
export interface KeptBox {
  readonly name: string;
  /** Its id, as that of a scratch box. */
  readonly id: string;
  /** The image of it, in the engine's store. */
  readonly image: string;
  /** The image that it was made from. */
  readonly from: string;
  /** The engine that has the image. */
  readonly engine: string;
  /** The folder that it works in; absent: one of its own. */
  readonly workspace?: string;
  /** The command that it was made for. */
  readonly command: readonly string[];
  /** How that ended. */
  readonly code: number;
  /** What its options said, in their own words. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[]>>;
  /** In milliseconds since 1970. */
  readonly createdAtMs: number;
  /** When it is removed, in milliseconds since 1970; absent: when somebody removes it. */
  readonly expiresAtMs?: number;
  /** A checksum of the branch that it belongs to; absent: it belongs to none. */
  readonly branch?: string;
  /** What said from what it was made, as the user gave it. */
  readonly made?: MadeBy;
  /** What a file of the project takes away of its settings. */
  readonly narrowing?: Narrowing;
}

/** Options that say from what a box is made. */
export interface MadeBy {
  readonly image?: string;
  readonly config?: string;
  readonly template?: string;
}

const SCHEMA: Schema<Omit<KeptBox, "name">> = schemaOf(shape({
  id: text,
  image: text,
  from: text,
  engine: text,
  workspace: optional(text),
  command: listOf(text),
  code: number,
  flags: tableOf(either(flag, either(listOf(text), text))),
  createdAtMs: number,
  expiresAtMs: optional(number),
  branch: optional(text),
  made: optional(shape({ image: optional(text), config: optional(text), template: optional(text) })),
  narrowing: optional(shape({
    memoryBytes: optional(number),
    cpus: optional(number),
    profile: optional(oneOf("permissive", "moderate", "restrictive")),
    network: optional(oneOf("none", "filtered", "open")),
    presets: optional(listOf(text)),
    rules: optional(tableOf(oneOf("allow", "refuse"))),
    env: optional(tableOf(text)),
  })),
}));

function folder(host: Host): string {
  return `${host.dirs.data}/kept`;
}

/** The name of the image of a kept box. */
export function keptImage(id: string): string {
  return `localhost/kanibako-kept/${id}:latest`;
}

/** A name that nothing has. */
export function newName(): string {
  return `run-${crypto.randomUUID().slice(0, 8)}`;
}

/** The kept box that a word means; `undefined` where it means a folder or a project, or nothing. */
export async function keptBoxOf(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<KeptBox | undefined> {
  if (word === undefined || !mayBeKept(host, word)) return undefined;
  try {
    await locateProject(host, word, cwd);
    return undefined;
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "unknown-project") throw error;
    return await keptBox(host, word);
  }
}

/** The kept box of that name; `undefined`: there is none. */
export async function keptBox(host: Host, name: string): Promise<KeptBox | undefined> {
  if (!isName(name)) return undefined;
  const found = await readJson(keptRecord(host, name), SCHEMA);
  // Whoever removed it was killed before its record went.
  return found && exists(`${scratchRoot(host)}/${found.id}`) ? { name, ...found } : undefined;
}

/** All of them, sorted by name. One whose record cannot be read is left out. */
export async function keptBoxes(host: Host): Promise<readonly KeptBox[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder(host))) {
      if (name.endsWith(".json")) names.push(name.slice(0, -".json".length));
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const boxes = await Promise.all(
    names.sort().map(async (name) => {
      try {
        return await keptBox(host, name);
      } catch (error) {
        debug(() => `kept box ${name}: ${error}`);
        return undefined;
      }
    }),
  );
  return boxes.filter((box) => box !== undefined);
}

/** Writes it down. From then on no sweep removes its folders. */
export async function writeKept(host: Host, { name, ...box }: KeptBox): Promise<void> {
  await Deno.mkdir(folder(host), { recursive: true, mode: 0o700 });
  await writeJson(keptRecord(host, name), box);
  await writeText(keptMark(host, box.id), name);
}

/** Whether it runs, as far as its record says. */
export async function runsNow(host: Host, { id }: KeptBox): Promise<boolean> {
  return await readRun(boxState(host.dirs, id)) !== undefined;
}

/** Removes it, with its home and its image. Throws `box-running` where it runs. */
export async function removeKept(host: Host, box: KeptBox): Promise<void> {
  if (await runsNow(host, box)) {
    throw new KanibakoError("box-running", `The box ${shellQuote(box.name)} is running.`, {
      hint: `Stop it: kanibako stop ${shellQuote(box.name)}`,
    });
  }
  const runtime = await openRuntime(host.dirs, box.engine).catch((error: unknown) => {
    debug(() => `${box.engine}: ${error}`);
    return undefined;
  });
  const images = runtime && imagesOf(runtime);
  if (images && await images.get(box.image)) await images.remove(box.image);
  await removeAll(host, box.id);
  await Deno.remove(keptRecord(host, box.name));
}

/** Removes those whose time is up, and that do not run. One that cannot be removed is tried again by the next call. */
export async function sweepKept(host: Host, now: number = Date.now()): Promise<void> {
  if (!exists(folder(host))) return;
  for (const box of await keptBoxes(host)) {
    if (box.expiresAtMs === undefined || now < box.expiresAtMs || await runsNow(host, box)) continue;
    await removeKept(host, box).catch((error: unknown) => debug(() => `kept box ${box.name}: ${error}`));
  }
}

/** What the options of a call are kept as. Values of variables that look like secrets are not. */
export function keptFlags(
  flags: FlagSettings,
  isSecret: (name: string) => boolean,
): KeptBox["flags"] {
  const entries = Object.entries(flags as Readonly<Record<string, string | boolean | readonly string[]>>);
  return Object.fromEntries(entries.flatMap(([name, value]) => {
    if (ONCE.has(name)) return [];
    if (name !== "env" || !Array.isArray(value)) return [[name, value]];
    return [[name, value.filter((word) => word.includes("=") && !isSecret(word.split("=")[0]!))]];
  }));
}

/** What was for that one run. */
const ONCE: ReadonlySet<string> = new Set(["image", "persistence", "maxDuration"]);
