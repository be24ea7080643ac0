/**
 * Makes a project: all of it, or nothing.
 *
 * @module
 */

import { absolutePath, exists, isFolder, normalPath, parentOf, real } from "../host/path.ts";
import { approveStandalone, recordStandalone, standaloneRecords } from "../config/approval.ts";
import { type ConfigFile, readConfig } from "../config/file.ts";
import { SETTINGS } from "../config/settings/all.ts";
import type { Host } from "../config/system.ts";
import { parseValue } from "../config/value.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { forgetSteps } from "../crab/steps.ts";
import { writeToml } from "../host/store.ts";
import { updateManifest } from "./membership/manifest.ts";
import {
  boxesFolder,
  manifestOf,
  memberBox,
  notAMember,
  readWorksets,
  type Workset,
  worksetAround,
  workspacesFolder,
} from "./membership/members.ts";
import { describe } from "./describe.ts";
import { findProject, standaloneAt } from "./detect.ts";
import { checkWorkspace } from "./guard.ts";
import { ignoredEntries, isWithin, modeLayout, projectFolders, standaloneMetadata } from "./layout.ts";
import { forgetFolders } from "./nested/recorded.ts";
import { locateProject, newName } from "./locate.ts";
import { checkName, slug } from "./names.ts";
import { hasHome, hasVaultFolders } from "./needs_nothing.ts";
import { type Project, type ProjectLayout, type ProjectMode, qualifiedName } from "./project.ts";
import { checkNameFree, readRegistry, type RegistryDraft, updateRegistry } from "./registry.ts";
import { Undo } from "./undo.ts";
import { addIgnored } from "./git/ignore.ts";
import { giveToOwner, linkVault, makeBeneath, makeVault } from "./vault_folders.ts";

/** What a new project shall be. */
export interface CreateOptions {
  /** The workspace, absolute or relative to `cwd`. Made, with the folders above it, when it is not there. */
  readonly path: string;
  readonly cwd?: string;
  /** [default: `default`, or as the workset around it says] */
  readonly mode?: "default" | "standalone";
  readonly layout?: ProjectLayout;
  /** Taken exactly, or refused. [default: made from the folder's name] */
  readonly name?: string;
  /** Stored as `box.image`. Without it the box follows the configuration. */
  readonly image?: string;
  /** [default: `vault.enabled` of the system configuration] */
  readonly vault?: boolean;
  /** The box gets a login of its own. */
  readonly distinctAuth?: boolean;
  /** The whole home may be the workspace (standalone only). */
  readonly allowHome?: boolean;
  /** The workspace may lie in another project's. */
  readonly allowNested?: boolean;
  /** Throws when what is kept in this folder could be seen by a box that runs. Asked before anything is made in it. */
  readonly checkReach?: (path: string) => Promise<void>;
}

/**
 * Makes a project; in the `workspaces` folder of a workset, one of that workset. Throws `already-a-project`,
 * `nested-project`, `home-project`, `unsafe-workspace`, `bad-name`, `name-taken`, `left-over`, `not-a-member`; whatever is
 * thrown, nothing is registered and nothing new is left behind.
 */
export async function createProject(host: Host, options: CreateOptions): Promise<Project> {
  if (options.name !== undefined) checkName(options.name);
  if (options.image !== undefined) parseValue(SETTINGS.named("box.image"), options.image);
  const asked = absolutePath(options.path, options.cwd ?? Deno.cwd());
  const path = await Deno.realPath(asked).catch(() => real(normalPath(asked)));
  const standalone = options.mode === "standalone";
  await checkWorkspace(host, path, { standalone, allowHome: options.allowHome ?? false });
  const undo = new Undo();
  try {
    await undo.folders(path, 0o755);
    if (!isFolder(path)) {
      throw new KanibakoError("not-a-folder", `${shellQuote(path)} is not a folder.`);
    }
    // Under the lock of the registry from the first look to the last write, so that two creations cannot meet.
    return await updateRegistry(host, async (draft) => {
      const worksets = await readWorksets(draft.worksets);
      await checkFree(host, draft, worksets, path, options);
      await options.checkReach?.(path);
      const around = worksetAround(worksets, path);
      if (!around && standalone) return await makeStandalone(host, path, options, undo);
      if (!around) return await makeDefault(host, draft, path, options, undo);
      const defaults = await readConfig(`${around.root}/config.toml`, "workset");
      const filled = withDefaults(options, around, defaults);
      const make = filled.mode === "standalone" ? makeStandalone : makeMember;
      return await make(host, path, filled, undo, around);
    });
  } catch (cause) {
    await undo.run();
    throw cause;
  }
}

