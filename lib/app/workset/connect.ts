/**
 * Brings a folder or a project into a workset.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted } from "../../host/error.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { createProject } from "../../project/create.ts";
import { isWithin } from "../../project/layout.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { type Placing, planConnection } from "../../project/workset/connect.ts";
import { findWorkset } from "../../project/workset/find.ts";
import { type Workset, workspacesFolder } from "../../project/membership/members.ts";
import type { Ui } from "../../spec/ui.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "../project/make_change.ts";

/** What comes into which workset, and how. */
export interface ConnectRequest {
  readonly workset: string;
  /** A folder or a project's name; the folder `cwd` by default. */
  readonly source?: string | undefined;
  readonly cwd: string;
  readonly name?: string | undefined;
  /** Asked for where it is not given, and `link` where nobody can be asked. */
  readonly placing?: Placing | undefined;
}

/** A folder that was in the workset already and is a project now. */
export interface Adopted {
  readonly kind: "adopted";
  readonly project: Project;
  /** `workset/name`. */
  readonly name: string;
}

/** A project or folder that came in, or would come in. */
export interface Connected extends ChangeResult {
  readonly kind: "connected";
  /** What it was. */
  readonly project: Project;
  readonly placing: Placing;
  /** `workset/name`. */
  readonly name: string;
  /** The folder it has now. */
  readonly path: string;
}

/** Brings it in. Throws as {@link makeChange} and `planConnection`. */
export async function connectProject(
  host: Host,
  request: ConnectRequest,
  options: ChangeOptions = {},
): Promise<Adopted | Connected> {
  const { cwd, source, name } = request;
  if (source !== undefined) await assertNoBoxLink(host, source, cwd);
  const workset = await findWorkset(host, request.workset, cwd);
  if (!options.plan && await isOwnFolder(workset, source, cwd)) {
    const project = await createProject(host, {
      path: source ?? cwd,
      cwd,
      ...(name === undefined ? {} : { name }),
    });
    return { kind: "adopted", project, name: `${workset.name}/${project.name}` };
  }
  const plan = (placing: Placing) =>
    planConnection(host, workset, {
      cwd,
      placing,
      ...(source === undefined ? {} : { source }),
      ...(name === undefined ? {} : { name }),
    });
  // What cannot be done is said before anything is asked.
  const { project } = await plan(request.placing ?? "link");
  const placing = request.placing ?? (options.plan ? "link" : await ask(host.ui, project.path));
  const planned = await plan(placing);
  const result = await makeChange(host, options, {
    name: qualifiedName(project),
    plan: async () => (await plan(placing)).change,
  });
  return {
    kind: "connected",
    ...result,
    project,
    placing,
    name: `${workset.name}/${planned.name}`,
    path: planned.path,
  };
}

async function ask(ui: Ui, path: string): Promise<Placing> {
  const placing = await ui.choose<Placing>({
    text: `How should ${path} be added to the workset?`,
    answers: [
      ["link", "use it where it is"],
      ["move", "move it into the workset's folder"],
      ["copy", "copy it there and leave the original alone"],
    ],
  });
  if (placing === undefined) throw new Aborted();
  return placing;
}

/** A folder that lies in the workset's own `workspaces` has only to be made a project. */
async function isOwnFolder(workset: Workset, source: string | undefined, cwd: string): Promise<boolean> {
  if (source !== undefined && !source.includes("/") && source !== ".") return false;
  const path = source === undefined || source === "."
    ? cwd
    : source.startsWith("/")
    ? source
    : `${cwd}/${source}`;
  const folder = await Deno.realPath(path).catch(() => undefined);
  return folder !== undefined && folder !== workset.root && isWithin(folder, workspacesFolder(workset.root));
}
