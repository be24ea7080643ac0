/**
 * Whose settings are meant: of a box, a workset, an agent or the system.
 *
 * @module
 */

import type { AgentFacts } from "../../config/change.ts";
import type { EditValue } from "../../config/edit.ts";
import type { EffectiveSetting } from "../../config/effective.ts";
import type { ConfigPlace } from "../../config/place.ts";
import { isOfAgent, isResource, type SettingName, settingNamed } from "../../config/setting_name.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";

/** A setting that is not kept in the place's own files. */
export interface SpecialSetting {
  get(): Promise<EditValue | undefined>;
  set(value: EditValue): Promise<void>;
  /** Returns whether it was set. */
  reset(): Promise<boolean>;
}

/** Settings of one thing. */
export interface ConfigScope {
  readonly host: Host;
  readonly place: ConfigPlace;
  /** Why nothing can be set here; absent where it can. */
  readonly missing?: KanibakoError | undefined;
  /** What agents know; only asked for where it matters. */
  facts(): Promise<AgentFacts>;
  /** What is in effect, secrets unmasked. */
  effective(): Promise<readonly EffectiveSetting[]>;
  /** By name. */
  readonly special?: Readonly<Record<string, SpecialSetting>> | undefined;
  /** Settings that are part of what the thing is: shown when they differ from this, and left alone when all are reset. */
  readonly identity?: Readonly<Record<string, EditValue | "any">>;
  /** Whether `group_auth` decides here which boxes use the host's login. */
  readonly decidesLogin?: boolean;
}

/** A setting that was named, and what agents know of it. */
export interface NamedSetting {
  readonly setting: SettingName;
  readonly facts: AgentFacts;
}

const NO_FACTS: AgentFacts = { settings: [], resources: [] };

/** The setting of a name. `isSet`: it is to be set. Throws `unknown-key` with the nearest one. */
export async function namedSetting(scope: ConfigScope, word: string, isSet = false): Promise<NamedSetting> {
  const named = await settingOrOfAgent(scope, word);
  const facts = needsFacts(named, isSet) ? await scope.facts() : NO_FACTS;
  const setting = isResource(named)
    ? (await import("../../config/change.ts")).settledName(named, facts)
    : named;
  return { setting, facts };
}

/** One that only agents know goes without the `crab.` before its name. */
async function settingOrOfAgent(scope: ConfigScope, word: string): Promise<SettingName> {
  const { level } = scope.place;
  try {
    return settingNamed(word, level);
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "unknown-key") throw error;
    const { settings } = await scope.facts();
    if (!settings.some(({ key }) => key === word)) throw error;
    return settingNamed(`crab.${word}`, level);
  }
}

/** How a resource is spelled, and what a setting of an agent can be set to, is the agents' to say. */
function needsFacts(setting: SettingName, isSet: boolean): boolean {
  if (isResource(setting)) return true;
  return isSet && (setting.kind === "key" ? setting.key.agent === true : isOfAgent(setting));
}
