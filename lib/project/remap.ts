/**
 * Finds a project again whose folder was moved or renamed by hand.
 *
 * @module
 */

import { absolutePath, exists, isFolder, normalPath } from "../host/path.ts";
import { standaloneRecords } from "../config/approval.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { placedMembers, readWorksets } from "./membership/members.ts";
import type { Change, Step } from "./change/step.ts";
import { describe } from "./describe.ts";
import { findProject, standaloneAt } from "./detect.ts";
import { checkWorkspace } from "./guard.ts";
import { boxId, projectHash } from "./identity.ts";
import { isWithin } from "./layout.ts";
import { checkName, isName } from "./names.ts";
import { type Project, qualifiedName } from "./project.ts";
import { checkFolder, defaultName, folderMeant } from "./relocate/destination.ts";
import { planRelocation } from "./relocate/plan.ts";
import { recordedAt } from "./relocate/settings_text.ts";
import { readRegistry } from "./registry.ts";

/** A project to be found again. */
export interface RemapOptions {
  /** Its name, or the folder it had. */
  readonly old: string;
  /** The folder it has now. */
  readonly path: string;
  /** Its name. [default: unchanged] */
  readonly name?: string;
  readonly cwd: string;
}

/**
 * Plans that a project's folder is another one from now on. Throws `unknown-project`, `not-a-folder`, and `still-there` for a
 * standalone project that is where it was.
 */
export async function planRemap(host: Host, options: RemapOptions): Promise<Change> {
  const path = await folderMeant(options.path, options.cwd);
  const lost = await lostStandalone(host, options);
  if (lost !== undefined) return await remapStandalone(host, lost, path);
  const project = await known(host, options);
  if (project.workset && isWithin(project.path, project.workset.root)) {
    throw new KanibakoError(
      "own-workspace",
      `The folder of ${qualifiedName(project)} belongs to its workset: ${shellQuote(project.path)}.`,
      { hint: `Move the folder back there: mv ${shellQuote(path)} ${shellQuote(project.path)}` },
    );
  }
  await checkFolder(host, {
    path,
    mode: project.mode,
    project,
    moves: true,
    must: "folder",
    mayStayInside: true,
  });
  const name = options.name === undefined || options.name === project.name
    ? project.name
    : project.workset
    ? named(options.name)
    : await defaultName(host, project, path, options.name);
  return await planRelocation(host, {
    what: "migration",
    project,
    how: "move",
    workspace: "stay",
    to: {
      mode: project.mode,
      name,
      path,
      ...(project.workset ? { workset: project.workset, placement: "link" } : {}),
    },
  });
}

function named(name: string): string {
  checkName(name);
  return name;
}

/** The project as it was, its folder gone or not. */
async function known(host: Host, { old, cwd, path }: RemapOptions): Promise<Project> {
  const registry = await readRegistry(host);
  const folder = await folderMeant(old, cwd);
  const worksets = await readWorksets(registry.worksets);
  const byName = Object.entries(registry.projects).find(([name]) =>
    name === old || `default/${name}` === old
  );
  const byPath = Object.entries(registry.projects).find(([, path]) => path === folder);
  const registered = old.startsWith("/") ? byPath ?? byName : byName ?? byPath;
  if (registered) {
    const [name, was] = registered;
    if (exists(`${host.system.paths.boxes}/${name}`)) {
      return await describe(host, { mode: "default", name, path: was });
    }
    throw new KanibakoError("no-data", `The data of the project ${name} no longer exists.`, {
      hint: `Forget it: kanibako rm ${name}`,
    });
  }
  const member = placedMembers(worksets).find((one) =>
    `${one.workset.name}/${one.member.name}` === old || one.path === folder
  );
  if (member) {
    const { workset, groupAuth, path: was, member: { name } } = member;
    return await describe(host, { mode: "workset", name, path: was, workset, groupAuth });
  }
  // Data that was kept when its project was forgotten.
  if (isName(old) && exists(`${host.system.paths.boxes}/${old}`)) {
    return await describe(host, { mode: "default", name: old, path: await folderMeant(path, cwd) });
  }
  throw new KanibakoError("unknown-project", `There is no project ${shellQuote(old)}.`, {
    hint: "To list projects whose folder is gone: kanibako list --orphan",
  });
}

/** The recorded folder of a standalone project, if the word means one. */
async function lostStandalone(host: Host, { old, cwd }: RemapOptions): Promise<string | undefined> {
  const records = Object.entries(await standaloneRecords(host.dirs.state));
  const literal = normalPath(absolutePath(old, cwd));
  // The path of a project is that project, wherever a link in its place may lead.
  const folder = records.some(([path]) => path === literal) ? literal : await folderMeant(old, cwd);
  const named = records.filter(([, { name }]) => name === old);
  return records.find(([path]) => path === folder)?.[0] ?? (named.length === 1 ? named[0]![0] : undefined);
}

/** The user says of a folder that it is the right one: nothing is to be done but to believe it. */
function unchanged(path: string): Change {
  return { what: "migration", about: `to ${path}`, projects: [], steps: [], commitAt: 0 };
}

/** Its box came along with its folder: what is left to move is what this machine knows of it. */
async function remapStandalone(host: Host, old: string, path: string): Promise<Change> {
  const isThere = await Deno.realPath(old).catch(() => undefined) === old;
  if (isThere && await standaloneAt(old).catch(() => undefined)) {
    if (old === path) return unchanged(old);
    throw new KanibakoError("still-there", `The standalone project is still in ${shellQuote(old)}.`, {
      hint: `To move it: kanibako box move ${shellQuote(old)} FOLDER`,
    });
  }
  const found = isFolder(path) ? await standaloneAt(path) : undefined;
  if (!found) {
    throw new KanibakoError("not-a-folder", `There is no standalone project in ${shellQuote(path)}.`, {
      hint: "Use the folder that contains its .kanibako folder.",
    });
  }
  await checkWorkspace(host, path, { standalone: true, allowHome: false });
  const registry = await readRegistry(host);
  const around = await findProject(host, registry, await readWorksets(registry.worksets), path);
  if (around && around.path !== path && !isWithin(old, around.path)) {
    throw new KanibakoError(
      "nested-project",
      `Cannot use ${shellQuote(path)}: it is in the project ${shellQuote(around.path)}.`,
      { hint: "The box of that project can change everything in it. Use a folder outside it." },
    );
  }
  const records = await standaloneRecords(host.dirs.state);
  const record = records[old]!;
  const project = await describe(host, found);
  const id = boxId("standalone", record.name, await projectHash(old));
  const { state } = host.dirs;
  const [there, here] = [await recordedAt(state, old), await recordedAt(state, path)];
  const states = `${host.dirs.state}/boxes`;
  const steps: Step[] = [
    ...(exists(`${states}/${project.id}`) ? [] : [
      { do: "rename", from: `${states}/${id}`, to: `${states}/${project.id}`, ifThere: true } as const,
    ]),
    // Approval is of the content: had it been changed on the way, it would not count.
    {
      do: "standalone",
      path,
      ...here,
      after: { ...record, name: project.name },
      ...(there.beforeTexts ? { afterTexts: there.beforeTexts } : {}),
    },
    { do: "standalone", path: old, ...there, after: null },
  ];
  return {
    what: "migration",
    about: `${record.name} to ${path}`,
    projects: [id],
    makes: [project.id],
    steps,
    commitAt: steps.length,
  };
}
