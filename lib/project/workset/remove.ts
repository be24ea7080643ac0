/**
 * Forgets a workset, and deletes its data when asked to. Folders that are linked to it stay.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Change, Step } from "../change/change.ts";
import { worksetBoxId } from "../identity.ts";
import type { WorksetPlace } from "../project.ts";
import { readRegistry } from "../registry.ts";
import { leadsTo } from "../relocate/links.ts";
import { projectsBelow, WORKSET_ENTRIES } from "./create.ts";
import { memberPath, memberVault, type Workset } from "../membership/members.ts";

/** What removing a workset does. */
export interface WorksetRemoval {
  readonly workset: WorksetPlace;
  /** Its projects, with the identities of their boxes, which must not run. */
  readonly members: readonly { readonly name: string; readonly id: string; readonly path: string }[];
  /** Workspaces that are deleted: nobody else has them. */
  readonly lost: readonly string[];
  /** What is deleted, those that exist. */
  readonly data: readonly string[];
  /** To be made by `runChange`. */
  readonly change: Change;
}

/**
 * Plans the removal of a workset, which may be damaged or gone. Changes nothing. Throws `holds-project` when projects that
 * are not its own would be deleted with it.
 */
export async function planWorksetRemoval(
  host: Host,
  workset: Workset,
  options: { readonly purge: boolean },
): Promise<WorksetRemoval> {
  const { name, root } = workset;
  const place = { name, root };
  const manifest = workset.manifest?.members ?? [];
  const members = await Promise.all(manifest.map(async (member) => ({
    name: member.name,
    id: await worksetBoxId(place, member.name),
    path: memberPath(root, member),
  })));
  const names: Step = { do: "names", table: "worksets", drop: { [name]: root } };
  const change = (steps: readonly Step[]): Change => ({
    what: "workset rm",
    about: `removal of the workset ${name} in ${root}`,
    projects: members.map(({ id }) => id),
    steps,
    // Once it is forgotten, what was to be deleted is deleted.
    commitAt: 1,
  });
  if (!options.purge) return { workset: place, members, lost: [], data: [], change: change([names]) };
  await checkNoOthers(host, root);
  const states = members.flatMap(({ id }) => [
    boxState(host.dirs, id),
    `${host.system.paths.data}/logs/${id}`,
  ]);
  const data = await existing([...WORKSET_ENTRIES.map((entry) => `${root}/${entry}`), ...states]);
  const links: Step[] = [];
  for (const member of members) {
    const [path, target] = [`${member.path}/vault`, memberVault(root, member.name)];
    if (await leadsTo(path, target)) links.push({ do: "unlink", path, target });
  }
  return {
    workset: place,
    members,
    lost: await existing(
      manifest.filter(({ placement }) => placement === "own").map((one) => memberPath(root, one)),
    ),
    data,
    change: change([
      names,
      ...links,
      ...data.map((path): Step => ({ do: "remove", path })),
      { do: "tidy", path: root },
    ]),
  };
}

/** A project that left the workset, or is standalone, may still have its folder in it. */
async function checkNoOthers(host: Host, root: string): Promise<void> {
  const others = await projectsBelow(host, await readRegistry(host), [], root);
  if (others.length === 0) return;
  throw new KanibakoError(
    "holds-project",
    `Cannot delete ${shellQuote(root)}: projects that are not the workset's own are in it: ${
      others.join(", ")
    }.`,
    {
      hint: [
        `Move them first: kanibako box move ${others[0]} FOLDER`,
        "Or leave out --purge to only forget the workset",
      ],
    },
  );
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(paths.map(exists));
  return paths.filter((_, at) => there[at]);
}
