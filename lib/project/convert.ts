/**
 * Makes a project one of another mode: default, standalone, or one of a workset.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { readManifest } from "./membership/manifest.ts";
import { type Workset, workspacesFolder } from "./membership/members.ts";
import type { Change } from "./change/step.ts";
import { isWithin } from "./layout.ts";
import { checkName } from "./names.ts";
import { type Project, type ProjectMode, qualifiedName } from "./project.ts";
import { checkAlone, checkFolder, defaultName, folderMeant, memberName } from "./relocate/destination.ts";
import type { Destination } from "./relocate/places.ts";
import { planRelocation } from "./relocate/plan.ts";

/** What a project shall become. */
export interface ConvertOptions {
  readonly mode: ProjectMode;
  /** Needed where the mode is `workset`. */
  readonly workset?: Workset;
  readonly name?: string;
  /** The folder stays where it is. Otherwise it is brought into the workset, or out of it. */
  readonly inPlace?: boolean;
  /** Where a project that leaves its workset goes. [default: where it came from] */
  readonly path?: string;
  readonly cwd?: string;
  /** A word for people. [default: `migration`] */
  readonly what?: string;
}

/**
 * Plans it. A folder that is no project yet can become one of a workset. Throws `same-mode`, `no-workset`, `name-taken`,
 * `not-approved`, `own-workspace`, `exists` and what forbids the folder.
 */
export async function planConvert(host: Host, project: Project, options: ConvertOptions): Promise<Change> {
  const { mode, workset } = options;
  if (!project.exists && mode !== "workset") {
    throw new KanibakoError("no-box", `There is no project in ${shellQuote(project.path)}.`, {
      hint: `To create one: kanibako create ${mode === "standalone" ? "--standalone " : ""}${
        shellQuote(project.path)
      }`,
    });
  }
  const same = project.exists && project.mode === mode &&
    (mode !== "workset" || project.workset?.root === workset?.root);
  if (same) {
    throw new KanibakoError("same-mode", `${qualifiedName(project)} is ${inWords(mode, project)} already.`);
  }
  const to = mode === "workset" ? intoWorkset(project, options) : await outOf(host, project, options);
  const takes = to.path !== project.path;
  await checkFolder(host, { path: to.path, mode, project, moves: true, must: takes ? "absent" : "folder" });
  if (takes) await checkAlone(host, project);
  return await planRelocation(host, {
    what: options.what ?? "migration",
    project,
    to,
    how: "move",
    workspace: takes ? "take" : "stay",
  });
}

function intoWorkset(project: Project, options: ConvertOptions): Destination {
  const { workset } = options;
  if (!workset) {
    throw new KanibakoError("no-workset", "A workset is needed. Name it with --workset.", {
      hint: "To list worksets: kanibako workset list",
    });
  }
  const { name: group, root } = workset;
  const name = memberName(workset, options.name ?? project.name);
  const own = `${workspacesFolder(root)}/${name}`;
  const inPlace = options.inPlace === true;
  if (inPlace && project.workset && isWithin(project.path, project.workset.root)) throw ownWorkspace(project);
  return {
    mode: "workset",
    name,
    path: inPlace ? project.path : own,
    workset: { name: group, root },
    placement: inPlace && project.path !== own ? "link" : "own",
    sourcePath: project.path,
  };
}

async function outOf(host: Host, project: Project, options: ConvertOptions): Promise<Destination> {
  const mode = options.mode === "standalone" ? "standalone" : "default";
  const path = await placeOutside(project, options);
  if (mode === "default") return { mode, name: await defaultName(host, project, path, options.name), path };
  if (options.name !== undefined) checkName(options.name);
  return { mode, name: options.name ?? project.name, path };
}

/** Where a project goes that leaves its workset: one that is only linked stays where it is. */
async function placeOutside(project: Project, options: ConvertOptions): Promise<string> {
  const asked = options.path === undefined ? undefined : await folderMeant(options.path, options.cwd ?? "/");
  const { workset } = project;
  const own = workset !== undefined && isWithin(project.path, workset.root);
  if (options.inPlace && own) throw ownWorkspace(project);
  if (options.inPlace || !own) return options.inPlace ? project.path : asked ?? project.path;
  if (asked !== undefined) return asked;
  const { members } = await readManifest(workset.root);
  const source = members.find(({ name }) => name === project.name)?.sourcePath;
  if (source?.startsWith("/") && source !== project.path && !isWithin(source, workset.root)) return source;
  throw ownWorkspace(project);
}

function ownWorkspace(project: Project): KanibakoError {
  const name = qualifiedName(project);
  return new KanibakoError(
    "own-workspace",
    `Cannot leave ${name} in its folder: the folder belongs to its workset.`,
    {
      hint: `Name a new folder: kanibako box migrate ${name} FOLDER --to default`,
    },
  );
}

function inWords(mode: ProjectMode, project: Project): string {
  return mode === "workset" ? `in the workset ${project.workset?.name}` : `a ${mode} project`;
}
