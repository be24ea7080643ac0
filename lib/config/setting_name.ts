/**
 * What a name typed by a user means at a level of the configuration, and where in that level's file it belongs.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import { whyNotSettable } from "./env.ts";
import { SETTINGS } from "./settings/all.ts";
import type { ConfigLevel, Declared, DeclaredMap } from "./settings/declare.ts";
import { prefixesOf } from "./settings/registry.ts";

/** What a name means. */
export type SettingName =
  | { readonly kind: "key"; readonly name: string; readonly key: Declared; readonly inverted: boolean }
  | EntryName
  | {
    /** What an agent's file says of the agent itself. */
    readonly kind: "identity";
    readonly name: string;
    readonly part: string;
  };

/** The name of one entry of a map. */
export interface EntryName {
  readonly kind: "entry";
  readonly map: DeclaredMap;
  /** The whole name, as it is shown. */
  readonly name: string;
  /** What is free in it. */
  readonly part: string;
}

const IDENTITY: Readonly<Record<string, string>> = {
  name: "name",
  shell: "shell",
  run_args: "run_args",
  default_args: "run_args",
};

/** What a name means at a level, or `undefined` when it means nothing at any. Whether it may be set there is not judged. */
function findSetting(word: string, level: ConfigLevel): SettingName | undefined {
  const identity = level === "crab" && Object.hasOwn(IDENTITY, word) ? IDENTITY[word] : undefined;
  if (identity !== undefined) return { kind: "identity", name: identity, part: identity };
  const found = SETTINGS.find(word) ?? SETTINGS.find(underItsName(word));
  if (!found) return undefined;
  if (found.kind === "key") {
    return { kind: "key", name: found.key.name, key: found.key, inverted: found.inverted };
  }
  const { map, part } = found;
  return { kind: "entry", map, part, name: map.wholeNames ? word : `${map.name}.${part}` };
}

/** An entry under the name of its map where it was named by an older table of it. */
function underItsName(word: string): string {
  const section = word.slice(0, word.indexOf("."));
  const map = Object.values(SETTINGS.maps).find(({ aliases }) => aliases.includes(section));
  return map ? `${map.name}${word.slice(section.length)}` : word;
}

/** Whether a word can only be meant as a setting. */
export function isSettingName(word: string, level: ConfigLevel): boolean {
  return word.includes("=") || findSetting(word, level) !== undefined;
}

/**
 * What a name means at a level where it is to be used. Throws `unknown-key`, with the nearest name, and `wrong-level`,
 * with where it belongs.
 */
export function settingNamed(word: string, level: ConfigLevel): SettingName {
  const setting = findSetting(word, level);
  if (!setting || hasPrototype(word)) throw unknownSetting(word);
  if (setting.kind === "entry" && setting.map.mixed) refuseSlip(setting);
  if (setting.kind === "entry" && setting.map.type.of.kind === "variable") checkVariable(setting.part);
  const levels = levelsOf(setting);
  if (levels.includes(level)) return setting;
  throw new KanibakoError(
    "wrong-level",
    `Cannot use ${setting.name} for ${LEVEL_WORDS[level]}.`,
    {
      hint: setting.kind === "key" && setting.key.fixed
        ? `It is decided when a project is created. To see it: kanibako box config PROJECT ${setting.name}`
        : levels.map((one) => `${COMMANDS[one]} ${shellQuote(setting.name)}`),
    },
  );
}

const LEVEL_WORDS: Readonly<Record<ConfigLevel, string>> = {
  box: "one box",
  workset: "a workset",
  crab: "an agent",
  system: "the whole system",
};
const COMMANDS: Readonly<Record<ConfigLevel, string>> = {
  box: "To set it for a box: kanibako box config",
  workset: "To set it for a workset: kanibako workset config WORKSET",
  crab: "To set it for an agent: kanibako crab config",
  system: "To set it for the system: kanibako system config",
};

/** Where a setting can be set. */
function levelsOf(setting: SettingName): readonly ConfigLevel[] {
  if (setting.kind === "key") return setting.key.levels;
  return setting.kind === "identity" ? ["crab"] : setting.map.levels;
}

/** The error for a name that means nothing. */
export function unknownSetting(word: string): KanibakoError {
  const prefixes = SETTINGS.prefixes().map(([prefix]) => prefix);
  const known = [...SETTINGS.spellings().keys(), ...prefixes.map((prefix) => `${prefix}NAME`)];
  const begun = prefixes.find((prefix) => prefix === word || prefix === `${word}.`);
  const meant = begun === undefined ? nearestSetting(word, known) : `${begun}NAME`;
  return new KanibakoError("unknown-key", `There is no setting ${shellQuote(word)}.`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      "To see every setting and its value: kanibako box config --effective",
    ],
  });
}

function nearestSetting(word: string, known: readonly string[]): string | undefined {
  const prefix = Object.values(SETTINGS.maps).filter(({ wholeNames }) => !wholeNames).flatMap(prefixesOf)
    .find((prefix) => nearest(word.split(".")[0]!, [prefix.slice(0, -1)]));
  const byLast = new Map(known.map((name) => [name.slice(name.lastIndexOf(".") + 1), name]));
  const last = nearest(word, byLast.keys());
  return nearest(word, known) ?? (last === undefined ? undefined : byLast.get(last)) ??
    (word.includes(".") && prefix !== undefined
      ? `${prefix}${word.slice(word.indexOf(".") + 1)}`
      : undefined);
}

/** A slip in a setting that decides what the agent may do must not pass as one of the agent's own. */
function refuseSlip({ name, part }: EntryName): void {
  const meant = nearest(part, SETTINGS.ofAgents());
  if (meant === undefined) return;
  throw new KanibakoError("unknown-key", `There is no setting ${shellQuote(name)}.`, {
    hint: `Did you mean ${meant}?`,
  });
}

function checkVariable(name: string): void {
  const why = whyNotSettable(name);
  if (why === undefined) return;
  throw new KanibakoError("bad-env", `Cannot use the variable ${shellQuote(name)}: ${why}.`);
}

/** Whether a setting is one of the agent's own. */
export function isOfAgent(setting: SettingName): boolean {
  return setting.kind === "entry" && setting.map.mixed === true;
}

/** Whether a setting says whose a part of the agent's configuration folder is. */
export function isResource(setting: SettingName): setting is EntryName {
  return setting.kind === "entry" && setting.map === SETTINGS.maps["resources"];
}

function hasPrototype(word: string): boolean {
  return word.split(".").includes("__proto__");
}

/** The place of a setting in a file that does not have it yet. Of the file of a box, workset or the system. */
export function storedPath(setting: SettingName): readonly string[] {
  if (setting.kind === "key") return setting.key.stored.split(".");
  if (setting.kind === "identity") return ["crab", setting.part];
  const { map, name, part } = setting;
  if (map.wholeNames) return [...name.slice(0, -part.length - 1).split("."), part];
  return [...(map.tables[0] ?? map.name).split("."), part];
}
