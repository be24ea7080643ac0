/**
 * Answers every setting of a launch: its value, and who set it. Set is what is written down, whatever it says.
 *
 * @module
 */

import { KanibakoError, UsageError } from "../host/error.ts";
import { DEFAULT, fromFile, fromFlag, sourceText } from "../spec/source.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import type { BoxPlace } from "./box_files.ts";
import type { CrabFile } from "./crab_file.ts";
import { accumulateEnv, type EnvLayer, parseEnvFlags } from "./env.ts";
import { type ConfigValue, keyNamed } from "./keys.ts";
import { type LevelFile, readLevels, withCrab } from "./levels.ts";
import type { FlagSettings, Setting, Settings } from "./settings.ts";
import type { Host } from "./system.ts";
import { parseValue } from "./value.ts";

/** Reads the levels and answers every setting. Without a crab file the crab's level says nothing. */
export async function resolveSettings(
  host: Host,
  project: BoxPlace,
  crab: CrabFile | undefined,
  flags: FlagSettings,
): Promise<Settings> {
  return settingsFrom(await readLevels(host, project), crab, flags);
}

/** The agent's id, before its crab file can be known. Empty: find one. */
export function crabSetting(levels: readonly LevelFile[], flags: FlagSettings): Setting<string> {
  return new Resolver(levels, flags).one("box.crab", flags.crab, "--crab");
}

/** Answers every setting from levels already read ({@link readLevels}). Pure. */
export function settingsFrom(
  levels: readonly LevelFile[],
  crab: CrabFile | undefined,
  flags: FlagSettings,
): Settings {
  const all = withCrab(levels, crab);
  const resolver = new Resolver(all, flags);
  const limit = (name: string, flag: string | undefined, option: string): Setting<number | undefined> => {
    const setting = resolver.one<number | undefined>(name, flag, option);
    return setting.value === 0 ? { ...setting, value: undefined } : setting;
  };
  return {
    image: resolver.one("box.image", flags.image, "--image"),
    crab: resolver.one("box.crab", flags.crab, "--crab"),
    security: perRun(flags) ?? resolver.one("box.security", flags.security, "--security"),
    network: resolver.one("box.network", flags.network, "--network"),
    memoryBytes: limit("box.memory", flags.memory, "--memory"),
    cpus: limit("box.cpus", flags.cpus, "--cpus"),
    pids: resolver.one("box.pids", flags.pids, "--pids"),
    persistence: resolver.one("persistence", flags.persistence, `--${flags.persistence}`),
    startMode: resolver.one("start_mode", flags.startMode, `--${flags.startMode}`),
    autonomous: resolver.one(
      "autonomous",
      flags.autonomous,
      flags.autonomous ? "--autonomous" : "--secure",
    ),
    sweep: resolver.one("box.sweep", undefined, ""),
    vault: {
      auto: resolver.one("vault.auto", undefined, ""),
      strategy: resolver.one("vault.strategy", undefined, ""),
      compression: resolver.one("vault.compression", undefined, ""),
      keep: resolver.one("vault.keep", undefined, ""),
      keepDaily: resolver.one("vault.keep_daily", undefined, ""),
      keepWeekly: resolver.one("vault.keep_weekly", undefined, ""),
      includeHome: resolver.one("vault.include_home", undefined, ""),
    },
    allowHelpers: resolver.one("allow_helpers", flags.noHelpers ? false : undefined, "--no-helpers"),
    agent: agentStates(all, flags),
    resources: resolver.maps("resources"),
    binds: resolver.maps("binds"),
    caches: new Resolver(levels, flags).maps("shared"),
    agentCaches: new Resolver(all.filter(({ level }) => level === "crab"), flags).maps("shared"),
    env: accumulateEnv(envLayers(levels, crab, flags)),
    runArgs: crab
      ? { value: crab.runArgs, level: "crab", from: fromFile("crab", "config", crab.id) }
      : { value: [], level: "default", from: DEFAULT },
    template: crab
      ? { value: crab.template, level: "crab", from: fromFile("crab", "config", crab.id) }
      : { value: "standard", level: "default", from: DEFAULT },
  };
}

/** One setting of the table, by its name, without what the command line says. `levels`: the strongest first. */
export function settingOf(
  levels: readonly LevelFile[],
  name: string,
): Setting<ConfigValue | undefined> {
  return new Resolver(levels, {}).one(name, undefined, "");
}

/** A setting an agent declares. */
export interface DeclaredSetting {
  readonly key: string;
  readonly default: string;
  /** Allowed values; empty: any. */
  readonly choices: readonly string[];
}

