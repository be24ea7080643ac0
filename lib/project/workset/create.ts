/**
 * Makes a workset: all of it, or nothing.
 *
 * @module
 */

import { absolutePath, exists, normalPath, real } from "../../host/path.ts";
import { standaloneRecords } from "../../config/approval.ts";
import { SETTINGS } from "../../config/settings/all.ts";
import { checkOwnership } from "../../config/ownership.ts";
import type { Host } from "../../config/system.ts";
import { parseValue } from "../../config/value.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type ChangeHooks, runChange, type Step } from "../change/change.ts";
import { findProject } from "../detect.ts";
import { checkWorkspace } from "../guard.ts";
import { isWithin } from "../layout.ts";
import { checkName, slug } from "../names.ts";
import { qualifiedName, type WorksetPlace } from "../project.ts";
import { checkNameFree, readRegistry, type Registry } from "../registry.ts";
import { isDefaultWorkset } from "./find.ts";
import { type Manifest, manifestFile, manifestText } from "../membership/manifest.ts";
import { placedMembers, readWorksets, type Workset } from "../membership/members.ts";

/** What a new workset shall be. */
export interface CreateWorksetOptions {
  /** Its root, absolute or relative to `cwd`. Made, with the folders above it, when it is not there. */
  readonly path: string;
  readonly cwd?: string;
  /** [default: made from the folder's name] */
  readonly name?: string;
  /** New projects in it keep all of their state in their own folder. */
  readonly standalone?: boolean;
  /** The rig of its boxes, where they have none of their own. */
  readonly image?: string;
  /** False: new projects in it get no vault. */
  readonly vault?: boolean;
  /** Its boxes get logins of their own. */
  readonly distinctAuth?: boolean;
}

/** What a workset keeps in its root. */
export const WORKSET_ENTRIES: readonly string[] = [
  "workset.toml",
  "config.toml",
  "env",
  "boxes",
  "workspaces",
  "vault",
  "shared",
];

/**
 * Makes a workset in a new folder or in one that is there. Throws `already-a-workset`, `nested-workset`,
 * `holds-project`, `left-over`, `bad-name`, `name-taken`, `home-project`, `unsafe-workspace`; whatever is thrown, nothing
 * is registered and nothing new is left behind.
 */
export async function createWorkset(
  host: Host,
  options: CreateWorksetOptions,
  hooks: ChangeHooks = {},
): Promise<WorksetPlace> {
  const image = options.image === undefined
    ? undefined
    : parseValue(SETTINGS.named("box.image"), options.image);
  const asked = absolutePath(options.path, options.cwd ?? Deno.cwd());
  const root = await Deno.realPath(asked).catch(() => real(normalPath(asked)));
  const base = root.slice(root.lastIndexOf("/") + 1);
  const name = options.name ?? slug(base);
  if (isDefaultWorkset(name)) {
    throw new KanibakoError(
      "bad-name",
      `Cannot call a workset ${name}: the name is reserved for projects in no workset.`,
    );
  }
  checkName(name);
  await checkWorkspace(host, root, { standalone: false, allowHome: false, what: "workset" });
  const registry = await readRegistry(host);
  await checkPlace(host, registry, root);
  checkNameFree(registry, name, "Choose another name with --name.");
  const manifest: Manifest = {
    name,
    created: new Date().toISOString(),
    groupAuth: options.distinctAuth !== true && host.system.config.values["group_auth"] !== false,
    members: [],
  };
  const settings = {
    ...(options.standalone ? { standalone: true } : {}),
    ...(options.vault === false ? { project: { enable_vault: false } } : {}),
    ...(image === undefined ? {} : { box: { image } }),
  };
  const steps: Step[] = [
    ...(missing(root)).map((path): Step => ({ do: "make-folder", path, mode: 0o755 })),
    { do: "make-folder", path: `${root}/boxes`, mode: 0o700 },
    { do: "make-folder", path: `${root}/workspaces`, mode: 0o755 },
    { do: "make-folder", path: `${root}/vault`, mode: 0o700 },
    ...(Object.keys(settings).length === 0 ? [] : [await fileStep(`${root}/config.toml`, settings)]),
    { do: "write", file: manifestFile(root), before: null, after: await manifestText(manifest), mode: 0o644 },
    { do: "names", table: "worksets", add: { [name]: root } },
  ];
  await closeToOthers(root);
  const about = `creation of the workset ${name} in ${root}`;
  await runChange(
    host,
    { what: "workset create", about, projects: [], steps, commitAt: steps.length },
    hooks,
  );
  return { name, root };
}

