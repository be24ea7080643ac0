/**
 * An agent's file as a place of settings. Both of its shapes are kept as they are.
 *
 * @module
 */

import { SETTINGS } from "../config/settings/all.ts";
import type { Declared } from "../config/settings/declare.ts";
import { type ConfigPlace, ownPlace, type PlaceEntry } from "../config/place.ts";
import { type SettingName, storedPath } from "../config/setting_name.ts";
import type { Host } from "../config/system.ts";
import { parseValue } from "../config/value.ts";
import { KanibakoError } from "../host/error.ts";
import { parseToml } from "../host/store.ts";
import { crabFileOf, crabTables, type Table } from "./file.ts";

/** What stands in `crab`, or in `agent`, of the agent itself; by the name users type, that in `agent`. */
const IDENTITY: Readonly<Record<string, string>> = {
  name: "name",
  shell: "shell",
  run_args: "default_args",
};

/** The file of an agent, at `path`. `initial`: the text of a new one. */
export function crabPlace(host: Host, id: string, path: string, initial: string): ConfigPlace {
  return ownPlace({
    level: "crab",
    title: `crab ${id}`,
    file: path,
    lock: `${host.dirs.state}/locks/config-crab-${id}.lock`,
  }, {
    initial,
    entries: async (text) => {
      await crabFileOf(text, path);
      return await parseToml(text, path, {
        safeParse: (value) => ({ success: true, data: entriesOf(value as Table, path) }),
      });
    },
    pathOf: (setting, text) => placeOf(setting, text),
  });
}

function entriesOf(whole: Table, file: string): ReadonlyMap<string, PlaceEntry> {
  const { crab, agent, state, env, shared, binds } = crabTables(whole);
  const entries = new Map<string, PlaceEntry>();
  const add = (name: string, value: unknown, path: readonly string[]) =>
    entries.set(name, { value: value as PlaceEntry["value"], path, inverted: false });
  for (const [table, values] of [["state", state], ["crab", crab]] as const) {
    for (const [key, value] of Object.entries(values)) {
      if (Object.hasOwn(IDENTITY, key) && table === "crab") continue;
      if (typeof value === "object") continue;
      const known = SETTINGS.ofAgents().includes(key);
      add(known ? key : `crab.${key}`, known ? typed(SETTINGS.named(key), value, file) : String(value), [
        table,
        key,
      ]);
    }
  }
  for (const [key, older] of Object.entries(IDENTITY)) {
    if (crab[key] !== undefined) add(key, crab[key], ["crab", key]);
    else if (agent[older] !== undefined) add(key, agent[older], ["agent", older]);
  }
  for (const [key, value] of Object.entries(env)) add(`env.${key}`, String(value), ["env", key]);
  for (const [key, value] of Object.entries(shared)) add(`shared.${key}`, String(value), ["shared", key]);
  for (const [key, value] of Object.entries(binds)) {
    add(key, value, bindPath(whole, key));
  }
  return entries;
}

/** The value as its key reads it; what the file says wrongly is an error that names it. */
function typed(key: Declared, value: unknown, file: string): PlaceEntry["value"] {
  try {
    return parseValue(key, value);
  } catch (cause) {
    if (!(cause instanceof KanibakoError)) throw cause;
    throw new KanibakoError("bad-file", `Cannot read ${file}: ${cause.message}`, {
      hint: cause.hints,
      cause,
    });
  }
}

/** A share's place: its name may be one key with dots, or tables in tables. */
function bindPath(whole: Table, key: string): readonly string[] {
  let rest = key;
  let table: unknown = whole;
  const path: string[] = [];
  while (rest !== "") {
    const names = Object.keys(Object(table)).filter((name) => rest === name || rest.startsWith(`${name}.`));
    const name = names[0] ?? rest;
    path.push(name);
    table = Object(table)[name];
    rest = rest.slice(name.length + 1);
  }
  return path;
}

function placeOf(setting: SettingName, text: string): readonly string[] {
  if (setting.kind === "entry" && !setting.map.mixed) return storedPath(setting);
  // The older shape has two tables where the other has one.
  const older = /^\s*\[(?:agent|state)\]/m.test(text) && !/^\s*\[crab\]/m.test(text);
  if (setting.kind === "identity") {
    return older ? ["agent", IDENTITY[setting.part]!] : ["crab", setting.part];
  }
  const key = setting.kind === "key" ? setting.name : setting.part;
  return [older ? "state" : "crab", key];
}
