/**
 * The options of `start` and `shell`. Those that are settings follow from the declarations in `lib/config/settings`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import type { FlagSettings } from "../../../config/settings.ts";
import { SETTINGS } from "../../../config/settings/all.ts";
import {
  type Declared,
  type DeclaredMap,
  hasToggles,
  type ValueFlag,
} from "../../../config/settings/declare.ts";
import type { Registry } from "../../../config/settings/registry.ts";
import { engine } from "../../shared_options.ts";
import { choice, type Declaration, hidden, list, text, toggle } from "../../command.ts";

/** Options of a session that are no settings. What the others say is read by {@link flagSettings}. */
export interface SessionFlags {
  readonly entrypoint?: string;
  readonly engine?: RuntimeKind;
  /** Show the plan and do nothing. */
  readonly plan: boolean;
  /** The plan as JSON. */
  readonly json: boolean;
  readonly distinctAuth: boolean;
  /** Standard input is not read, and is no terminal. */
  readonly noStdin: boolean;
  /** Where the terminal is recorded. */
  readonly record?: string;
}

/** The part of a command's declaration that is about options. */
export type SessionOptions = Required<
  Pick<Declaration<SessionFlags, []>, "flags" | "short" | "spellings" | "older" | "exclusive">
>;

/** The options of a command that opens a session. */
export function sessionOptions(command: "start" | "shell", registry: Registry = SETTINGS): SessionOptions {
  const own: SessionOptions["flags"] = {
    entrypoint: text("CMD", "Run this program of the rig instead of an agent"),
    engine,
    distinctAuth: toggle("When creating a project: do not share the host's login with its box"),
    noStdin: toggle("Do not read standard input, as with </dev/null; for loops that read a list"),
    record: text("FILE", "Record what the terminal shows in a new file, an asciicast"),
    plan: toggle("Show what the box would get and where it comes from; create nothing"),
    json: toggle(command === "start" ? "With --plan or a prompt: print JSON" : "With --plan: print JSON"),
  };
  const flags: Record<string, unknown> = {};
  const short: Record<string, string> = { n: "noStdin" };
  const spellings: Record<string, string> = {};
  const older: Record<string, string> = { c: "entrypoint", E: "entrypoint", command: "entrypoint" };
  const exclusive: string[][] = [];
  for (const [field, declared] of flagged(command, registry)) {
    const { flag } = declared;
    const options = hasToggles(flag)
      ? Object.entries(flag.toggles)
      : [[flag?.option ?? field, flag as ValueFlag] as const];
    for (const [name, option] of options) {
      const made = "value" in option ? toggle(option.brief) : valueOption(declared, option);
      flags[name] = flag?.hidden ? hidden(made) : made;
      if (option.short !== undefined) short[option.short] = name;
      for (const spelling of option.spellings ?? []) spellings[spelling] = name;
      for (const spelling of option.older ?? []) older[spelling] = name;
    }
    if (options.length > 1) exclusive.push(options.map(([name]) => name));
  }
  // The parser gives what is declared; only the type of these options is not known here.
  return { flags: { ...flags, ...own }, short, spellings, older, exclusive } as unknown as SessionOptions;
}

/** The settings that are options of a command, those of `start` alone first. */
function flagged(
  command: "start" | "shell",
  registry: Registry,
): readonly (readonly [field: string, Declared | DeclaredMap])[] {
  const all = Object.entries(registry.flags);
  const ofStart = all.filter(([, { flag }]) => flag?.startOnly === true);
  const ofBoth = all.filter(([, { flag }]) => flag?.startOnly !== true);
  return command === "start" ? [...ofStart, ...ofBoth] : ofBoth;
}

function valueOption({ type }: Declared | DeclaredMap, { placeholder, brief }: ValueFlag): object {
  if (type.kind === "map" || type.kind === "list") return list(placeholder, brief);
  if (type.kind !== "choice") return text(placeholder, brief);
  return choice([...type.choices ?? [], ...type.perRun ?? []].filter((word) => word !== ""), brief);
}

/** What the options of a command say about settings. */
export function flagSettings(flags: SessionFlags, registry: Registry = SETTINGS): FlagSettings {
  const given = flags as unknown as Readonly<Record<string, unknown>>;
  const said: Record<string, unknown> = {};
  for (const [field, { flag }] of Object.entries(registry.flags)) {
    const value = hasToggles(flag)
      ? Object.entries(flag.toggles).find(([name]) => given[name] === true)?.[1].value
      : given[flag?.option ?? field];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined;
    if (isGiven) said[field] = value;
  }
  return said as FlagSettings;
}
