/**
 * Moves a project's folder, with all that belongs to it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { locateProject } from "../../project/locate.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { planMove } from "../../project/move.ts";
import { qualifiedName } from "../../project/project.ts";
import { folderMeant } from "../../project/relocate/destination.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "./make_change.ts";

/** What is moved, and where to. */
export interface MoveRequest {
  /** A project's name or folder; the one around `cwd` by default. */
  readonly project?: string | undefined;
  /** The new folder, which must not be there yet. */
  readonly dest: string;
  readonly cwd: string;
}

/** What came of a move. */
export interface Moved extends ChangeResult {
  readonly name: string;
  /** The new folder. */
  readonly path: string;
}

/** Moves a project. Throws as {@link makeChange}, and what forbids the folder. */
export async function moveProject(
  host: Host,
  request: MoveRequest,
  options: ChangeOptions = {},
): Promise<Moved> {
  const { dest, cwd } = request;
  await assertNoBoxLink(host, dest, cwd);
  const project = await locateProject(host, request.project, cwd);
  const name = qualifiedName(project);
  const path = await folderMeant(dest, cwd);
  const result = await makeChange(host, options, {
    name,
    plan: async () => await planMove(host, await locateProject(host, project.path, "/"), dest, cwd),
    explain: () => [`This moves the project ${name}:`, `  from ${project.path}`, `  to   ${path}`],
  });
  return { ...result, name, path };
}
