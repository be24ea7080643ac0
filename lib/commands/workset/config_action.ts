/**
 * Shows or changes the settings of a workset's boxes.
 *
 * @module
 */

import { worksetPlace } from "../../config/place.ts";
import { resetSettings } from "../../config/change.ts";
import { readPlace } from "../../config/read.ts";
import { settingOf } from "../../config/resolve.ts";
import { settingNamed } from "../../config/setting_name.ts";
import type { Host } from "../../config/system.ts";
import { findWorkset, isDefaultWorkset } from "../../project/workset/find.ts";
import { updateManifest } from "../../project/workset/manifest.ts";
import { manifestOf, type Workset } from "../../project/workset/members.ts";
import { fromPart } from "../../spec/source.ts";
import { configure, type SpecialSetting } from "../config_face.ts";
import type { ConfigFlags } from "../config_flags.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako workset config`. */
export default async function worksetConfig(
  this: Context,
  flags: ConfigFlags,
  word: string,
  argument?: string,
): Promise<number> {
  const host = await this.host();
  return await configureWorkset(host, await worksetNamed(host, word, this.cwd), flags, argument);
}

/** The workset of that name; `undefined` for the default one. */
export async function worksetNamed(host: Host, word: string, cwd: string): Promise<Workset | undefined> {
  return isDefaultWorkset(word) ? undefined : await findWorkset(host, word, cwd);
}

/** Shows or changes the settings of that workset's boxes. */
export async function configureWorkset(
  host: Host,
  workset: Workset | undefined,
  flags: Partial<ConfigFlags>,
  argument: string | undefined,
): Promise<number> {
  return await configure({
    place: worksetPlace(host, workset),
    flags,
    argument,
    facts: async () => (await import("../config_agent.ts")).agentFacts(),
    effective: async () => {
      const [{ effectiveSettings, levelsBelow }, { agentOf }] = await Promise.all([
        import("../../config/effective.ts"),
        import("../config_agent.ts"),
      ]);
      const levels = await levelsBelow(host, "workset", workset);
      const rows = effectiveSettings("workset", levels, await agentOf(host, levels));
      if (!workset) return rows;
      const shared = await groupAuth(host, workset).get();
      return rows.map((row) =>
        row.name === "group_auth"
          ? { ...row, value: shared, level: "workset", from: fromPart(`workset ${workset.name}`) }
          : row
      );
    },
    ...(workset ? { special: { group_auth: groupAuth(host, workset) } } : {}),
    identity: workset ? { group_auth: true } : {},
    aroundLogin: async (change) => {
      const { withdrawingLogins } = await import("../config_login.ts");
      await withdrawingLogins(host, change);
    },
  });
}

/** Whether the boxes of a workset share the host's login, as far as it decides. */
export async function sharesLogin(host: Host, workset: Workset | undefined): Promise<boolean> {
  if (workset) return await groupAuth(host, workset).get() !== false;
  const { levelsBelow } = await import("../../config/effective.ts");
  return settingOf(await levelsBelow(host, "workset"), "group_auth").value !== false;
}

/** Whether its boxes may share the login stands in the manifest; older files say it in the settings too. */
function groupAuth(host: Host, workset: Workset): SpecialSetting {
  const place = worksetPlace(host, workset);
  const setting = settingNamed("group_auth", "workset");
  const write = async (shared: boolean): Promise<boolean> => {
    const before = manifestOf(workset).groupAuth;
    await updateManifest(host, workset.root, (manifest) => ({ ...manifest, groupAuth: shared }));
    const gone = await resetSettings(place, [setting]);
    return gone.length > 0 || before !== shared;
  };
  return {
    get: async () => manifestOf(workset).groupAuth && (await readPlace(place)).get("group_auth") !== false,
    set: async (value) => void await write(value !== false),
    reset: () => write(true),
  };
}
