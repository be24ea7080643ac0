/**
 * What is set at one place, and how values are shown.
 *
 * @module
 */

import { checkedEnv } from "./env_file.ts";
import { SETTINGS } from "./settings/all.ts";
import type { ConfigValue } from "./settings/types.ts";
import type { ConfigPlace, PlaceEntry, PlaceTexts } from "./place.ts";
import type { SettingName } from "./setting_name.ts";
import type { EditValue } from "./edit.ts";
import { durationText, isLimit } from "./value.ts";

/** What a place sets, by the names users type: variables last, each kind sorted. */
export async function readPlace(place: ConfigPlace): Promise<ReadonlyMap<string, EditValue>> {
  const texts = await place.read();
  const found = [...await entriesOf(place, texts)].map(([name, { value }]) => [name, value] as const);
  const rank = ([name]: readonly [string, EditValue]) => `${name.startsWith("env.") ? 1 : 0}${name}`;
  return new Map(found.sort((a, b) => rank(a) < rank(b) ? -1 : 1));
}

/** What texts of a place say. */
export async function entriesOf(place: ConfigPlace, texts: PlaceTexts): Promise<Map<string, PlaceEntry>> {
  const entries = new Map(await place.entries(texts.settings ?? ""));
  if (place.envFile === undefined || texts.env === undefined) return entries;
  for (const [name, value] of Object.entries(checkedEnv(texts.env, place.envFile))) {
    entries.set(`env.${name}`, { value, path: [], inverted: false });
  }
  return entries;
}

/** A setting's value as text, as the commands show it. */
export function shownValue(name: string, value: EditValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "object") return value.join(" ");
  // As it is written: who reads "true" would not know which of the two it is.
  if (typeof value === "boolean" && SETTINGS.spellings().get(name)?.key.type.kind === "auth") {
    return value ? "shared" : "distinct";
  }
  const type = typeof value === "number" ? SETTINGS.spellings().get(name)?.key.type : undefined;
  if (type === undefined || !isLimit(type)) return String(value);
  if (value === 0) return "none";
  if (type.kind === "duration") return durationText(Number(value));
  return type.kind === "cpus" ? String(value) : size(Number(value));
}

/** Bytes with the greatest unit that says them exactly. */
function size(bytes: number): string {
  const [unit, factor] = ([["g", 2 ** 30], ["m", 2 ** 20], ["k", 2 ** 10]] as const)
    .find(([, factor]) => bytes % factor === 0) ?? ["", 1];
  return `${bytes / factor}${unit}`;
}

/** The default of a setting, as text; `undefined`: none. */
export function defaultOf(setting: SettingName): ConfigValue | undefined {
  return setting.kind === "key" && setting.key.default !== ""
    ? setting.key.usually ?? setting.key.default as ConfigValue
    : undefined;
}
