/**
 * Changes a project's mode, or finds one again whose folder was moved.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError, UsageError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { planConvert } from "../../project/convert.ts";
import { locateProject } from "../../project/locate.ts";
import { type ProjectMode, qualifiedName } from "../../project/project.ts";
import { isWithin } from "../../project/layout.ts";
import { forgetFolders } from "../../project/nested/recorded.ts";
import { folderMeant } from "../../project/relocate/destination.ts";
import { planRemap } from "../../project/remap.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "./make_change.ts";
import { worksetOf } from "./modes.ts";

/** Which project gets which mode. */
export interface ConvertRequest {
  /** A project's name or folder; the one around `cwd` by default. */
  readonly project?: string | undefined;
  readonly cwd: string;
  readonly mode: ProjectMode;
  /** The workset's name, where the mode is `workset`; the one around `cwd` by default. */
  readonly workset?: string | undefined;
  readonly name?: string | undefined;
  /** Where a project that leaves its workset goes. */
  readonly path?: string | undefined;
  /** Its folder stays where it is. */
  readonly inPlace?: boolean | undefined;
}

/** Changes a project's mode. Throws as {@link makeChange}, `same-mode`, `no-box`, and what forbids the folder. */
export async function convertProject(
  host: Host,
  request: ConvertRequest,
  options: ChangeOptions = {},
): Promise<ChangeResult> {
  const { cwd, mode, name, path, inPlace = false } = request;
  if (path !== undefined && (mode === "workset" || inPlace)) {
    throw new UsageError(
      inPlace ? "Use either a folder or --in-place." : "A workset has its own folder.",
    );
  }
  const project = await locateProject(host, request.project, cwd);
  const workset = await worksetOf(host, mode, request.workset, cwd);
  return await makeChange(host, options, {
    name: qualifiedName(project),
    plan: async () =>
      await planConvert(host, await locateProject(host, project.path, "/"), {
        mode,
        inPlace,
        cwd,
        ...(workset ? { workset } : {}),
        ...(name === undefined ? {} : { name }),
        ...(path === undefined ? {} : { path }),
      }),
    explain: ({ about }) => [
      `This changes the project ${about}.`,
      "Its home, settings and vault move to where that mode keeps them.",
    ],
  });
}

/** Which project has which folder now. */
export interface RemapRequest {
  /** Its name, or the folder it had. */
  readonly project: string;
  /** The folder it has now. */
  readonly path: string;
  readonly cwd: string;
  readonly name?: string | undefined;
}

/** Gives a project whose folder was moved by hand its folder again. Throws as {@link makeChange} and `planRemap`. */
export async function remapProject(
  host: Host,
  { project, path, cwd, name }: RemapRequest,
  options: ChangeOptions = {},
): Promise<ChangeResult> {
  const result = await makeChange(host, options, {
    name: project,
    plan: async () =>
      await planRemap(host, { old: project, path, cwd, ...(name === undefined ? {} : { name }) }),
    explain: ({ about }) => [`This changes the folder of the project: ${about}.`],
  });
  // Whatever is there now is what the user says it is.
  if (result.report) await forgetFolders(host, [await folderMeant(path, cwd)]);
  return result;
}

/** Which project gets which name. */
export interface RenameRequest {
  /** A project's name or folder; the one around `cwd` by default. */
  readonly project?: string | undefined;
  readonly cwd: string;
  readonly name: string;
}

/** Gives a project another name; its folder stays. Throws as {@link makeChange} and `planRemap`, and `no-box`. */
export async function renameProject(
  host: Host,
  { project, cwd, name }: RenameRequest,
  options: ChangeOptions = {},
): Promise<ChangeResult> {
  const { path, exists, ...found } = await locateProject(host, project, cwd);
  if (!exists) {
    throw new KanibakoError("no-box", `There is no box in ${shellQuote(path)} to rename.`, {
      hint: "To list projects: kanibako list",
    });
  }
  const old = qualifiedName(found);
  if (found.mode === "standalone" || found.workset && isWithin(path, found.workset.root)) {
    throw new KanibakoError("named-by-folder", `${shellQuote(old)} has the name of its folder.`, {
      hint: found.mode === "standalone"
        ? `To move it to a folder of another name: kanibako box move ${shellQuote(path)} FOLDER`
        : "To rename it, take it out of its workset and connect it again: kanibako workset disconnect --help",
    });
  }
  return await makeChange(host, options, {
    name: old,
    plan: async () => await planRemap(host, { old: path, path, cwd, name }),
    explain: () => [`This renames the project ${old} to ${name}.`],
  });
}
