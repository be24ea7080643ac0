/**
 * Takes a project out of its workset: it goes on as a project of its own, or its data is deleted.
 *
 * @module
 */

import { exists, isFolder } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { nearest } from "../../host/ui/text.ts";
import type { Change, Step } from "../change/change.ts";
import { describe } from "../describe.ts";
import { checkName, freeName } from "../names.ts";
import type { Project } from "../project.ts";
import { readRegistry } from "../registry.ts";
import { leadsTo } from "../relocate/links.ts";
import { planRelocation } from "../relocate/plan.ts";
import type { WorksetMember } from "../membership/manifest.ts";
import {
  manifestOf,
  memberBox,
  memberPath,
  memberVault,
  type Workset,
  workspacesFolder,
} from "../membership/members.ts";

/** A project that can be taken out. */
export interface Disconnection {
  readonly project: Project;
  /** Its name and its workspace afterwards; absent when its data is deleted. */
  readonly becomes: { readonly name: string; readonly path: string } | undefined;
  /** What is deleted. */
  readonly data: readonly string[];
  /** To be made by `runChange`. */
  readonly change: Change;
}

/** The member of that name. Throws `unknown-project`. */
export function memberOf(workset: Workset, name: string): WorksetMember {
  const { members } = manifestOf(workset);
  const found = members.find((member) => member.name === name);
  if (found) return found;
  const meant = nearest(name, members.map((member) => member.name));
  throw new KanibakoError("unknown-project", `There is no project ${name} in the workset ${workset.name}.`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      `Its projects: kanibako workset info ${workset.name}`,
    ],
  });
}

/**
 * Plans that a member becomes a project of its own: where it is, or, when it was moved into the workset and its old place
 * is free, there. Changes nothing.
 */
export async function planDisconnection(
  host: Host,
  workset: Workset,
  member: WorksetMember,
  name?: string,
): Promise<Disconnection> {
  const project = await memberProject(host, workset, member);
  if (!isFolder(project.path)) {
    throw new KanibakoError(
      "project-missing",
      `The folder of ${workset.name}/${member.name} is gone: ${project.path}.`,
      { hint: `Move it back, or forget the project: kanibako rm ${workset.name}/${member.name}` },
    );
  }
  const path = await placeAfter(member, project);
  const becomes = { name: await nameAfter(host, member, name), path };
  const change = await planRelocation(host, {
    what: "workset disconnect",
    project,
    to: { mode: "default", ...becomes },
    how: "move",
    workspace: path === project.path ? "stay" : "take",
  });
  return { project, becomes, data: [], change };
}

/** Plans that a member's data is deleted: its box, its vault, and its workspace where the workset has it. */
export async function planDeletion(
  host: Host,
  workset: Workset,
  member: WorksetMember,
): Promise<Disconnection> {
  const { root } = workset;
  const project = await memberProject(host, workset, member);
  const vault = memberVault(root, member.name);
  const own = [memberBox(root, member.name), vault, project.state];
  if (member.placement === "own") own.push(project.path);
  const there = await Promise.all(own.map(exists));
  const data = own.filter((_, at) => there[at]);
  const candidates = member.placement === "link"
    ? [[`${workspacesFolder(root)}/${member.name}`, member.sourcePath], [
      `${project.path}/vault`,
      vault,
    ]] as const
    : [];
  const links: Step[] = [];
  for (const [path, target] of candidates) {
    if (await leadsTo(path, target)) links.push({ do: "unlink", path, target });
  }
  const change: Change = {
    what: "workset disconnect",
    about: `deletion of ${workset.name}/${member.name}`,
    projects: [project.id],
    steps: [
      { do: "workset", root, drop: member },
      ...links,
      ...data.map((path): Step => ({ do: "remove", path })),
    ],
    commitAt: 1,
  };
  return { project, becomes: undefined, data, change };
}

async function memberProject(host: Host, workset: Workset, member: WorksetMember): Promise<Project> {
  const { name, root } = workset;
  return await describe(host, {
    mode: "workset",
    name: member.name,
    path: memberPath(root, member),
    workset: { name, root },
    groupAuth: manifestOf(workset).groupAuth,
  });
}

/** What was moved into the workset goes back where it came from, when nothing has taken its place. */
async function placeAfter({ placement, sourcePath }: WorksetMember, { path }: Project): Promise<string> {
  if (placement === "link" || sourcePath === path || !sourcePath.startsWith("/")) return path;
  const parent = sourcePath.slice(0, sourcePath.lastIndexOf("/"));
  const [taken, above] = await Promise.all([
    exists(sourcePath),
    Deno.realPath(parent).catch(() => undefined),
  ]);
  return taken || above !== parent ? path : sourcePath;
}

async function nameAfter(host: Host, member: WorksetMember, asked: string | undefined): Promise<string> {
  const { projects, worksets } = await readRegistry(host);
  const isTaken = (name: string) =>
    Object.hasOwn(projects, name) || Object.hasOwn(worksets, name) ||
    exists(`${host.system.paths.boxes}/${name}`);
  if (asked === undefined) return await freeName(member.name, isTaken);
  checkName(asked);
  if (!isTaken(asked)) return asked;
  throw new KanibakoError("name-taken", `The name ${asked} is taken.`, {
    hint: "Use another --name, or leave it out.",
  });
}