/** What a workset says of its new projects. What a member reads from the workset itself is not written down again. */
function withDefaults(options: CreateOptions, workset: Workset, { values }: ConfigFile): CreateOptions {
  const standalone = options.mode === "standalone" ||
    (options.mode === undefined && values["standalone"] === true);
  const vault = options.vault ?? values["vault.enabled"] as boolean | undefined;
  const image = options.image ?? (standalone ? values["box.image"] as string | undefined : undefined);
  return {
    ...options,
    mode: standalone ? "standalone" : "default",
    ...(vault === undefined ? {} : { vault }),
    ...(image === undefined ? {} : { image }),
    ...(standalone && !manifestOf(workset).groupAuth ? { distinctAuth: true } : {}),
  };
}

/**
 * A located project, ready to be used: made when it is new, and with the folders a box needs when they were lost.
 * Returns whether it was made just now. Two processes may call it for one folder.
 */
export async function ensureProject(
  host: Host,
  project: Project,
  options: Omit<CreateOptions, "path"> = {},
): Promise<{ project: Project; created: boolean }> {
  if (!project.exists) {
    try {
      return { project: await createProject(host, { ...options, path: project.path }), created: true };
    } catch (cause) {
      if (!(cause instanceof KanibakoError) || cause.code !== "already-a-project") throw cause;
    }
    return { project: await locateProject(host, project.path), created: false };
  }
  const isBrought = project.mode === "standalone" &&
    !Object.hasOwn(await standaloneRecords(host.dirs.state), project.path);
  // Nobody has asked yet whether its folder may be a workspace.
  if (isBrought) await checkBrought(host, project);
  const made = await makeMissing(project, options);
  if (made.length > 0) await forgetFolders(host, made);
  if (isBrought) await remember(host, project);
  return { project, created: false };
}

/** Makes folders of a project's box that were lost. Answers which. */
async function makeMissing(
  project: Project,
  { checkReach }: Pick<CreateOptions, "checkReach">,
): Promise<string[]> {
  const { path, home, vault } = project;
  const made: string[] = [];
  const check = async (folder: string) => {
    if (isWithin(folder, path)) await checkReach?.(folder);
    made.push(folder);
  };
  if (!hasHome(project)) {
    await check(home);
    await makeHome(project, new Undo());
  }
  if (vault && !hasVaultFolders(project)) {
    const folder = parentOf(vault.readWrite);
    if (!exists(folder)) await check(folder);
    await makeVault(project, new Undo());
  }
  return made;
}

/** A standalone project that came from elsewhere becomes known to this machine, with nothing approved. */
async function remember(host: Host, project: Project): Promise<void> {
  const { name, path, sharedAuth } = project;
  await recordStandalone(host.dirs.state, path, { name, approved: "", sharedAuth });
}

async function checkBrought(host: Host, { path, metadata }: Project): Promise<void> {
  try {
    await checkWorkspace(host, path, { standalone: true, allowHome: false });
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    const hint = `If you did not put its settings there: rm -r ${shellQuote(metadata)}`;
    throw new KanibakoError(error.code, error.message, { hint: [hint] });
  }
  const { worksets } = await readRegistry(host);
  checkWorksets(await readWorksets(worksets), path, true);
}

