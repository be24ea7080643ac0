/**
 * What a crab file says of tweakcc: a program of the user's that changes a copy of an agent's. And which copy that comes to.
 *
 * @module
 */

import type { Writable } from "../host_login.ts";
import type { Tweak } from "../../config/crab_file.ts";
import type { SchemaIssue } from "../../host/store.ts";
import { KanibakoError } from "../../host/error.ts";
import { sha256 } from "../../host/sha256.ts";
import { isRecord, type JsonRecord } from "../../../targets/json.ts";
import type { AgentInstall, Target, TargetHost, TargetMount } from "../../../targets/target.ts";

/** The program. */
const TWEAKCC = "tweakcc";
/** The agents that it changes. */
const CHANGES: readonly string[] = ["claude"];
const CONFIG_BYTES = 1024 * 1024;

/** Reads the table; `undefined` where nothing is to be changed. */
export function tweakOf(table: JsonRecord, issues: SchemaIssue[]): Tweak | undefined {
  const { enabled = false, config, settings = {}, ...unknown } = table;
  for (const name of Object.keys(unknown)) {
    issues.push({ path: [TWEAKCC, name], message: "unknown; known are enabled, config, settings" });
  }
  if (typeof enabled !== "boolean") {
    issues.push({ path: [TWEAKCC, "enabled"], message: "expected true or false" });
  }
  if (!isRecord(settings)) issues.push({ path: [TWEAKCC, "settings"], message: "expected a table" });
  if (config !== undefined && !(typeof config === "string" && /^(~\/|\/)/.test(config))) {
    issues.push({ path: [TWEAKCC, "config"], message: "expected a path that begins with ~/ or /" });
  }
  if (enabled !== true) return undefined;
  return {
    ...(typeof config === "string" ? { config } : {}),
    settings: isRecord(settings) ? settings : {},
  };
}

/** A copy to be made, or that is there. */
export interface TweakedCopy {
  /** Names it: the same for the same program, configuration and tweakcc. */
  readonly key: string;
  /** The program it is a copy of. */
  readonly original: string;
  /** Its name for people, with the version where that is known. */
  readonly title: string;
  /** Absolute path of tweakcc. */
  readonly program: string;
  /** Its configuration, as JSON. */
  readonly config: string;
}

/** Works out which copy is wanted. Makes nothing. Throws `tweakcc`, with the reason, where there can be none. */
export async function wantedCopy(
  tweak: Tweak,
  target: Target,
  { binary, version }: AgentInstall,
  host: TargetHost,
): Promise<TweakedCopy> {
  if (!CHANGES.includes(target.name)) throw unchanged(target.displayName, "it changes Claude Code alone");
  const program = host.which(TWEAKCC);
  if (program === undefined) {
    throw unchanged(
      target.displayName,
      "it is not installed on this machine",
      "Install it: npm install -g tweakcc",
    );
  }
  const config = JSON.stringify(await configuration(tweak, target.displayName, host));
  const stamps = [binary, program].map((path) => {
    const { size, mtime, ino } = Deno.statSync(path);
    return [Deno.realPathSync(path), size, mtime?.getTime() ?? 0, ino];
  });
  const key = (await sha256(JSON.stringify([version ?? "", stamps, config]))).slice(0, 16);
  return {
    key,
    original: binary,
    title: version === undefined ? target.displayName : `${target.displayName} ${version}`,
    program,
    config,
  };
}

/**
 * The folders of a PATH in which no box can put anything: what is started here must not be a box's. Throws `tweakcc` where tweakcc
 * itself is where one can.
 */
export function safePath({ program, title }: TweakedCopy, path: string, folders: Writable): string {
  const isSafe = (folder: string) => !folders.canWrite(folder) && !folders.canWrite(realPath(folder));
  for (const place of [program, realPath(program)]) {
    if (!isSafe(place.slice(0, place.lastIndexOf("/")) || "/")) {
      throw unchanged(title, `a box can write where it is, at ${place}`);
    }
  }
  return path.split(":").filter((folder) => folder.startsWith("/") && isSafe(folder)).join(":");
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/** The mounts of an agent, with a copy in the place of its program. */
export function withCopy(
  mounts: readonly TargetMount[],
  original: string,
  copy: string,
): readonly TargetMount[] {
  if (mounts.some(({ source }) => source === original)) {
    return mounts.map((mount) => mount.source === original ? { ...mount, source: copy } : mount);
  }
  const around = mounts.find(({ source }) => original.startsWith(`${source}/`));
  if (!around) return mounts;
  return [...mounts, {
    source: copy,
    destination: `${around.destination}${original.slice(around.source.length)}`,
  }];
}

/** What the user's own file says, and over that what the crab file does. */
async function configuration(
  { config, settings }: Tweak,
  title: string,
  host: TargetHost,
): Promise<JsonRecord> {
  if (config === undefined) return { settings };
  const path = config.replace(/^~(?=\/)/, host.home);
  const text = await host.readText(path, CONFIG_BYTES);
  if (text === undefined) throw unchanged(title, `its configuration ${path} cannot be read`);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw unchanged(title, `its configuration ${path} is no JSON`);
  }
  const own = isRecord(found) ? found["settings"] ?? {} : undefined;
  if (!isRecord(own)) throw unchanged(title, `its configuration ${path} has no table of settings`);
  return { settings: merged(own, settings) };
}

/** Tables are merged, anything else is replaced. */
export function merged(weaker: JsonRecord, stronger: JsonRecord): JsonRecord {
  const all: Record<string, unknown> = Object.assign(Object.create(null), weaker);
  for (const [name, value] of Object.entries(stronger)) {
    const there = all[name];
    all[name] = isRecord(there) && isRecord(value) ? merged(there, value) : value;
  }
  return all;
}

/** The error. `why`: a clause about tweakcc. */
export function unchanged(title: string, why: string, hint?: string): KanibakoError {
  return new KanibakoError("tweakcc", `${title} is not changed by tweakcc: ${why}.`, hint ? { hint } : {});
}
