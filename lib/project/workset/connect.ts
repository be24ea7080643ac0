/**
 * Brings a folder, or a project with its box, into a workset.
 *
 * @module
 */

import { exists, real } from "../../host/path.ts";
import { standaloneRecords } from "../../config/approval.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Change } from "../change/change.ts";
import { checkWorkspace } from "../guard.ts";
import { isWithin } from "../layout.ts";
import { locateProject } from "../locate.ts";
import { checkName, slug } from "../names.ts";
import { type Project, qualifiedName } from "../project.ts";
import { readRegistry } from "../registry.ts";
import { planRelocation } from "../relocate/plan.ts";
import {
  manifestOf,
  readWorksets,
  type Workset,
  worksetAround,
  workspacesFolder,
} from "../membership/members.ts";

/** How a folder comes into a workset: used where it is, moved there, or copied there. */
export type Placing = "link" | "move" | "copy";

/** What is to be connected. */
export interface ConnectOptions {
  /** A folder or a project's name. [default: `cwd`] */
  readonly source?: string;
  readonly cwd?: string;
  /** Its name in the workset. [default: that of the project, or of the folder] */
  readonly name?: string;
  readonly placing: Placing;
}

/** A connection that can be made. */
export interface Connection {
  /** What the source is now; `exists` is false of a plain folder. */
  readonly project: Project;
  readonly name: string;
  /** The workspace afterwards. */
  readonly path: string;
  /** To be made by `runChange`. */
  readonly change: Change;
}

/**
 * Plans a connection; changes nothing. Throws `name-taken`, `left-over`, `in-workset`, `holds-project`, `not-approved`,
 * and whatever keeps a folder from being a project.
 */
export async function planConnection(
  host: Host,
  workset: Workset,
  options: ConnectOptions,
): Promise<Connection> {
  const { name: group, root } = workset;
  const { members } = manifestOf(workset);
  const { placing } = options;
  const project = await locateProject(host, options.source, options.cwd);
  const name = options.name ?? (project.exists ? project.name : slug(lastName(project.path)));
  checkName(name);
  if (project.workset?.root === root) {
    throw new KanibakoError("in-workset", `${qualifiedName(project)} is already in this workset.`);
  }
  if (members.some((member) => member.name === name)) {
    throw new KanibakoError("name-taken", `There is already a project ${group}/${name}.`, {
      hint: "Choose another name with --name.",
    });
  }
  await checkSource(host, project, placing);
  const path = placing === "link" ? project.path : `${workspacesFolder(root)}/${name}`;
  if (placing !== "link" && exists(path)) {
    throw new KanibakoError("left-over", `Cannot use ${shellQuote(path)}: something is in its place.`, {
      hint: [
        "Choose another name with --name.",
        `If it is a project's folder: kanibako create ${shellQuote(path)}`,
      ],
    });
  }
  const change = await planRelocation(host, {
    what: "workset connect",
    project,
    to: {
      mode: "workset",
      name,
      path,
      workset: { name: group, root },
      placement: placing === "link" ? "link" : "own",
      sourcePath: project.path,
    },
    how: placing === "copy" ? "copy" : "move",
    workspace: placing === "link" ? "stay" : "take",
  });
  return { project, name, path, change };
}

async function checkSource(host: Host, project: Project, placing: Placing): Promise<void> {
  const { path } = project;
  const registry = await readRegistry(host);
  const worksets = await readWorksets(registry.worksets);
  if (!project.exists) await checkWorkspace(host, path, { standalone: false, allowHome: false });
  // A standalone project may be the home itself: its box's reach must not become that of a workset's member.
  else if (path === real(host.dirs.home)) {
    throw new KanibakoError("home-project", "Cannot connect your whole home to a workset.");
  }
  const around = worksetAround(worksets, path);
  if (around && placing === "link") {
    throw new KanibakoError(
      "in-workset",
      `Cannot use ${shellQuote(path)} where it is: that is in the workset ${around.name}.`,
      { hint: `Use --move or --copy.` },
    );
  }
  const inside = worksets.find(({ root }) => isWithin(root, path));
  if (inside) {
    throw new KanibakoError(
      "holds-workset",
      `Cannot connect ${shellQuote(path)}: the workset ${inside.name} is in it.`,
      { hint: "The box could change the settings of all of its projects." },
    );
  }
  if (placing !== "move") return;
  const below = [
    ...Object.entries(registry.projects).map(([name, at]) => [name, at] as const),
    ...Object.entries(await standaloneRecords(host.dirs.state)).map(([at, { name }]) => [name, at] as const),
  ].filter(([, at]) => at !== path && isWithin(at, path)).map(([name]) => name);
  if (below.length === 0) return;
  throw new KanibakoError(
    "holds-project",
    `Cannot move ${shellQuote(path)}: other projects are in it: ${below.sort().join(", ")}.`,
    { hint: "Use --link, or move those first: kanibako box move" },
  );
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
