/**
 * Forgetting projects, and deleting their data: what was begun to be deleted is deleted, whatever happens meanwhile.
 *
 * @module
 */

import { boxState } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { helperIds } from "../hub/left.ts";
import { readManifest } from "./membership/manifest.ts";
import { memberVault, workspacesFolder } from "./membership/members.ts";
import type { Change, Step } from "./change/step.ts";
import { leadsTo, linksTo } from "./relocate/links.ts";
import { recordedAt } from "./relocate/settings_text.ts";
import { readRegistry } from "./registry.ts";
import type { Removal } from "./remove.ts";

/** Plans that a project is forgotten and, with `purge`, its data deleted. Its workspace stays. */
export async function planRemoval(host: Host, removal: Removal, purge: boolean): Promise<Change> {
  // The lock under which this is done is in the state folder: it may be made only then.
  const data = [...new Set([...removal.data, boxState(host.dirs, removal.id)])];
  const steps: Step[] = [...await forget(host, removal), ...(purge ? await unlink(host, removal) : [])];
  // Nothing is deleted of a project that could not be forgotten.
  const commitAt = steps.length;
  if (purge) steps.push(...data.map((path): Step => ({ do: "remove", path })));
  return {
    what: purge ? "purge" : "removal",
    about: removal.qualifiedName,
    projects: [removal.id, ...helperIds(host.dirs, removal.id)],
    steps,
    commitAt,
  };
}

/** Without its name, its data would become another project's of the same name; without its data, the name leads nowhere. */
async function forget(host: Host, removal: Removal): Promise<Step[]> {
  const { name, path, workset } = removal;
  if (removal.kind === "default") {
    const { projects } = await readRegistry(host);
    return Object.hasOwn(projects, name) ? [{ do: "names", drop: { [name]: projects[name]! } }] : [];
  }
  if (removal.kind === "standalone" && path !== undefined) {
    const now = await recordedAt(host.dirs.state, path);
    return now.before === null ? [] : [{ do: "standalone", path, ...now, after: null }];
  }
  if (removal.kind !== "workset" || !workset) return [];
  const member = (await readManifest(workset.root)).members.find((one) => one.name === name);
  if (!member) return [];
  const link = `${workspacesFolder(workset.root)}/${name}`;
  const linked = await leadsTo(link, member.sourcePath);
  return [
    { do: "workset", root: workset.root, drop: member },
    ...(linked ? [{ do: "unlink", path: link, target: member.sourcePath } as const] : []),
  ];
}

async function unlink(host: Host, { path, name, workset, kind }: Removal): Promise<Step[]> {
  if (path === undefined || kind === "standalone") return [];
  const vault = workset ? memberVault(workset.root, name) : `${host.system.paths.boxes}/${name}/vault`;
  return (await linksTo(host, path, vault)).map((link) => ({ do: "unlink", path: link, target: vault }));
}
