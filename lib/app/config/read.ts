/**
 * What is set at a place, and what is in effect. Secrets are masked unless they are asked for by name.
 *
 * @module
 */

import type { EditValue } from "../../config/edit.ts";
import type { EffectiveSetting } from "../../config/effective.ts";
import { isSecretName } from "../../config/env.ts";
import { defaultOf, readPlace, shownValue } from "../../config/read.ts";
import type { SettingName } from "../../config/setting_name.ts";
import type { ConfigValue } from "../../config/settings/types.ts";
import { MASK } from "../../spec/mask.ts";
import type { Source } from "../../spec/source.ts";
import { type ConfigScope, namedSetting } from "./scope.ts";

/** What is set here, by name, secrets masked. What is part of the thing itself comes only where it is not as usual. */
export async function settingsHere(scope: ConfigScope): Promise<ReadonlyMap<string, EditValue>> {
  if (scope.missing) throw scope.missing;
  const { place, identity = {}, special = {} } = scope;
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
  return new Map([...settings].map(([name, value]) => [name, masked(name, value)]));
}

/** Everything that is in effect, with its source, secrets masked. */
export async function effectiveHere(scope: ConfigScope): Promise<readonly EffectiveSetting[]> {
  return (await scope.effective()).map((row) =>
    row.secret && row.value !== undefined ? { ...row, value: MASK } : row
  );
}

/** A value that was asked for by name. */
export interface FoundSetting {
  readonly setting: SettingName;
  /** Absent where it is not set. */
  readonly value: EditValue | undefined;
  /** Where an effective value comes from. */
  readonly from: Source | undefined;
  /** Its value where nobody sets it. */
  readonly default: ConfigValue | undefined;
}

/**
 * One setting: what is set here, or with `effective` what is in effect. A secret is masked unless `reveal`. Throws `unknown-key`.
 */
export async function readSetting(
  scope: ConfigScope,
  word: string,
  { effective = false, reveal = false }: { readonly effective?: boolean; readonly reveal?: boolean } = {},
): Promise<FoundSetting> {
  if (scope.missing && !effective) throw scope.missing;
  const { setting } = await namedSetting(scope, word);
  const { name } = setting;
  const row = effective ? (await scope.effective()).find((one) => one.name === name) : undefined;
  // What is decided when a project is made stands in its file and nowhere else.
  const value = row ? row.value : await valueHere(scope, setting, effective);
  return {
    setting,
    value: reveal || value === undefined ? value : row?.secret ? MASK : masked(name, value),
    from: row?.from,
    default: defaultOf(setting),
  };
}

async function valueHere(
  { place, special }: ConfigScope,
  setting: SettingName,
  effective: boolean,
): Promise<EditValue | undefined> {
  const { name } = setting;
  const value = special?.[name] ? await special[name].get() : (await readPlace(place)).get(name);
  const inverted = !effective && setting.kind === "key" && setting.inverted;
  return inverted && typeof value === "boolean" ? !value : value;
}

/** A value as it may be shown: that of a variable whose name says it is a secret is masked. */
export function masked(name: string, value: EditValue): EditValue {
  return name.startsWith("env.") && isSecretName(name.slice("env.".length)) && value !== "" ? MASK : value;
}
