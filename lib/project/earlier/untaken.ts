/**
 * Whether the earlier program left boxes that this one does not use yet. A look at folders, and at no document.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { exists } from "../../host/path.ts";
import { projectHash } from "../identity.ts";
import { isName } from "../names.ts";
import { readRegistry } from "../registry.ts";

const HASH = /^[0-9a-f]{64}$/;

/** How many boxes of the earlier program are in this program's own folder, and nobody has taken them over. */
export async function untakenBoxes(host: Host): Promise<number> {
  const { boxes } = host.system.paths;
  const { projects, unusable } = await readRegistry(host);
  const names: string[] = [];
  try {
    for (const { name, isDirectory } of Deno.readDirSync(boxes)) if (isDirectory) names.push(name);
  } catch {
    return 0;
  }
  const hashed = names.filter((name) => HASH.test(name));
  const known = hashed.length === 0
    ? new Set<string>()
    : new Set(await Promise.all(Object.values(projects).map(projectHash)));
  const yaml = names.filter((name) =>
    isName(name) && !Object.hasOwn(projects, name) && isEarlier(`${boxes}/${name}`)
  );
  const taken = new Set(Object.values(projects));
  const odd = Object.entries(unusable?.projects ?? {})
    .filter(([name, path]) => names.includes(name) && !taken.has(path));
  return hashed.filter((name) => !known.has(name)).length + yaml.length + odd.length;
}

/** Whether a box's folder has settings of the earlier program, and none of this one. */
export function isEarlier(metadata: string): boolean {
  return !exists(`${metadata}/project.toml`) && exists(`${metadata}/project.yaml`);
}