async function makeDefault(
  host: Host,
  draft: RegistryDraft,
  path: string,
  options: CreateOptions,
  undo: Undo,
): Promise<Project> {
  // Entries of this folder whose data is gone would be found before the new one.
  for (const [name, owner] of Object.entries(draft.projects)) if (owner === path) delete draft.projects[name];
  const name = options.name ?? await newName(host, draft, path);
  if (options.name !== undefined) checkOwnName(host, draft, name);
  const metadata = `${host.system.paths.boxes}/${name}`;
  await undo.folders(host.system.paths.boxes, 0o700);
  await undo.newFolder(metadata);
  await writeToml(`${metadata}/project.toml`, settings(host, path, options, { mode: "default" }));
  const project = await describe(host, { mode: "default", name, path });
  await makeFolders(host, project, undo);
  draft.projects[name] = path;
  return project;
}

/** Makes a project of a workset: its workspace is called as the project is. */
async function makeMember(
  host: Host,
  path: string,
  options: CreateOptions,
  undo: Undo,
  workset: Workset,
): Promise<Project> {
  const { root, name: group } = workset;
  const name = path.slice(path.lastIndexOf("/") + 1);
  checkName(name);
  if (options.name !== undefined && options.name !== name) {
    throw new KanibakoError(
      "bad-name",
      `Cannot call the project in ${
        shellQuote(path)
      } ${options.name}: in a workset it is named after its folder.`,
      { hint: "Leave out --name, or rename the folder." },
    );
  }
  const metadata = memberBox(root, name);
  if (exists(metadata)) throw leftOver(metadata, `kanibako rm ${group}/${name} --purge`);
  await undo.folders(boxesFolder(root), 0o700);
  await undo.newFolder(metadata);
  await writeToml(`${metadata}/project.toml`, settings(host, path, options, { mode: "workset" }));
  const { groupAuth } = manifestOf(workset);
  const place = { name: group, root };
  const project = await describe(host, { mode: "workset", name, path, workset: place, groupAuth });
  await makeFolders(host, project, undo);
  const member = { name, sourcePath: path, placement: "own" } as const;
  await updateManifest(host, root, (manifest) => ({ ...manifest, members: [...manifest.members, member] }));
  return project;
}

async function makeStandalone(
  host: Host,
  path: string,
  options: CreateOptions,
  undo: Undo,
): Promise<Project> {
  const metadata = standaloneMetadata(path, options.layout ?? "default");
  const { home } = projectFolders({
    mode: "standalone",
    layout: options.layout ?? "default",
    path,
    box: metadata,
  });
  for (const place of [metadata, home]) {
    // An empty folder may be a mount point a box left behind; anything else is not ours to take over.
    const info = await Deno.lstat(place).catch(() => undefined);
    if (info?.isDirectory) await Deno.remove(place).catch(() => {});
    if (exists(place)) throw leftOver(place, `rm -r ${shellQuote(place)}`);
  }
  await undo.newFolder(metadata);
  const name = options.name ?? slug(path.slice(path.lastIndexOf("/") + 1));
  await writeToml(`${metadata}/project.toml`, settings(host, path, options, { mode: "standalone", name }));
  const found = await standaloneAt(path);
  if (!found) throw new KanibakoError("not-created", `Cannot read back the project in ${shellQuote(path)}.`);
  const sharedAuth = options.distinctAuth !== true && host.system.config.values["group_auth"] !== false;
  const project: Project = { ...await describe(host, found), sharedAuth };
  await makeFolders(host, project, undo);
  await approveStandalone(host.dirs.state, project);
  // What is approved by now is what counts from here on.
  return { ...await describe(host, found), sharedAuth };
}

async function makeFolders(host: Host, project: Project, undo: Undo): Promise<void> {
  await makeHome(project, undo);
  await makeVault(project, undo);
  await linkVault(host, project, undo);
  const ignored = ignoredEntries(project, project.path);
  if (ignored.length > 0) await addIgnored(project.path, ignored, undo);
  const { path, metadata, home, vault } = project;
  const own = [metadata, home, ...vault ? [parentOf(vault.readWrite)] : []];
  await forgetFolders(host, own.filter((folder) => folder !== path && isWithin(folder, path)));
}

