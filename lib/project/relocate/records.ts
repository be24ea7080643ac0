/**
 * What this machine and a project's workset have recorded of it: names, members, approvals.
 *
 * @module
 */

import { type BoxTexts, contentDigest, type StandaloneRecord } from "../../config/approval.ts";
import { readBoxFiles } from "../../config/box_files.ts";
import type { Host } from "../../config/system.ts";
import { readManifest, type WorksetMember } from "../membership/manifest.ts";
import { workspacesFolder } from "../membership/members.ts";
import { readRegistry } from "../registry.ts";
import { leadsTo } from "./links.ts";
import type { Places, Relocation } from "./places.ts";
import { recordedAt } from "./settings_text.ts";
import type { StepList } from "./step_list.ts";

/** Adds the steps that change what is recorded. `texts`: the settings as they will be. */
export async function addRecords(
  host: Host,
  list: StepList,
  relocation: Relocation,
  from: Places,
  to: Places,
  texts: BoxTexts,
): Promise<void> {
  const { project, to: destination } = relocation;
  const moves = relocation.how === "move";
  const { projects } = await readRegistry(host);
  const drop = Object.fromEntries(
    Object.entries(projects).filter(([name, path]) =>
      moves && from.mode === "default" && project.exists && name === from.name ||
      // An entry whose data is gone would be found before the new one.
      to.mode === "default" && path === to.path && name !== to.name
    ),
  );
  await addStandalone(host, list, relocation, from, to, texts);
  const member = moves && project.workset && project.exists
    ? (await readManifest(project.workset.root)).members.find(({ name }) => name === project.name)
    : undefined;
  const joins: WorksetMember | undefined = destination.workset && {
    name: to.name,
    sourcePath: destination.placement === "link" ? to.path : destination.sourcePath ?? from.path,
    placement: destination.placement ?? "own",
  };
  const links = (root: string, name: string) => `${workspacesFolder(root)}/${name}`;
  if (member?.placement === "link") {
    const path = links(project.workset!.root, member.name);
    if (await leadsTo(path, member.sourcePath)) {
      list.add({ do: "unlink", path, target: member.sourcePath });
    }
  }
  if (joins?.placement === "link") {
    const path = links(destination.workset!.root, joins.name);
    list.add({ do: "symlink", path, target: to.path });
  }
  const together = project.workset?.root === destination.workset?.root;
  if (member && !(together && joins)) {
    list.add({ do: "workset", root: project.workset!.root, drop: member });
  }
  if (joins) {
    list.add({
      do: "workset",
      root: destination.workset!.root,
      ...(member && together ? { drop: member } : {}),
      add: joins,
    });
  }
  const add = to.mode === "default" ? { [to.name]: to.path } : {};
  if (JSON.stringify(drop) === JSON.stringify(add)) return;
  if (Object.keys(drop).length + Object.keys(add).length > 0) list.add({ do: "names", drop, add });
}

/** What was approved here stays approved: the file says nothing that it did not say before. */
async function addStandalone(
  host: Host,
  list: StepList,
  { project, how }: Relocation,
  from: Places,
  to: Places,
  texts: BoxTexts,
): Promise<void> {
  const moves = how === "move";
  const { state } = host.dirs;
  const known = project.mode === "standalone" ? await readBoxFiles(state, project) : undefined;
  const record = known?.record;
  if (to.mode === "standalone") {
    const { settings, env } = texts;
    const approved = !known || record?.approved === await known.digest();
    const after: StandaloneRecord = {
      name: to.name,
      approved: approved ? await contentDigest(settings, env) : "",
      sharedAuth: project.sharedAuth,
    };
    list.add({
      do: "standalone",
      path: to.path,
      ...await recordedAt(state, to.path),
      after,
      ...(approved ? { afterTexts: texts } : {}),
    });
  }
  if (moves && record && !(to.mode === "standalone" && to.path === from.path)) {
    list.add({
      do: "standalone",
      path: from.path,
      ...await recordedAt(state, from.path),
      after: null,
    });
  }
}
