/**
 * The face that all `config` commands share: show, get, set and reset at one place.
 *
 * @module
 */

import { MASK } from "../spec/mask.ts";
import type { AgentFacts } from "../config/change.ts";
import type { EffectiveSetting } from "../config/effective.ts";
import { isSecretName } from "../config/env.ts";
import type { ConfigPlace } from "../config/place.ts";
import { defaultOf, readPlace, shownValue } from "../config/read.ts";
import { isResource, type SettingName, settingNamed } from "../config/setting_name.ts";
import type { EditValue } from "../config/edit.ts";
import { Aborted, KanibakoError, UsageError } from "../host/error.ts";
import { dim, json, note, out, table } from "../host/ui/terminal.ts";
import { sourceText } from "../spec/source.ts";
import { whyNoEffect } from "../config/no_effect.ts";
import type { ConfigFlags } from "./config_flags.ts";
import { terminalUi } from "./terminal_ui.ts";

/** A setting that is not kept in the place's own files. */
export interface SpecialSetting {
  get(): Promise<EditValue | undefined>;
  set(value: EditValue): Promise<void>;
  /** Returns whether it was set. */
  reset(): Promise<boolean>;
}

/** What one call of a `config` command is about. */
export interface ConfigRequest {
  readonly place: ConfigPlace;
  readonly flags: Partial<ConfigFlags>;
  /** `KEY`, `KEY=VALUE` or nothing. */
  readonly argument: string | undefined;
  /** What agents know; only asked for where it matters. */
  facts(): Promise<AgentFacts>;
  effective(): Promise<readonly EffectiveSetting[]>;
  /** By name. */
  readonly special?: Readonly<Record<string, SpecialSetting>>;
  /** Settings that are part of what the thing is: shown when they differ from this, and left alone by `--reset --all`. */
  readonly identity?: Readonly<Record<string, EditValue | "any">>;
  /** Runs a change that may decide who uses the host's login. */
  aroundLogin?(change: () => Promise<void>): Promise<void>;
}

/** Runs one call. Returns the exit code. */
export async function configure(request: ConfigRequest): Promise<number> {
  const { argument = "", flags, place } = request;
  const equals = argument.indexOf("=");
  const word = (equals < 0 ? argument : argument.slice(0, equals)).trim();
  const text = equals < 0 ? undefined : argument.slice(equals + 1).trim();
  checkFlags(flags, word, text);
  if (word === "" && argument !== "") throw new UsageError("There is no name before the =.");
  if (flags.schema) return await showSchema(place);
  if (flags.reset && flags.all) return await resetAll(request);
  if (word === "") return flags.effective ? await showEffective(request) : await show(request);
  const named = settingNamed(word, place.level);
  const facts = needsFacts(named) ? await request.facts() : NO_FACTS;
  const setting = isResource(named) ? (await import("../config/change.ts")).settledName(named, facts) : named;
  if (flags.local && !isResource(setting)) throw notLocal(setting.name);
  if (flags.reset) return await resetOne(request, setting);
  const value = text ?? (flags.local ? "project" : undefined);
  if (value !== undefined) return await setOne(request, setting, value, facts);
  return flags.effective ? await getEffective(request, setting) : await getOne(request, setting);
}

const NO_FACTS: AgentFacts = { settings: [], resources: [] };

function needsFacts(setting: SettingName): boolean {
  if (setting.kind === "entry") return setting.map.mixed === true || isResource(setting);
  return setting.kind === "key" && setting.key.agent === true;
}

function checkFlags(flags: Partial<ConfigFlags>, word: string, text: string | undefined): void {
  const refuse = (message: string, hint?: string) => {
    throw new UsageError(message, hint === undefined ? {} : { hint });
  };
  if (text !== undefined && flags.reset) refuse("--reset takes a KEY without a value.");
  if (text !== undefined && flags.effective) refuse("--effective shows what holds; it sets nothing.");
  if (flags.reset && flags.effective) refuse("Options --reset and --effective exclude each other.");
  if (flags.all && !flags.reset) {
    refuse("--all goes with --reset.", "To see everything that holds: --effective");
  }
  if (flags.reset && flags.all && word !== "") refuse("--reset takes either a KEY or --all.");
  if (flags.reset && !flags.all && word === "") {
    throw new KanibakoError("reset-what", "--reset needs the KEY to reset, or --all.", {
      hint: "Everything that is set here: --reset --all",
    });
  }
  if (flags.local && (word === "" || flags.reset)) throw notLocal(word === "" ? "everything" : word);
  if (flags.local && text !== undefined && text !== "project") {
    refuse(`--local means project, not ${JSON.stringify(text)}.`);
  }
}

