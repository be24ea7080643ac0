/**
 * Sets and resets settings.
 *
 * @module
 */

import { parseBinding } from "../../secret/binding.ts";
import { parseSecretFiles } from "../../secret/file.ts";
import { parseSshHost, parseSshKeys } from "../../ssh/grant.ts";
import { fixedKey, resetSettings, setSetting, valueFor } from "../../config/change.ts";
import type { EditValue } from "../../config/edit.ts";
import { whyNoEffect } from "../../config/no_effect.ts";
import { defaultOf, readPlace, shownValue } from "../../config/read.ts";
import type { SettingName } from "../../config/setting_name.ts";
import { SETTINGS } from "../../config/settings/all.ts";
import type { ConfigValue } from "../../config/settings/types.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { warning } from "../../spec/ui.ts";
import { type LoginChange, NO_LOGIN_CHANGE } from "./login_change.ts";
import { masked } from "./read.ts";
import { type ConfigScope, namedSetting } from "./scope.ts";

/** Most settings that are named before all are reset. */
const NAMED = 20;

/** What became of the host's login, where the setting decides who shares it. */
interface Withdrawn {
  readonly withdrawn: LoginChange;
}

/** A setting that was set. */
export interface SetOutcome extends Withdrawn {
  readonly name: string;
  /** What it is now; masked where it is a secret. */
  readonly value: EditValue;
}

/** Sets one setting to what `text` means. Notes where that has no effect. Throws `unknown-key`, `bad-value`, `not-here` and the like. */
export async function setHere(scope: ConfigScope, word: string, text: string): Promise<SetOutcome> {
  if (scope.missing) throw scope.missing;
  const { setting: named, facts } = await namedSetting(scope, word, true);
  const setting = await inItsForm(scope, named, text);
  const { name } = setting;
  if (setting.kind === "key" && setting.key.obsolete) throw obsoleteSetting(setting);
  const special = scope.special?.[name];
  let value: EditValue = text;
  if (name === "network.presets") await checkPresets(valueFor(setting, text, facts));
  if (name === "engine") await checkEngine(text);
  const withdrawn = await aroundLogin(scope, name, async () => {
    if (special) await special.set(value = valueFor(setting, text, facts));
    else {
      // Not only at the next start.
      if (setting.kind === "entry") READERS[setting.map.name]?.(setting.part, text);
      value = await setSetting(scope.place, setting, text, facts);
    }
  });
  await rulesChanged(scope, [name]);
  const why = setting.kind === "key" ? whyNoEffect(setting.key, value) : undefined;
  if (why !== undefined) warning(scope.host.ui, "no-effect", { name, why });
  return { name, value: masked(name, value), withdrawn };
}

/** What is wrong with an entry is found when it is set, by the name of its map. */
const READERS: Readonly<Record<string, (part: string, text: string) => void>> = {
  secret: parseBinding,
  secret_file: parseSecretFiles,
  ssh: (host, keys) => {
    parseSshHost(host);
    parseSshKeys(keys);
  },
};

/** A rule of a filtered network has one form; as it is set, what is wrong with it is found. `text`: its new value. */
async function inItsForm(scope: ConfigScope, setting: SettingName, text?: string): Promise<SettingName> {
  if (setting.kind !== "entry" || setting.map !== SETTINGS.maps["allow"]) return setting;
  const { ruleSetting } = await import("../network/change.ts");
  return await ruleSetting(scope.place, setting, text);
}

/** What no filtered box could start with is not set. */
async function checkPresets(value: EditValue): Promise<void> {
  const { checkPreset } = await import("../../net/presets/all.ts");
  for (const word of Array.isArray(value) ? value as readonly string[] : []) {
    checkPreset(word.replace(/^@/, ""), JSON.stringify(word));
  }
}

/** An engine that does not exist would keep every command from working. */
async function checkEngine(name: string): Promise<void> {
  const { RUNTIME_KINDS } = await import("../../runtime/kinds.ts");
  if (name === "" || RUNTIME_KINDS.some((kind) => kind === name)) return;
  throw new KanibakoError(
    "bad-value",
    `Cannot set engine to ${JSON.stringify(name)}: there is no such engine.`,
    {
      hint: `Engines: ${RUNTIME_KINDS.join(", ")}`,
    },
  );
}

