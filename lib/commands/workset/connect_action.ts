/**
 * Brings a folder or a project into a workset.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted } from "../../host/error.ts";
import { choose } from "../../host/ui/prompt.ts";
import { isInteractive, note, out } from "../../host/ui/terminal.ts";
import { createProject } from "../../project/create.ts";
import { isWithin } from "../../project/layout.ts";
import { qualifiedName } from "../../project/project.ts";
import { type Placing, planConnection } from "../../project/workset/connect.ts";
import { findWorkset } from "../../project/workset/find.ts";
import { type Workset, workspacesFolder } from "../../project/workset/members.ts";
import type { Context } from "../context.ts";
import { makeChange, showLeft } from "../box/project/make_change.ts";
import type { WorksetConnectFlags } from "./workset.ts";

/** Runs `kanibako workset connect`. */
export default async function connect(
  this: Context,
  flags: WorksetConnectFlags,
  word: string,
  source?: string,
): Promise<void> {
  const host = await this.host();
  const workset = await findWorkset(host, word, this.cwd);
  if (!flags.plan && await isOwnFolder(workset, source, this.cwd)) {
    return await adopt(host, workset, flags, source, this.cwd);
  }
  const options = {
    cwd: this.cwd,
    ...(source === undefined ? {} : { source }),
    ...(flags.name === undefined ? {} : { name: flags.name }),
  };
  const told = placingOf(flags);
  const plan = (placing: Placing) => planConnection(host, workset, { ...options, placing });
  // What cannot be done is said before anything is asked.
  const { project } = await plan(told ?? "link");
  const placing = told ?? (flags.plan ? "link" : await ask(project.path));
  const { name, path } = await plan(placing);
  const report = await makeChange(host, flags, {
    name: qualifiedName(project),
    plan: async () => (await plan(placing)).change,
  });
  if (!report) return;
  const now = `${workset.name}/${name}`;
  out(`Connected ${project.path} as ${now}${path === project.path ? "" : ` (${path})`}`);
  if (project.exists) {
    note(
      placing === "copy"
        ? `${qualifiedName(project)} stays what it was; ${now} is a copy of it.`
        : `${qualifiedName(project)} is ${now} now, with its home and its settings.`,
    );
  }
  showLeft(report);
  note(`Start it: kanibako start ${now}`);
}

function placingOf({ link, copy, move }: WorksetConnectFlags): Placing | undefined {
  return link ? "link" : copy ? "copy" : move ? "move" : undefined;
}

async function ask(path: string): Promise<Placing> {
  if (!Deno.stdin.isTerminal() || !isInteractive()) return "link";
  const placing = await choose<Placing>(`How shall ${path} come into the workset?`, [
    ["link", "use it where it is"],
    ["move", "move it into the workset's folder"],
    ["copy", "copy it there; the original stays what it is"],
  ]);
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

async function adopt(
  host: Host,
  workset: Workset,
  flags: WorksetConnectFlags,
  source: string | undefined,
  cwd: string,
): Promise<void> {
  const project = await createProject(host, {
    path: source ?? cwd,
    cwd,
    ...(flags.name === undefined ? {} : { name: flags.name }),
  });
  out(`Connected ${project.path} as ${workset.name}/${project.name}`);
}
