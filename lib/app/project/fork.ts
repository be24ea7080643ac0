/**
 * Copies a project to a folder beside it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { planDuplicate } from "../../project/duplicate.ts";
import { locateProject } from "../../project/locate.ts";
import { slug } from "../../project/names.ts";
import { qualifiedName } from "../../project/project.ts";
import { base } from "../../project/relocate/places.ts";
import { findWorkset } from "../../project/workset/find.ts";
import { workspacesFolder } from "../../project/membership/members.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "./make_change.ts";

/** What is copied, and what for. */
export interface ForkRequest {
  /** A project's name or folder; the one around `cwd` by default. */
  readonly project?: string | undefined;
  readonly cwd: string;
  /** What the copy is for; its folder is `FOLDER.NAME`. */
  readonly name: string;
  readonly withCredentials?: boolean | undefined;
  /** The box asks for it itself: it is copied as it is at that moment. */
  readonly whileRunning?: boolean | undefined;
}

/** What came of a fork. */
export interface Forked extends ChangeResult {
  /** The original's qualified name. */
  readonly original: string;
  /** The copy's folder. */
  readonly path: string;
}

/** Forks a project. Throws `bad-name`, and as `duplicateProject`. */
export async function forkProject(
  host: Host,
  request: ForkRequest,
  options: ChangeOptions = {},
): Promise<Forked> {
  const { cwd, withCredentials = false } = request;
  const name = request.name.trim();
  if (!/^[^/\\.\p{Cc}]{1,60}$/u.test(name)) {
    throw new KanibakoError(
      "bad-name",
      `Cannot fork to ${shellQuote(request.name)}: use a name without "/", "\\" or ".".`,
    );
  }
  const project = await locateProject(host, request.project, cwd);
  const { workset } = project;
  const copy = slug(`${base(project.path)}.${name}`);
  // In its workset a project's folder is called as the project is.
  const inside = workset !== undefined && project.path.startsWith(`${workset.root}/`);
  const path = `${project.path}.${name}`;
  const result = await makeChange(host, options, {
    name: qualifiedName(project),
    asking: request.whileRunning ? project.id : undefined,
    plan: async () =>
      await planDuplicate(host, await locateProject(host, project.path, "/"), {
        cwd,
        what: "fork",
        withCredentials,
        ...(workset ? { workset: await findWorkset(host, workset.name), name: copy } : {}),
        ...(inside ? {} : { path }),
      }),
  });
  return {
    ...result,
    original: qualifiedName(project),
    path: inside ? `${workspacesFolder(workset.root)}/${copy}` : path,
  };
}
