/**
 * Makes a project.
 *
 * @module
 */

import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { createProject } from "../../project/create.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { type FirstWords, firstWords } from "../../project/first_words.ts";
import { locateProject, qualifiedParts } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import { readRegistry } from "../../project/registry.ts";
import { assertOutOfReach } from "../../run/reach.ts";
import { furnish } from "./furnish.ts";
import { workspacesFolder } from "../../project/membership/members.ts";

/** What the project shall be like. */
export interface CreateRequest {
  /** Its folder, or `WORKSET/NAME`; the folder `cwd` by default. */
  readonly path?: string | undefined;
  readonly cwd: string;
  readonly standalone?: boolean | undefined;
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly noVault?: boolean | undefined;
  /** The box gets a login of its own. */
  readonly distinctAuth?: boolean | undefined;
  readonly allowHome?: boolean | undefined;
}

/** A project that was made, and what is worth knowing of it. */
export interface Created extends FirstWords {
  readonly project: Project;
}

/** Makes a project. Throws `already-a-project`, `home-project`, `unsafe-workspace` and the like. */
export async function create(host: Host, request: CreateRequest): Promise<Created> {
  const { path, cwd } = request;
  if (path !== undefined) await assertNoBoxLink(host, path, cwd);
  const project = await createProject(host, {
    path: await newPlace(host, path, cwd) ?? path ?? cwd,
    cwd,
    ...(request.standalone ? { mode: "standalone" } : {}),
    ...(request.name === undefined ? {} : { name: request.name }),
    ...(request.image === undefined ? {} : { image: request.image }),
    ...(request.noVault ? { vault: false } : {}),
    distinctAuth: request.distinctAuth ?? false,
    allowHome: request.allowHome ?? false,
    checkReach: (folder) => assertOutOfReach(host, folder),
  });
  await furnish(host, project);
  return { project, ...await firstWords(host, project) };
}

/** Options of a request that a project which is there already does not satisfy: their spellings. */
export async function differences(host: Host, request: CreateRequest): Promise<readonly string[]> {
  const { path, cwd, name, image } = request;
  const project = await locateProject(host, await newPlace(host, path, cwd) ?? path ?? cwd, cwd);
  const levels = await readLevels(host, project);
  const unlike: readonly (readonly [option: string, unlike: boolean])[] = [
    ["--name", name !== undefined && name !== project.name],
    ["--image", image !== undefined && image !== settingsFrom(levels, undefined, {}).image.value],
    ["--standalone", request.standalone === true && project.mode !== "standalone"],
    ["--no-vault", request.noVault === true && project.vault !== undefined],
    ["--distinct-auth", request.distinctAuth === true && project.sharedAuth],
  ];
  return unlike.filter(([, is]) => is).map(([option]) => option);
}

/** The folder that `workset/name` means, where there is no folder of that name here. */
async function newPlace(host: Host, word: string | undefined, cwd: string): Promise<string | undefined> {
  if (word === undefined || word.startsWith("/")) return undefined;
  const registry = await readRegistry(host);
  const parts = qualifiedParts(registry, word, `${cwd}/${word}`);
  const root = parts && registry.worksets[parts.workset];
  if (root === undefined) return undefined;
  // Another folder called as the workset is means what it says.
  const folder = await Deno.realPath(`${cwd}/${parts!.workset}`).catch(() => undefined);
  return folder === undefined || folder === root ? `${workspacesFolder(root)}/${parts!.name}` : undefined;
}
