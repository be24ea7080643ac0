/**
 * The settings of a workset's boxes.
 *
 * @module
 */

import { resetSettings, setSetting } from "../../config/change.ts";
import { worksetPlace } from "../../config/place.ts";
import { readPlace, shownValue } from "../../config/read.ts";
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

/** Whose login the boxes of a workset use, as far as it decides: `shared`, `distinct` or `guarded`. */
export async function whoseLogin(host: Host, workset: Workset | undefined): Promise<string> {
  if (workset) return shownValue("group_auth", await groupAuth(host, workset).get());
  const { levelsBelow } = await import("../../config/effective.ts");
  return shownValue("group_auth", settingOf(await levelsBelow(host, "workset"), "group_auth").value ?? true);
}

/** This setting is none of an agent's. */
const NO_AGENT = { settings: [], resources: [] };

/** Whether its boxes may share the login stands in the manifest, that it is guarded in the settings; older files say all of it there. */
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
    get: async () => {
      const said = (await readPlace(place)).get("group_auth");
      return manifestOf(workset).groupAuth && said !== false && (said === "guarded" ? said : true);
    },
    set: async (value) => {
      if (value === false) return void await write(false);
      // That they share it, and how, stand in two files. First how: a box that starts between the two has no login.
      await setSetting(place, setting, shownValue("group_auth", value), NO_AGENT);
      await updateManifest(host, workset.root, (manifest) => ({ ...manifest, groupAuth: true }));
    },
    reset: () => write(true),
  };
}