async function fileStep(file: string, value: Record<string, unknown>): Promise<Step> {
  const { stringify } = await import("../../host/toml.ts");
  return { do: "write", file, before: null, after: stringify(value), mode: 0o644 };
}

function missing(path: string): string[] {
  const folders: string[] = [];
  for (let at = path; at !== "" && !exists(at); at = at.slice(0, at.lastIndexOf("/"))) {
    folders.unshift(at);
  }
  return folders;
}

/** Who can write the root decides what its boxes get. A folder of ours that a group may write is closed to it. */
async function closeToOthers(root: string): Promise<void> {
  const info = await Deno.stat(root).catch(() => undefined);
  if (!info) return;
  if (info.uid === Deno.uid() && info.mode !== null && (info.mode & 0o022) !== 0) {
    await Deno.chmod(root, info.mode & 0o7755);
  }
  await checkOwnership(root, "others may read");
}

async function checkPlace(host: Host, registry: Registry, root: string): Promise<void> {
  const info = await Deno.lstat(root).catch(() => undefined);
  if (info && !info.isDirectory) {
    throw new KanibakoError("not-a-folder", `${shellQuote(root)} is not a folder.`);
  }
  const worksets = await readWorksets(registry.worksets);
  checkWorksets(worksets, root);
  const found = await findProject(host, registry, worksets, root);
  const cannotMake = `Cannot make a workset in ${shellQuote(root)}`;
  if (found) {
    throw new KanibakoError(
      found.path === root ? "already-a-project" : "nested-workset",
      `${cannotMake}: ${
        found.path === root ? "it is a project" : `it is in the project ${shellQuote(found.path)}`
      }.`,
      { hint: "The project's box could change the settings of the workset. Use a folder outside it." },
    );
  }
  const below = await projectsBelow(host, registry, worksets, root);
  if (below.length > 0) {
    throw new KanibakoError(
      "holds-project",
      `${cannotMake}: ${below.length === 1 ? "a project is" : `${below.length} projects are`} in it: ${
        below.slice(0, 5).join(", ")
      }${below.length > 5 ? ", ..." : ""}.`,
      { hint: "Create it in an empty folder and add them: kanibako workset connect WORKSET PROJECT" },
    );
  }
  for (const entry of [...WORKSET_ENTRIES, "kanibako"]) {
    if (!exists(`${root}/${entry}`)) continue;
    const isOne = entry === "workset.toml";
    throw new KanibakoError(
      "left-over",
      isOne
        ? `${cannotMake}: there is an unregistered workset.`
        : `${cannotMake}: there is ${shellQuote(`${root}/${entry}`)} already.`,
      {
        hint: isOne
          ? `To register it with its projects: kanibako workset create --existing ${shellQuote(root)}`
          : "Use another folder.",
      },
    );
  }
}

/** Throws `already-a-workset`, `nested-workset`. */
export function checkWorksets(worksets: readonly Workset[], root: string): void {
  const same = worksets.find((workset) => workset.root === root);
  if (same) {
    throw new KanibakoError("already-a-workset", `${shellQuote(root)} is already the workset ${same.name}.`, {
      hint: `To see it: kanibako workset info ${same.name}`,
    });
  }
  const near = worksets.find((workset) => isWithin(root, workset.root) || isWithin(workset.root, root));
  if (!near) return;
  const how = isWithin(root, near.root) ? "it is in the workset" : "in it is the workset";
  throw new KanibakoError(
    "nested-workset",
    `Cannot make a workset in ${shellQuote(root)}: ${how} ${near.name} (${shellQuote(near.root)}).`,
    { hint: "Worksets cannot be nested. Use another folder." },
  );
}

/** The projects of which the workspace is in a folder, by what a command takes for them. */
export async function projectsBelow(
  host: Host,
  registry: Registry,
  worksets: readonly Workset[],
  root: string,
): Promise<string[]> {
  const standalone = await standaloneRecords(host.dirs.state);
  return [
    ...Object.entries(registry.projects),
    ...Object.entries(standalone).map(([path, { name }]) => [name, path] as const),
    ...placedMembers(worksets).map(({ workset, member, path }) =>
      [qualifiedName({ name: member.name, workset }), path] as const
    ),
  ].filter(([, path]) => isWithin(path, root)).map(([name]) => name).sort();
}
