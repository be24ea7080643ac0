/**
 * Copies a project.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { planDuplicate } from "../../project/duplicate.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { locateProject } from "../../project/locate.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "./make_change.ts";
import type { ModeWord } from "./mode_words.ts";
import { modeOf, worksetOf } from "./modes.ts";

/** What is copied, and what the copy shall be. */
export interface DuplicateRequest {
  /** A project's name or folder. */
  readonly source: string;
  readonly cwd: string;
  /** The copy's folder, which must not be there yet; worked out by default. */
  readonly dest?: string | undefined;
  /** The box only, not the folder. */
  readonly bare?: boolean | undefined;
  /** The copy's mode; the original's by default. */
  readonly to?: ModeWord | undefined;
  readonly workset?: string | undefined;
  readonly name?: string | undefined;
  /** A login that is the original's own is copied too. */
  readonly withCredentials?: boolean | undefined;
}

/** What came of a copy. */
export interface Duplicated extends ChangeResult {
  readonly original: Project;
  /** The original's login is its own and was left out: the copy asks for one. */
  readonly needsLogin: boolean;
}

/** Copies a project. Throws as {@link makeChange}, `no-box`, `exists`, `name-taken`, and what forbids the folder. */
export async function duplicateProject(
  host: Host,
  request: DuplicateRequest,
  options: ChangeOptions = {},
): Promise<Duplicated> {
  const { cwd, dest, name, bare = false, withCredentials = false } = request;
  if (dest !== undefined) await assertNoBoxLink(host, dest, cwd);
  const project = await locateProject(host, request.source, cwd);
  const mode = modeOf(request.to, request.workset);
  // A copy of a workset's project is one of the same workset, where nothing else is asked for.
  const same = mode === undefined || mode === "workset" ? project.workset?.name : undefined;
  const workset = await worksetOf(host, mode, request.workset ?? same, cwd);
  const result = await makeChange(host, options, {
    name: qualifiedName(project),
    plan: async () =>
      await planDuplicate(host, await locateProject(host, project.path, "/"), {
        cwd,
        bare,
        withCredentials,
        ...(dest === undefined ? {} : { path: dest }),
        ...(mode === undefined ? {} : { mode }),
        ...(workset === undefined ? {} : { workset }),
        ...(name === undefined ? {} : { name }),
      }),
    explain: (
      { about },
    ) => [`This copies the project ${about}.`, `The original is not changed: ${project.path}`],
  });
  return { ...result, original: project, needsLogin: !project.sharedAuth && !withCredentials };
}