function notLocal(name: string): KanibakoError {
  return new KanibakoError("not-local", `--local is for resource.NAME only, not for ${name}.`);
}

async function show(request: ConfigRequest): Promise<number> {
  const { flags, place, identity = {}, special = {} } = request;
  const settings = new Map(await readPlace(place));
  for (const [name, one] of Object.entries(special)) {
    const value = await one.get();
    if (value !== undefined) settings.set(name, value);
  }
  for (const [name, value] of settings) {
    if (typeof value === "object" && value.length === 0) settings.delete(name);
  }
  for (const [name, usual] of Object.entries(identity)) {
    const value = settings.get(name);
    if (usual === "any" || shownValue(name, value) === shownValue(name, usual)) settings.delete(name);
  }
  const rows = [...settings].map(([name, value]) => [name, masked(name, value)] as const);
  if (flags.json) json(Object.fromEntries(rows));
  else if (flags.quiet) rows.forEach(([name]) => out(name));
  else if (rows.length === 0) out("  (no overrides)");
  else rows.forEach(([name, value]) => out(`  ${name} = ${printed(name, value)}`));
  return 0;
}

function masked(name: string, value: EditValue): EditValue {
  return name.startsWith("env.") && isSecretName(name.slice(4)) && value !== "" ? MASK : value;
}

function printed(name: string, value: EditValue | undefined): string {
  return value === "" ? '""' : shownValue(name, value);
}

async function showEffective(request: ConfigRequest): Promise<number> {
  const { flags } = request;
  const rows = (await request.effective()).map((row) =>
    row.secret && row.value !== undefined ? { ...row, value: MASK } : row
  );
  if (flags.json) {
    json(Object.fromEntries(rows.map(({ name, value, level, from }) => [
      name,
      { value: value ?? null, level, from: sourceText(from) },
    ])));
  } else if (flags.quiet) rows.forEach(({ name }) => out(name));
  else {
    table(
      ["KEY", "VALUE", "SOURCE"],
      rows.map(({ name, value, level, from }) => [
        name,
        value === undefined ? dim("(not set)") : printed(name, value),
        level === "default" ? dim(sourceText(from)) : sourceText(from),
      ]),
    );
  }
  return 0;
}

async function valueHere({ place, special }: ConfigRequest, name: string): Promise<EditValue | undefined> {
  return special?.[name] ? await special[name].get() : (await readPlace(place)).get(name);
}

async function getOne(request: ConfigRequest, setting: SettingName): Promise<number> {
  const value = await valueHere(request, setting.name);
  const inverted = setting.kind === "key" && setting.inverted;
  return printValue(request, setting, inverted && typeof value === "boolean" ? !value : value, "here");
}

async function getEffective(request: ConfigRequest, setting: SettingName): Promise<number> {
  const row = (await request.effective()).find(({ name }) => name === setting.name);
  // What is decided when a project is made stands in its file and nowhere else.
  const value = row ? row.value : await valueHere(request, setting.name);
  return printValue(request, setting, value, row && sourceText(row.from));
}

function printValue(
  { flags }: ConfigRequest,
  setting: SettingName,
  value: EditValue | undefined,
  from: string | undefined,
): number {
  if (flags.json) {
    const source = flags.effective && from !== undefined ? { from } : {};
    json({ name: setting.name, value: value ?? null, ...source });
  } else if (value !== undefined) out(shownValue(setting.name, value));
  else {
    note("(not set)");
    const usual = defaultOf(setting);
    if (usual !== undefined) note(`  The default: ${usual}`);
  }
  return value === undefined ? 1 : 0;
}

