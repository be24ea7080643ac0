/**
 * Options against a box that runs: it does not change, so what asks for something else is refused where it promises safety or
 * decides what the session is, and warned of where it only concerns comfort. What it has anyway is neither.
 *
 * @module
 */

import type { Setting, Settings } from "../config/settings.ts";
import { SETTINGS } from "../config/settings/all.ts";
import { type Declared, isMap } from "../config/settings/declare.ts";
import { isRefused, launchOnly, optionOf } from "../config/settings/given_options.ts";
import type { ConfigValue } from "../config/settings/types.ts";
import { shownValue } from "../config/read.ts";
import { isLimit, storedForm } from "../config/value.ts";
import { KanibakoError } from "../host/error.ts";
import type { RunRecord } from "../run/record.ts";
import { enumerated } from "../host/ui/text.ts";
import { sourceText } from "../spec/source.ts";
import type { SessionRequest } from "./gather.ts";

/** An option that a running box cannot follow. */
export interface Unmet {
  /** As it is spelled, or in words: "the arguments after --". */
  readonly option: string;
  /** What the box has in its place, such as "network open"; `undefined` where that cannot be said. */
  readonly has: string | undefined;
}

/** What a call asks of a running box that it does not get. */
export interface AgainstRunning {
  /** Why the call must not go on. */
  readonly refused: readonly Unmet[];
  /** Spellings of options that are passed over. */
  readonly ignored: readonly string[];
  /** What has been configured since the box was started and promises safety; a sentence each. */
  readonly changed: readonly string[];
}

/** The entry of a run's record for the program that replaces what the box runs. */
const ENTRYPOINT = "entrypoint";
/** What stands for words of the user's own. */
const WORDS = "the arguments after --";
/** What an agent is asked that works on one text, whatever the session has: it ends with its answer in any case. */
const OF_A_PROMPT: readonly string[] = ["start_mode", "autonomous", "model", "persistence"];
/** The entry for the settings that were given by option: they are not expected to follow the configuration. */
const BY_OPTION = "options";

/** What a run's record keeps of the settings it is started with. `real`: by name, what came of some of them. */
export function keptSettings(
  settings: Settings,
  entrypoint: string | undefined,
  real: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept: Record<string, string> = { [ENTRYPOINT]: entrypoint ?? "" };
  const options: string[] = [];
  for (const [field, declared] of Object.entries(SETTINGS.launch)) {
    kept[declared.name] = real[declared.name] ?? asText(declared, settingIn(settings, field)?.value);
    if (settingIn(settings, field)?.level === "flag") options.push(declared.name);
  }
  kept[BY_OPTION] = options.join(",");
  // Whatever it began with, a session that runs is continued.
  return { ...kept, start_mode: "continue" };
}

/** The record of a run whose box was given other settings while it runs, by the setting's name and as text. */
export function withSettings(record: RunRecord, settings: Readonly<Record<string, string>>): RunRecord {
  if (!record.has) return record;
  const options = new Set((record.has[BY_OPTION] ?? "").split(",").filter((name) => name !== ""));
  for (const name of Object.keys(settings)) options.add(name);
  return { ...record, has: { ...record.has, ...settings, [BY_OPTION]: [...options].join(",") } };
}

/**
 * What a call asks for in vain. `call`: a command of its own in the box, with its own words and variables; otherwise the session that
 * runs is joined. `sameImage`: whether the rig asked for is the image the box was started from.
 */
export function againstRunning(
  { flags, words, engine, entrypoint, kind, prompt }: SessionRequest,
  settings: Settings,
  record: RunRecord,
  { call, sameImage }: { readonly call: boolean; readonly sameImage: boolean },
): AgainstRunning {
  const refused: Unmet[] = [];
  const ignored: string[] = [];
  // Some of it is known of every run.
  const has: Readonly<Record<string, string | undefined>> = {
    "persistence": record.lifetime,
    "box.crab": record.agent,
    ...record.has,
  };
  for (const { declared, option } of launchOnly(flags)) {
    // An agent that works on a text beside the session is started with what is asked of it.
    if (prompt && OF_A_PROMPT.includes(declared.name)) continue;
    if (isMap(declared)) {
      if (isRefused(declared)) refused.push({ option, has: undefined });
      else if (!call) ignored.push(option);
      continue;
    }
    const wanted = asText(declared, settingIn(settings, fieldOf(declared))?.value);
    const had = has[declared.name];
    if (wanted === had || (declared.name === "box.image" && sameImage)) continue;
    if (isRefused(declared)) {
      refused.push({ option, has: had === undefined ? undefined : inWords(declared, had) });
    } else ignored.push(option);
  }
  const network = has["box.network"];
  if (flags.allow !== undefined && network !== "filtered") {
    refused.push({ option: "--allow", has: network === undefined ? undefined : `network ${network}` });
  }
  if (engine !== undefined && engine !== record.runtime) {
    refused.push({ option: "--engine", has: `engine ${record.runtime}` });
  }
  if (!call && entrypoint !== undefined && entrypoint !== has[ENTRYPOINT]) {
    const runs = has[ENTRYPOINT] || record.agent;
    refused.push({ option: "--entrypoint", has: runs ? `${runs} in its session` : undefined });
  }
  if (!call && words.length > 0) refused.push({ option: WORDS, has: undefined });
  return { refused, ignored, changed: changedSince(settings, record.has ?? {}, kind === "agent" && !call) };
}

