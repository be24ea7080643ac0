/**
 * Every setting with its value and its source, as a launch would have it.
 *
 * @module
 */

import { SETTINGS } from "./settings/all.ts";
import { type ConfigMaps, fileMaps } from "./file.ts";
import type { ConfigLevel, DeclaredMap } from "./settings/declare.ts";
import { entryName } from "./settings/registry.ts";
import { type LevelFile, readLevels, withCrab } from "./levels.ts";
import { entriesOf, settingOf, settingsFrom } from "./resolve.ts";
import type { CrabFile } from "./crab_file.ts";
import type { Source } from "../spec/source.ts";
import type { Setting } from "./settings.ts";
import type { Host } from "./system.ts";
import type { EditValue } from "./edit.ts";
import { asLaunched } from "./under_profile.ts";

/** One setting. */
export interface EffectiveSetting {
  /** As users type it. */
  readonly name: string;
  /** `undefined`: nothing. */
  readonly value: EditValue | undefined;
  readonly level: Setting<unknown>["level"];
  readonly from: Source;
  /** Its value is not for a screen others may see. */
  readonly secret: boolean;
}

/** An agent, as far as its settings go. */
export interface EffectiveAgent {
  readonly id: string;
  readonly crab: CrabFile | undefined;
  /** What it declares. */
  readonly settings: readonly { readonly key: string; readonly default: string }[];
  readonly resources: readonly { readonly path: string; readonly scope: string }[];
  readonly from: Source;
}

/** The levels from a level on downwards, of no box in particular. */
export async function levelsBelow(
  host: Host,
  level: Exclude<ConfigLevel, "box">,
  workset?: { readonly name: string; readonly root: string },
): Promise<readonly LevelFile[]> {
  const nobody = { path: "/", metadata: `${host.dirs.state}/nobody` };
  const levels = await readLevels(
    host,
    workset ? { ...nobody, mode: "workset", workset } : { ...nobody, mode: "default" },
  );
  return levels.filter((one) => one.level === "system" || (level === "workset" && one.level === "workset"));
}

/**
 * All settings that may be set at a level and below, in the table's order; then the agent's, the free ones and the
 * variables.
 */
export function effectiveSettings(
  level: ConfigLevel,
  levels: readonly LevelFile[],
  agent: EffectiveAgent | undefined,
): readonly EffectiveSetting[] {
  const settings = asLaunched(settingsFrom(levels, agent?.crab, {}));
  // What a security profile has a say in.
  const { network, pids, binds, caches, agentCaches } = settings;
  const limited: Readonly<Record<string, Setting<EditValue | undefined>>> = {
    "box.network": network,
    "box.pids": pids,
  };
  const kept: Partial<Record<keyof ConfigMaps, object>> = { binds, shared: { ...caches, ...agentCaches } };
  const all = withCrab(levels, agent?.crab);
  const row = (name: string, setting: Setting<EditValue | undefined>, secret = false): EffectiveSetting => ({
    name,
    value: setting.value,
    level: setting.level,
    from: setting.from,
    secret,
  });
  const keys = SETTINGS.keys.filter((key) => !key.fixed && key.levels.includes(level))
    .flatMap(({ name, missing }) => {
      const setting = limited[name] ?? settingOf(all, name);
      // What has no effect is shown where somebody set it.
      if (missing !== undefined && setting.level === "default") return [];
      const declared = agent?.settings.find(({ key }) => key === name);
      return setting.level === "default" && declared
        ? row(name, { value: declared.default, level: "default", from: agent!.from })
        : row(name, setting);
    });
  const known = new Set(keys.map(({ name }) => name));
  const resources = (agent?.resources ?? []).map(({ path, scope }) =>
    [path, { value: scope, level: "default", from: agent!.from }] as const
  );
  const rowsOf = (field: keyof ConfigMaps, map: DeclaredMap) => {
    const usual = field === "resources" ? Object.fromEntries(resources) : {};
    // Caches of an agent are others than those of all boxes, whatever they are called.
    const sources = field === "shared" ? [levels, all.filter(({ level }) => level === "crab")] : [all];
    return sources.flatMap((from) =>
      sorted(
        Object.entries({ ...usual, ...entriesOf(from, field) })
          .filter(([name]) =>
            !(map.mixed && known.has(name)) && Object.hasOwn(kept[field] ?? { [name]: 0 }, name)
          )
          .map(([name, setting]) => row(entryName(map, name), setting)),
      )
    );
  };
  return [
    ...keys,
    ...fileMaps().flatMap(([field, map]) => rowsOf(field, map)),
    ...sorted(
      Object.entries(settings.env).map(([name, { value, secret, from }]) =>
        row(`env.${name}`, { value, level: levelOf(all, name), from }, secret)
      ),
    ),
  ];
}

/** The level a variable comes from: the strongest that has it. */
function levelOf(levels: readonly LevelFile[], name: string): Setting<unknown>["level"] {
  const order = ["box", "workset", "crab", "system"];
  const found = order.find((one) =>
    levels.some(({ level, env }) => level === one && Object.hasOwn(env.entries, name))
  );
  return (found ?? "default") as Setting<unknown>["level"];
}

function sorted(rows: readonly EffectiveSetting[]): readonly EffectiveSetting[] {
  return [...rows].sort((a, b) => a.name < b.name ? -1 : 1);
}
