/**
 * All that is taken over from one place, in an order in which each thing finds what it needs.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { readRegistry } from "../registry.ts";
import { readBoxes, readNames } from "./boxes.ts";
import type { Item } from "./item.ts";
import type { Source } from "./source.ts";
import { type BoxesTaken, takeBox } from "./take_box.ts";
import { takeFiles } from "./take_files.ts";
import { takeConfig, takeDefaults, takeVariables } from "./take_system.ts";
import { takeStandalone, takeWorkset } from "./take_workset.ts";

/** Plans everything. `shares`: whether shares and seeds are taken. Nothing is changed. */
export async function planMigration(
  host: Host,
  source: Source,
  { shares }: { readonly shares: boolean },
): Promise<readonly Item[]> {
  const registry = await readRegistry(host);
  const items: (Item | undefined)[] = [];
  if (source.data !== undefined) {
    items.push(await takeConfig(host, source, shares), await takeDefaults(host, source, shares));
    items.push(await takeVariables(host, source));
    items.push(...await takeFiles(host, source, shares));
    const names = await readNames(source);
    const taken: BoxesTaken = { registry, names: new Set(), paths: new Map(), shares };
    for (const box of await readBoxes(source, names)) items.push(await takeBox(host, source, box, taken));
    for (const [name, root] of names.worksets) {
      items.push(await takeWorkset(host, root, name, { registry, shares }));
    }
  }
  for (const root of source.roots) items.push(await takeWorkset(host, root, undefined, { registry, shares }));
  for (const folder of source.standalone) items.push(await takeStandalone(folder));
  return items.filter((item) => item !== undefined);
}