async function setOne(
  request: ConfigRequest,
  setting: SettingName,
  text: string,
  facts: AgentFacts,
): Promise<number> {
  const { place, special, flags } = request;
  const one = special?.[setting.name];
  if (setting.kind === "key" && setting.key.obsolete) throw obsoleteSetting(setting);
  const { setSetting, valueFor } = await import("../config/change.ts");
  await aroundLogin(request, setting.name, async () => {
    let value: EditValue;
    if (one) {
      await one.set(value = valueFor(setting, text, facts));
    } else value = await setSetting(place, setting, text, facts);
    if (flags.json) json({ name: setting.name, value });
    else if (!flags.quiet) {
      out(`Set ${setting.name}=${shownValue(setting.name, masked(setting.name, value))}`);
    }
    if (setting.kind !== "key") return;
    const why = whyNoEffect(setting.key, value);
    if (why !== undefined) {
      terminalUi.note({ level: "warning", code: "no-effect", values: { name: setting.name, why } });
    }
  });
  return 0;
}

/** Older programs wrote it into their files; nothing is gained by setting it. */
function obsoleteSetting({ name }: SettingName): KanibakoError {
  return new KanibakoError("no-effect", `Cannot set ${name}: it has no effect.`, {
    hint: `Where it is set, take it out: kanibako system config --reset ${name}`,
  });
}

async function resetOne(request: ConfigRequest, setting: SettingName): Promise<number> {
  const { place, special, flags } = request;
  const { name } = setting;
  const { fixedKey, resetSettings } = await import("../config/change.ts");
  if (setting.kind === "key" && setting.key.fixed) throw fixedKey(setting.key);
  await aroundLogin(request, name, async () => {
    const gone = special?.[name]
      ? await special[name].reset()
      : (await resetSettings(place, [setting])).length > 0;
    if (flags.json) return json({ name, reset: gone });
    if (flags.quiet) return;
    const usual = defaultOf(setting);
    if (!gone) out(`No override for ${name}`);
    else out(`Reset ${name}${usual === undefined ? "" : ` (the default: ${usual})`}`);
  });
  return 0;
}

async function resetAll(request: ConfigRequest): Promise<number> {
  const { place, flags, identity = {}, special = {} } = request;
  // An empty list says nothing, wherever it comes from.
  const stays = (name: string, value?: EditValue) =>
    Object.hasOwn(identity, name) || (typeof value === "object" && value.length === 0);
  const names = [...await readPlace(place)].filter(([name, value]) => !stays(name, value)).map(([name]) =>
    name
  );
  if (names.length > 0 && !flags.force) {
    const { confirmYes } = await import("../host/ui/prompt.ts");
    const shown = names.slice(0, 20).map((name) => `  ${name}`);
    const more = names.length > 20 ? [`  and ${names.length - 20} more`] : [];
    const agreed = await confirmYes(
      `This takes out everything that is set for ${place.title}:`,
      ...shown,
      ...more,
    );
    if (!agreed) throw new Aborted();
  }
  await aroundLogin(request, names.includes("group_auth") ? "group_auth" : "", async () => {
    const { resetSettings } = await import("../config/change.ts");
    const gone = new Set(await resetSettings(place, "all", stays));
    for (const [name, one] of Object.entries(special)) if (!stays(name) && await one.reset()) gone.add(name);
    if (flags.json) return json({ reset: [...gone] });
    await tellKept(request);
    if (!flags.quiet) {
      out(gone.size === 0 ? "Nothing to reset." : `Reset ${count(gone.size)} of ${place.title}.`);
    }
  });
  return 0;
}

/** What is part of the thing itself is left alone, and said where it is not as usual. */
async function tellKept({ place, identity = {} }: ConfigRequest): Promise<void> {
  const settings = await readPlace(place);
  for (const [name, usual] of Object.entries(identity)) {
    const value = settings.get(name);
    if (usual === "any" || value === undefined || shownValue(name, value) === shownValue(name, usual)) {
      continue;
    }
    note(`Kept ${name}=${shownValue(name, value)}. To reset it, too: --reset ${name}`);
  }
}

function count(settings: number): string {
  return settings === 1 ? "1 setting" : `${settings} settings`;
}

async function aroundLogin(request: ConfigRequest, name: string, change: () => Promise<void>): Promise<void> {
  if (name === "group_auth" && request.aroundLogin) await request.aroundLogin(change);
  else await change();
}

async function showSchema(place: ConfigPlace): Promise<number> {
  const { jsonSchema } = await import("../config/json_schema.ts");
  json(jsonSchema(place.level));
  return 0;
}
