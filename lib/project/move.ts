/**
 * Moves a project's folder, and everything that knows where it is.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { Change } from "./change/step.ts";
import { isWithin } from "./layout.ts";
import { type Project, qualifiedName } from "./project.ts";
import { checkAlone, checkFolder, folderMeant } from "./relocate/destination.ts";
import { planRelocation } from "./relocate/plan.ts";

/**
 * Plans moving a project to a folder that is not there yet. Its name, mode and box stay. Throws `no-box`, `same-place`,
 * `own-workspace`, `exists`, `holds-project` and what forbids the folder.
 */
export async function planMove(host: Host, project: Project, word: string, cwd: string): Promise<Change> {
  mustExist(project);
  const path = await folderMeant(word, cwd);
  if (path === project.path) {
    throw new KanibakoError("same-place", `The project ${project.name} is already in ${shellQuote(path)}.`);
  }
  const { workset } = project;
  if (workset && isWithin(project.path, workset.root)) {
    const name = qualifiedName(project);
    throw new KanibakoError("own-workspace", `Cannot move ${name}: its folder belongs to its workset.`, {
      hint: [
        `To take it out of the workset: kanibako box migrate ${name} ${shellQuote(path)} --to default`,
        `To copy it: kanibako box duplicate ${name} ${shellQuote(path)}`,
      ],
    });
  }
  await checkFolder(host, { path, mode: project.mode, project, moves: true, must: "absent" });
  await checkAlone(host, project);
  return await planRelocation(host, {
    what: "move",
    project,
    how: "move",
    workspace: "take",
    to: {
      mode: project.mode,
      name: project.name,
      path,
      ...(workset ? { workset, placement: "link" } : {}),
    },
  });
}

/** Throws `no-box` for a folder that is no project yet. */
export function mustExist(project: Project): void {
  if (project.exists) return;
  throw new KanibakoError("no-box", `There is no project in ${shellQuote(project.path)}.`, {
    hint: "To list projects: kanibako list",
  });
}