/** What a filtered network lets out acts on boxes that run. */
async function rulesChanged({ host }: ConfigScope, names: readonly string[]): Promise<void> {
  if (!names.some((name) => name.startsWith("network."))) return;
  const { refreshNetworks } = await import("../network/refresh.ts");
  await refreshNetworks(host);
}

/** Older versions wrote it into their files; nothing is gained by setting it. */
function obsoleteSetting({ name }: SettingName): KanibakoError {
  return new KanibakoError("no-effect", `Cannot set ${name}: it has no effect.`, {
    hint: `Remove it: kanibako system config --reset ${name}`,
  });
}

/** A setting that was reset. */
export interface ResetOutcome extends Withdrawn {
  readonly name: string;
  /** Whether it was set. */
  readonly reset: boolean;
  /** Its value where nobody sets it. */
  readonly default: ConfigValue | undefined;
}

/** Takes one setting out. Throws `unknown-key`, `fixed-key`. */
export async function resetHere(scope: ConfigScope, word: string): Promise<ResetOutcome> {
  if (scope.missing) throw scope.missing;
  const setting = await inItsForm(scope, (await namedSetting(scope, word)).setting);
  const { name } = setting;
  if (setting.kind === "key" && setting.key.fixed) throw fixedKey(setting.key);
  const special = scope.special?.[name];
  let reset = false;
  const withdrawn = await aroundLogin(scope, name, async () => {
    reset = special ? await special.reset() : (await resetSettings(scope.place, [setting])).length > 0;
  });
  await rulesChanged(scope, [name]);
  return { name, reset, default: defaultOf(setting), withdrawn };
}

/** What came of resetting all. */
export interface AllReset extends Withdrawn {
  readonly names: readonly string[];
  /** What is part of the thing itself, and is not as usual: it stays. */
  readonly kept: readonly (readonly [name: string, value: EditValue])[];
}

/** Takes out everything that is set here. Asks unless `force`; throws {@link Aborted} for a no. */
export async function resetAllHere(scope: ConfigScope, force: boolean = false): Promise<AllReset> {
  if (scope.missing) throw scope.missing;
  const { place, identity = {}, special = {} } = scope;
  // An empty list says nothing, wherever it comes from, unless the default is another.
  const stays = (name: string, value?: EditValue) =>
    Object.hasOwn(identity, name) ||
    (typeof value === "object" && value.length === 0 &&
      !hasEntries(SETTINGS.spellings().get(name)?.key.default));
  const names = [...await readPlace(place)].filter(([name, value]) => !stays(name, value)).map(([name]) =>
    name
  );
  if (names.length > 0 && !force) await askToReset(scope, names);
  const gone = new Set<string>();
  const withdrawn = await aroundLogin(scope, names.includes("group_auth") ? "group_auth" : "", async () => {
    for (const name of await resetSettings(place, "all", stays)) gone.add(name);
    for (const [name, one] of Object.entries(special)) if (!stays(name) && await one.reset()) gone.add(name);
  });
  await rulesChanged(scope, [...gone]);
  return { names: [...gone], kept: await keptOf(scope), withdrawn };
}

function hasEntries(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

async function askToReset({ host, place }: ConfigScope, names: readonly string[]): Promise<void> {
  const sure = await host.ui.confirm({
    text: `This removes every setting made for ${place.title}:`,
    details: [
      ...names.slice(0, NAMED).map((name) => `  ${name}`),
      ...(names.length > NAMED ? [`  and ${names.length - NAMED} more`] : []),
    ],
    careful: true,
  });
  if (!sure) throw new Aborted();
}

async function keptOf({ place, identity = {} }: ConfigScope): Promise<[name: string, value: EditValue][]> {
  const settings = await readPlace(place);
  return Object.entries(identity).flatMap(([name, usual]): [string, EditValue][] => {
    const value = settings.get(name);
    const isUsual = usual === "any" || value === undefined ||
      shownValue(name, value) === shownValue(name, usual);
    return isUsual ? [] : [[name, value]];
  });
}

/** Runs a change, and where it may decide who uses the host's login, takes the login from those that do no longer. */
async function aroundLogin(
  scope: ConfigScope,
  name: string,
  change: () => Promise<void>,
): Promise<LoginChange> {
  if (name === "group_auth" && scope.decidesLogin) {
    const { withdrawingLogins } = await import("./login.ts");
    return await withdrawingLogins(scope.host, change);
  }
  await change();
  return NO_LOGIN_CHANGE;
}
