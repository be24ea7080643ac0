/**
 * Makes a project: all of it, or nothing.
 *
 * @module
 */

import { approveStandalone, recordStandalone, standaloneRecords } from "../config/approval.ts";
import { keyNamed } from "../config/keys.ts";
import type { Host } from "../config/system.ts";
import { parseValue } from "../config/value.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/text.ts";
import { writeToml } from "../host/store.ts";
import { describe } from "./describe.ts";
import { detect, isFolder, standaloneAt } from "./detect.ts";
import { checkWorkspace, real } from "./guard.ts";
import { ignoredEntries, isWithin, projectFolders, standaloneMetadata } from "./layout.ts";
import { locateProject, newName } from "./locate.ts";
import { checkName, slug } from "./names.ts";
import type { Project, ProjectLayout } from "./project.ts";
import { type RegistryDraft, updateRegistry } from "./registry.ts";
import { exists, Undo } from "./undo.ts";
import { addIgnored } from "./git_ignore.ts";
import { giveToOwner, linkVault, makeBeneath, makeVault } from "./vault_folders.ts";

/** What a new project shall be. */
export interface CreateOptions {
  /** The workspace, absolute or relative to `cwd`. Made, with the folders above it, when it is not there. */
  readonly path: string;
  readonly cwd?: string;
  /** `default` unless told. */
  readonly mode?: "default" | "standalone";
  readonly layout?: ProjectLayout;
  /** Taken exactly, or refused. Worked out from the folder's name unless told. */
  readonly name?: string;
  /** Stored as `box.image`. Without it the box follows the configuration. */
  readonly image?: string;
  /** As `vault.enabled` of the system configuration unless told. */
  readonly vault?: boolean;
  /** The box gets a login of its own. */
  readonly distinctAuth?: boolean;
  /** The whole home may be the workspace (standalone only). */
  readonly allowHome?: boolean;
  /** The workspace may lie in another project's. */
  readonly allowNested?: boolean;
}

/**
 * Makes a project. Throws `already-a-project`, `nested-project`, `home-project`, `unsafe-workspace`, `bad-name`,
 * `name-taken`, `left-over`; whatever is thrown, nothing is registered and nothing new is left behind.
 */
export async function createProject(host: Host, options: CreateOptions): Promise<Project> {
  const standalone = options.mode === "standalone";
  if (options.name !== undefined) checkName(options.name);
  if (options.image !== undefined) parseValue(keyNamed("box.image"), options.image);
  const asked = options.path.startsWith("/") ? options.path : `${options.cwd ?? Deno.cwd()}/${options.path}`;
  const path = await Deno.realPath(asked).catch(() => real(normal(asked)));
  await checkWorkspace(host, path, { standalone, allowHome: options.allowHome ?? false });
  const undo = new Undo();
  try {
    await undo.folders(path, 0o755);
    if (!await isFolder(path)) {
      throw new KanibakoError("not-a-folder", `${shellQuote(path)} is not a folder.`);
    }
    // Under the lock of the registry from the first look to the last write, so that two creations cannot meet.
    return await updateRegistry(host, async (draft) => {
      await checkFree(host, draft, path, options);
      const make = standalone ? makeStandalone : makeDefault;
      return await make(host, draft, path, options, undo);
    });
  } catch (cause) {
    await undo.run();
    throw cause;
  }
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
  if (!await exists(project.home)) await makeHome(project, new Undo());
  if (project.vault && !(await exists(project.vault.readOnly) && await exists(project.vault.readWrite))) {
    await makeVault(project, new Undo());
  }
  if (project.mode === "standalone") await remember(host, project);
  return { project, created: false };
}

/** A standalone project that came from elsewhere becomes known to this machine, with nothing approved. */
async function remember(host: Host, project: Project): Promise<void> {
  if (Object.hasOwn(await standaloneRecords(host.dirs.state), project.path)) return;
  const { name, path, sharedAuth } = project;
  await recordStandalone(host.dirs.state, path, { name, approved: "", sharedAuth });
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
  if (options.name !== undefined) await checkNameFree(host, draft, name);
  const metadata = `${host.system.paths.boxes}/${name}`;
  await undo.folders(host.system.paths.boxes, 0o700);
  await undo.newFolder(metadata);
  await writeToml(`${metadata}/project.toml`, settings(host, path, options, { mode: "default" }));
  const project = await describe(host, { mode: "default", name, path });
  await makeFolders(host, project, undo);
  draft.projects[name] = path;
  return project;
}

async function makeStandalone(
  host: Host,
  _draft: RegistryDraft,
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
    if (await exists(place)) throw leftOver(place, `rm -r ${shellQuote(place)}`);
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
  return project;
}

async function makeFolders(host: Host, project: Project, undo: Undo): Promise<void> {
  await makeHome(project, undo);
  await makeVault(project, undo);
  await linkVault(host, project, undo);
  const ignored = ignoredEntries(project, project.path);
  if (ignored.length > 0) await addIgnored(project.path, ignored, undo);
}

/** The home is made empty: what is in it is made by the box itself. */
async function makeHome(project: Project, undo: Undo): Promise<void> {
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
  project: { mode: "default" | "standalone"; name?: string },
): Record<string, unknown> {
  return {
    project: {
      mode: project.mode,
      layout: options.layout ?? "default",
      enable_vault: options.vault ?? host.system.config.values["vault.enabled"] !== false,
      group_auth: options.distinctAuth !== true,
      ...(project.name === undefined ? {} : { name: project.name }),
    },
    ...(project.mode === "standalone" ? {} : { resolved: { workspace: path } }),
    ...(options.image === undefined ? {} : { box: { image: options.image } }),
  };
}

async function checkFree(
  host: Host,
  draft: RegistryDraft,
  path: string,
  options: CreateOptions,
): Promise<void> {
  const found = await detect(host, draft, path);
  if (!found) return;
  if (found.path === path) {
    const as = found.mode === "default" ? ` (${found.name})` : "";
    throw new KanibakoError("already-a-project", `There is a project in ${shellQuote(path)} already${as}.`, {
      hint: `Start it: kanibako start ${shellQuote(path)}`,
    });
  }
  if (options.allowNested) return;
  throw new KanibakoError(
    "nested-project",
    `Cannot make a project in ${shellQuote(path)}: it is in the project ${shellQuote(found.path)}.`,
    { hint: "The box of that project can change everything in it. Use a folder outside of it." },
  );
}

async function checkNameFree(host: Host, draft: RegistryDraft, name: string): Promise<void> {
  for (const [kind, names] of [["project", draft.projects], ["workset", draft.worksets]] as const) {
    if (!Object.hasOwn(names, name)) continue;
    throw new KanibakoError(
      "name-taken",
      `The name ${shellQuote(name)} is taken by the ${kind} in ${shellQuote(names[name]!)}.`,
      { hint: "Choose another name, or none." },
    );
  }
  const metadata = `${host.system.paths.boxes}/${name}`;
  if (await exists(metadata)) throw leftOver(metadata, `kanibako rm ${name} --purge`);
}

function leftOver(path: string, command: string): KanibakoError {
  return new KanibakoError(
    "left-over",
    `Cannot use ${shellQuote(path)}: data of another project is left in it.`,
    {
      hint: `If nobody needs it: ${command}`,
    },
  );
}

/** Without `.`, `..` and double slashes, as the shell's user means it. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