/**
 * The agent's settings with its declared defaults beneath them. Throws `bad-value` for a value that is not one of the
 * choices, and `unknown-key` for a key that looks like a slip in a declared one.
 */
export function agentSettings(
  settings: Settings,
  declared: readonly DeclaredSetting[],
): Record<string, Setting<string>> {
  const result: Record<string, Setting<string>> = {};
  for (const { key, default: value } of declared) result[key] = { value, level: "default", from: DEFAULT };
  for (const [key, setting] of Object.entries(settings.agent)) {
    const known = declared.find((one) => one.key === key);
    const meant = known ? undefined : nearest(key, declared.map((one) => one.key));
    if (meant) {
      throw new KanibakoError(
        "unknown-key",
        `Unknown setting ${shellQuote(key)} in ${sourceText(setting.from)}.`,
        {
          hint: `Did you mean ${meant}?`,
        },
      );
    }
    // An empty text means "no such argument" and needs no choice.
    if (known && known.choices.length > 0 && setting.value !== "" && !known.choices.includes(setting.value)) {
      throw new KanibakoError(
        "bad-value",
        `Cannot set ${key} to ${JSON.stringify(setting.value)} (${sourceText(setting.from)}).`,
        { hint: `Use ${known.choices.join(", ")}.` },
      );
    }
    result[key] = setting;
  }
  return result;
}

class Resolver {
  constructor(readonly levels: readonly LevelFile[], readonly flags: FlagSettings) {}

  /** The strongest level that sets a key. */
  one<T extends ConfigValue | undefined>(
    name: string,
    flag: ConfigValue | undefined,
    option: string,
  ): Setting<T> {
    const key = keyNamed(name);
    if (flag !== undefined) {
      return { value: parseFlag(name, flag, option) as T, level: "flag", from: fromFlag(option) };
    }
    for (const { level, from, config } of this.levels) {
      const value = config.values[name];
      if (value !== undefined) return { value: value as T, level, from };
    }
    return { value: key.default as T, level: "default", from: DEFAULT };
  }

  /** Maps of all levels over each other, entry by entry. */
  maps<K extends "resources" | "binds" | "shared">(
    map: K,
  ): Record<string, Setting<LevelFile["config"][K][string]>> {
    const result: Record<string, Setting<LevelFile["config"][K][string]>> = {};
    for (const { level, from, config } of this.levels.toReversed()) {
      for (const [name, value] of Object.entries(config[map])) {
        result[name] = { value: value as LevelFile["config"][K][string], level, from };
      }
    }
    return result;
  }
}

/** A profile weaker than the default is asked for anew each time: no file can hold it. */
function perRun(flags: FlagSettings): Setting<"nested"> | undefined {
  return flags.security === "nested"
    ? { value: "nested", level: "flag", from: fromFlag("--security") }
    : undefined;
}

function parseFlag(name: string, value: ConfigValue, option: string): ConfigValue {
  try {
    return parseValue(keyNamed(name), value);
  } catch (cause) {
    if (!(cause instanceof KanibakoError)) throw cause;
    throw new UsageError(`Cannot use ${option} ${JSON.stringify(value)}.`, { hint: cause.hints });
  }
}

/** The agent's own settings. An empty text is a value like any other: it ends the search. */
function agentStates(levels: readonly LevelFile[], flags: FlagSettings): Record<string, Setting<string>> {
  const result: Record<string, Setting<string>> = {};
  for (const { level, from, config } of levels.toReversed()) {
    const { model, access } = config.values;
    const known = { ...(model === undefined ? {} : { model }), ...(access === undefined ? {} : { access }) };
    for (const [key, value] of Object.entries({ ...config.agent, ...known })) {
      result[key] = { value: String(value), level, from };
    }
  }
  if (flags.model !== undefined) {
    result["model"] = { value: flags.model, level: "flag", from: fromFlag("--model") };
  }
  return result;
}

/** System, crab, workset, box, flags: each over the ones before it. */
function envLayers(
  levels: readonly LevelFile[],
  crab: CrabFile | undefined,
  flags: FlagSettings,
): EnvLayer[] {
  const files = withCrab(levels, crab);
  const layer = (name: LevelFile["level"]) =>
    files.filter(({ level }) => level === name).map(({ env }) => env);
  return [
    ...layer("system"),
    ...layer("crab"),
    ...layer("workset"),
    ...layer("box"),
    { entries: parseEnvFlags(flags.env ?? []), from: fromFlag("-e"), file: undefined },
  ];
}
