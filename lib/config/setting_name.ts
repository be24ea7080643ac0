/**
 * What a name typed by a user means at a level of the configuration, and where in that level's file it belongs.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import { isControlVariable, isEnvName } from "./env.ts";
import { type ConfigLevel, FAMILIES, findKey, type Key, spellings } from "./keys.ts";

/** What a name means. */
export type SettingName =
  | { readonly kind: "key"; readonly name: string; readonly key: Key; readonly inverted: boolean }
  | {
    /** `identity`: what an agent's file says of the agent itself. */
    readonly kind: "env" | "resource" | "shared" | "crab" | "bind" | "identity";
    /** The whole name, as it is shown. */
    readonly name: string;
    /** What is free in it. */
    readonly part: string;
  };

const BIND = /^(?:system|crab|workset|box)\.path\.(?:share_ro|share_rw|seeded)\.(.+)$/s;
const IDENTITY: Readonly<Record<string, string>> = {
  name: "name",
  shell: "shell",
  run_args: "run_args",
  default_args: "run_args",
};
/** Settings of an agent by the name of the table they stand in. */
const AGENT = /^(?:crab|target_settings|crab_settings|state)\.(.+)$/s;

/** What a name means at a level, or `undefined` when it means nothing at any. Whether it may be set there is not judged. */
function findSetting(word: string, level: ConfigLevel): SettingName | undefined {
  const identity = level === "crab" && Object.hasOwn(IDENTITY, word) ? IDENTITY[word] : undefined;
  if (identity !== undefined) return { kind: "identity", name: identity, part: identity };
  const bind = BIND.exec(word)?.[1];
  if (bind !== undefined) return { kind: "bind", name: word, part: bind };
  const found = findKey(word) ?? findKey(word.replace(AGENT, "crab.$1"));
  if (!found) return undefined;
  if (found.kind === "key") {
    return { kind: "key", name: found.key.name, key: found.key, inverted: found.inverted };
  }
  const kind = found.family.prefix.slice(0, -1) as "env" | "resource" | "shared" | "crab";
  return { kind, name: `${found.family.prefix}${found.name}`, part: found.name };
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
  if (setting.kind === "crab") refuseSlip(setting.part);
  if (setting.kind === "env") checkVariable(setting.part);
  const levels = levelsOf(setting);
  if (levels.includes(level)) return setting;
  throw new KanibakoError(
    "wrong-level",
    `Cannot use ${setting.name} for ${LEVEL_WORDS[level]}.`,
    {
      hint: setting.kind === "key" && setting.key.fixed
        ? `It is decided when a project is made; to see it: kanibako box config PROJECT ${setting.name}`
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
  box: "It is set for a box: kanibako box config",
  workset: "It is set for a workset: kanibako workset config WORKSET",
  crab: "It is set for an agent: kanibako crab config",
  system: "It is set for the system: kanibako system config",
};

/** Where a setting can be set. */
function levelsOf(setting: SettingName): readonly ConfigLevel[] {
  if (setting.kind === "key") return setting.key.levels;
  if (setting.kind === "identity") return ["crab"];
  if (setting.kind === "bind") return ["box", "workset", "crab", "system"];
  return FAMILIES.find(({ prefix }) => prefix === `${setting.kind}.`)!.levels;
}

/** The error for a name that means nothing. */
export function unknownSetting(word: string): KanibakoError {
  const known = [...spellings().keys(), ...FAMILIES.map(({ prefix }) => `${prefix}NAME`)];
  const family = FAMILIES.find(({ prefix }) => prefix === word || prefix === `${word}.`);
  const meant = family ? `${family.prefix}NAME` : nearestSetting(word, known);
  return new KanibakoError("unknown-key", `There is no setting ${shellQuote(word)}.`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      "See them all, and what holds: kanibako box config --effective",
    ],
  });
}

function nearestSetting(word: string, known: readonly string[]): string | undefined {
  const [family] = FAMILIES.filter(({ prefix }) => nearest(word.split(".")[0]!, [prefix.slice(0, -1)]));
  const byLast = new Map(known.map((name) => [name.slice(name.lastIndexOf(".") + 1), name]));
  const last = nearest(word, byLast.keys());
  return nearest(word, known) ?? (last === undefined ? undefined : byLast.get(last)) ??
    (word.includes(".") && family ? `${family.prefix}${word.slice(word.indexOf(".") + 1)}` : undefined);
}

/** A slip in a setting that decides what the agent may do must not pass as one of the agent's own. */
function refuseSlip(name: string): void {
  const meant = nearest(name, ["model", "access", "start_mode", "autonomous", "persistence"]);
  if (meant === undefined) return;
  throw new KanibakoError("unknown-key", `There is no setting ${shellQuote(`crab.${name}`)}.`, {
    hint: `Did you mean ${meant}?`,
  });
}

function checkVariable(name: string): void {
  const why = !isEnvName(name)
    ? "a variable's name is letters, digits and _, and does not start with a digit"
    : isControlVariable(name) || name === "HOME" || name === "USER"
    ? "the box itself sets it"
    : undefined;
  if (why === undefined) return;
  throw new KanibakoError("bad-env", `Cannot use the variable ${shellQuote(name)}: ${why}.`);
}

function hasPrototype(word: string): boolean {
  return word.split(".").includes("__proto__");
}

/** The place of a setting in a file that does not have it yet. Of the file of a box, workset or the system. */
export function storedPath(setting: SettingName): readonly string[] {
  switch (setting.kind) {
    case "key":
      return setting.key.stored.split(".");
    case "bind":
      return [...setting.name.split(".", 3), setting.part];
    case "resource":
      return ["resource_overrides", setting.part];
    default:
      return [setting.kind, setting.part];
  }
}