/** What promises safety and was configured otherwise since. `agent`: the agent's own settings are those of the session. */
function changedSince(settings: Settings, has: Readonly<Record<string, string>>, agent: boolean): string[] {
  const byOption = (has[BY_OPTION] ?? "").split(",");
  return Object.entries(SETTINGS.launch).flatMap(([field, declared]) => {
    const setting = settingIn(settings, field);
    const had = has[declared.name];
    if (!declared.safety || !setting || had === undefined) return [];
    if (
      setting.level === "flag" || byOption.includes(declared.name) || (declared.flag?.startOnly && !agent)
    ) return [];
    const now = asText(declared, setting.value);
    // An empty text leaves it to the host: no promise.
    if (now === "" || now === had) return [];
    return [
      `${declared.name} is now ${shown(declared, now)} (${
        sourceText(setting.from)
      }), but the running box has ${inWords(declared, had)}.`,
    ];
  });
}

/** The error for what a running box refuses; `undefined` when there is none. */
export function refusal(name: string, { refused }: AgainstRunning): KanibakoError | undefined {
  if (refused.length === 0) return undefined;
  const has = refused.flatMap((one) => one.has ?? []);
  const [options, need] = [enumerated(refused.map(({ option }) => option)), needs(refused)];
  return new KanibakoError(
    "running",
    `The box ${name} is already running${
      has.length === 0 ? "" : ` with ${enumerated(has)}`
    }, and ${options} ${need} a new box.`,
    {
      hint: [
        `Stop it first: kanibako stop ${name}`,
        "Or leave out what it cannot follow, to use it as it is.",
        ...(refused.some(({ option }) => option === WORDS)
          ? [`To have its agent work on a text beside the session: kanibako start ${name} --prompt TEXT`]
          : []),
      ],
    },
  );
}

function needs(refused: readonly Unmet[]): string {
  return refused.length === 1 && refused[0]!.option.startsWith("--") ? "needs" : "need";
}

/** The line for options that a running box passed over; `undefined` when there were none. */
export function ignoredLine(name: string, { ignored }: AgainstRunning): string | undefined {
  if (ignored.length === 0) return undefined;
  const [was, them] = ignored.length === 1 ? ["was", "it"] : ["were", "them"];
  return `The box ${name} is already running, so ${
    enumerated(ignored)
  } ${was} ignored. To apply ${them}, stop it first: kanibako stop ${name}`;
}

/** A setting that is an option, as a launch sees it. */
function settingIn(settings: Settings, field: string): Setting<ConfigValue | undefined> | undefined {
  const known = settings as unknown as Readonly<Record<string, Setting<ConfigValue | undefined> | undefined>>;
  return known[field] ?? settings.agent[field];
}

function fieldOf(declared: Declared): string {
  return Object.entries(SETTINGS.launch).find(([, one]) => one === declared)![0];
}

function asText(declared: Declared, value: ConfigValue | undefined): string {
  return String(
    storedForm(declared, value ?? (isLimit(declared.type) ? 0 : "")),
  );
}

/** What the box has of a setting: "network open", "memory 512m", "no memory limit". */
function inWords(declared: Declared, had: string): string {
  const field = fieldOf(declared);
  if (field === "image") return `rig ${had}`;
  const { flag, type } = declared;
  if (flag !== undefined && "toggles" in flag) {
    const value = Object.values(flag.toggles).find((one) => String(one.value) === had)?.value;
    return value === undefined ? `${field} ${had}` : optionOf(declared, field, value);
  }
  if (type.kind === "duration") return had === "none" ? `no ${declared.name}` : `${declared.name} ${had}`;
  if (had === "none" && isLimit(type)) return `no ${field} limit`;
  if (type.kind === "bytes") return `${field} ${shown(declared, had)}`;
  // Of several words its name says more than its field.
  const word = declared.name.startsWith("box.") || declared.name === field ? field : declared.name;
  return had === "" ? `no ${word}` : `${word} ${had}`;
}

/** A value as a user would type it. */
function shown({ name, type }: Declared, text: string): string {
  return type.kind === "bytes" ? shownValue(name, text === "none" ? 0 : Number(text)) : text;
}
