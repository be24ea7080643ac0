/**
 * The settings of a workset's boxes.
 *
 * @module
 */

import { resetSettings } from "../../config/change.ts";
import { worksetPlace } from "../../config/place.ts";
import { readPlace } from "../../config/read.ts";
import { settingOf } from "../../config/resolve.ts";
import { settingNamed } from "../../config/setting_name.ts";
import type { Host } from "../../config/system.ts";
import { findWorkset, isDefaultWorkset } from "../../project/workset/find.ts";
import { updateManifest } from "../../project/membership/manifest.ts";
import { manifestOf, type Workset } from "../../project/membership/members.ts";
import { fromPart } from "../../spec/source.ts";
import type { ConfigScope, SpecialSetting } from "./scope.ts";

/** The workset of that name; `undefined` for the default one. */
export async function worksetNamed(host: Host, word: string, cwd: string): Promise<Workset | undefined> {
  return isDefaultWorkset(word) ? undefined : await findWorkset(host, word, cwd);
}

/** Settings of that workset's boxes; of the default one's without a workset. */
export function worksetScope(host: Host, workset: Workset | undefined): ConfigScope {
  return {
    host,
    place: worksetPlace(host, workset),
    facts: async () => (await import("./agent.ts")).agentFacts(),
    effective: async () => {
      const [{ effectiveSettings, levelsBelow }, { agentOf }] = await Promise.all([
        import("../../config/effective.ts"),
        import("./agent.ts"),
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
    special: workset ? { group_auth: groupAuth(host, workset) } : undefined,
    identity: workset ? { group_auth: true } : {},
    decidesLogin: true,
  };
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