/** The home is made empty, and has had nothing, whatever one in its place had before. */
async function makeHome(project: Project, undo: Undo): Promise<void> {
  if (exists(`${project.state}/steps.json`)) await forgetSteps(project.state);
  if (isWithin(project.home, project.path)) {
    const { missing } = await makeBeneath(project.path, project.home, 0o700);
    for (const path of missing) undo.add(() => Deno.remove(path));
    return;
  }
  await undo.folders(project.home, 0o700);
  await giveToOwner(project.home, project.path);
}

/** The content of a new `project.toml`. */
function settings(
  host: Host,
  path: string,
  options: CreateOptions,
  project: { mode: ProjectMode; name?: string },
): Record<string, unknown> {
  return {
    project: {
      mode: project.mode,
      layout: options.layout ?? modeLayout(project.mode),
      enable_vault: options.vault ?? host.system.config.values["vault.enabled"] !== false,
      ...(options.distinctAuth === true ? { group_auth: false } : {}),
      ...(project.name === undefined ? {} : { name: project.name }),
    },
    ...(project.mode === "standalone" ? {} : { resolved: { workspace: path } }),
    ...(options.image === undefined ? {} : { box: { image: options.image } }),
  };
}

async function checkFree(
  host: Host,
  draft: RegistryDraft,
  worksets: readonly Workset[],
  path: string,
  options: CreateOptions,
): Promise<void> {
  const found = await findProject(host, draft, worksets, path);
  if (found?.path === path) {
    const as = found.mode === "standalone" ? "" : ` (${qualifiedName(found as Project)})`;
    throw new KanibakoError("already-a-project", `There is a project in ${shellQuote(path)} already${as}.`, {
      hint: `To start it: kanibako start ${shellQuote(path)}`,
    });
  }
  checkWorksets(worksets, path, found !== undefined);
  // It might be linked to a workset that cannot be read.
  if (!found) { for (const workset of worksets) manifestOf(workset); }
  if (!found || options.allowNested) return;
  throw new KanibakoError(
    "nested-project",
    `Cannot make a project in ${shellQuote(path)}: it is in the project ${shellQuote(found.path)}.`,
    { hint: "The box of that project can change everything in it. Use a folder outside it." },
  );
}

/** In a workset, projects are side by side; around one, a box could write the settings of all of its projects. */
function checkWorksets(worksets: readonly Workset[], path: string, isInProject: boolean): void {
  const inside = worksets.find(({ root }) => root !== path && isWithin(root, path));
  if (inside) {
    throw new KanibakoError(
      "holds-workset",
      `Cannot make a project in ${shellQuote(path)}: the workset ${inside.name} is in it.`,
      {
        hint: `The box could change the settings of all of its projects. Use a folder beside ${inside.root}.`,
      },
    );
  }
  const around = worksetAround(worksets, path);
  if (!around || isInProject) return;
  manifestOf(around);
  const workspaces = workspacesFolder(around.root);
  if (path.slice(0, path.lastIndexOf("/")) !== workspaces) throw notAMember(around, path);
}

/** Nothing else has the name, and no data of a former project. */
function checkOwnName(host: Host, draft: RegistryDraft, name: string): void {
  checkNameFree(draft, name, "Use another name, or leave it out.");
  const metadata = `${host.system.paths.boxes}/${name}`;
  if (exists(metadata)) throw leftOver(metadata, `kanibako rm ${name} --purge`);
}

function leftOver(path: string, command: string): KanibakoError {
  return new KanibakoError(
    "left-over",
    `Cannot use ${shellQuote(path)}: it contains data of another project.`,
    {
      hint: `To delete that data: ${command}`,
    },
  );
}
