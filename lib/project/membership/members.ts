/**
 * Whose folder is it: the projects of all worksets, by their places.
 *
 * @module
 */

import { checkOwnership } from "../../config/ownership.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { isWithin } from "../layout.ts";
import type { WorksetPlace } from "../project.ts";
import { type Manifest, manifestFile, readManifest, type WorksetMember } from "./manifest.ts";

/** A registered workset and what its manifest says. */
export interface Workset extends WorksetPlace {
  readonly manifest: Manifest | undefined;
  /** Why there is no manifest. */
  readonly error: KanibakoError | undefined;
}

/** A project of a workset, with its place. */
export interface PlacedMember {
  readonly workset: WorksetPlace;
  readonly member: WorksetMember;
  /** Whether the workset lets its boxes use the host's login. */
  readonly groupAuth: boolean;
  /** The workspace. */
  readonly path: string;
}

/** Where a workset keeps the workspaces that are its own. */
export function workspacesFolder(root: string): string {
  return `${root}/workspaces`;
}

/** The folder of the boxes of a workset. Earlier versions called it by the program's name: where it is still called so, it stays. */
export function boxesFolder(root: string): string {
  const [folder, old] = [`${root}/boxes`, `${root}/kanibako`];
  return !entryAt(folder) && entryAt(old)?.isDirectory ? old : folder;
}

function entryAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** The folder with the settings and the home of one project of a workset. */
export function memberBox(root: string, name: string): string {
  return `${boxesFolder(root)}/${name}`;
}

/** The folder with the vault of one project of a workset. */
export function memberVault(root: string, name: string): string {
  return `${root}/vault/${name}`;
}

/** The workspace of a member. */
export function memberPath(root: string, member: WorksetMember): string {
  return member.placement === "link" ? member.sourcePath : `${workspacesFolder(root)}/${member.name}`;
}

/** Reads the manifests of these worksets, sorted by name. One that cannot be read comes with its error. */
export async function readWorksets(worksets: Readonly<Record<string, string>>): Promise<readonly Workset[]> {
  const all = Object.entries(worksets).map(async ([name, root]): Promise<Workset> => {
    try {
      return { name, root, manifest: await readWorkset(root), error: undefined };
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      return { name, root, manifest: undefined, error };
    }
  });
  return (await Promise.all(all)).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The manifest of a workset, believed only when nobody else can write it. */
async function readWorkset(root: string): Promise<Manifest> {
  await Promise.all([
    checkOwnership(root, "others may read"),
    checkOwnership(manifestFile(root), "others may read"),
  ]);
  return await readManifest(root);
}

/** All members of worksets that could be read. */
export function placedMembers(worksets: readonly Workset[]): PlacedMember[] {
  return worksets.flatMap(({ name, root, manifest }) =>
    (manifest?.members ?? []).map((member) => ({
      workset: { name, root },
      member,
      groupAuth: manifest!.groupAuth,
      path: memberPath(root, member),
    }))
  );
}

/** The member with the deepest workspace a folder is in. */
export function memberAbove(worksets: readonly Workset[], folder: string): PlacedMember | undefined {
  return placedMembers(worksets)
    .filter(({ path }) => isWithin(folder, path))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** The workset in whose root a folder is. */
export function worksetAround(worksets: readonly Workset[], folder: string): Workset | undefined {
  return worksets.find(({ root }) => isWithin(folder, root));
}

/** The manifest of a workset that must have one. Throws why it has none. */
export function manifestOf(workset: Workset): Manifest {
  if (workset.manifest) return workset.manifest;
  const { error, name, root } = workset;
  throw new KanibakoError(
    "workset-damaged",
    `Cannot use the workset ${name} in ${shellQuote(root)}: ${error?.message ?? "it has no manifest."}`,
    {
      hint: [...error?.hints ?? [], `If you no longer need it: kanibako workset rm ${name}`],
    },
  );
}

/** Why a folder in a workset, which none of its projects has, cannot be used: what could be used instead. */
export function notAMember(workset: Workset, folder: string): KanibakoError {
  const manifest = manifestOf(workset);
  const workspaces = workspacesFolder(workset.root);
  const below = isWithin(folder, workspaces) && folder !== workspaces
    ? `${workspaces}/${folder.slice(workspaces.length + 1).split("/")[0]}`
    : undefined;
  const names = manifest.members.map(({ name }) => `${workset.name}/${name}`);
  return new KanibakoError(
    "not-a-member",
    below === undefined
      ? `${shellQuote(folder)} belongs to the workset ${workset.name} but is not one of its projects.`
      : `${shellQuote(below)} is not a project of the workset ${workset.name} yet.`,
    {
      hint: [
        ...(below === undefined ? [] : [`To make it a project: kanibako create ${shellQuote(below)}`]),
        ...(names.length > 0
          ? [`Its projects: ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}`]
          : [`To add one: kanibako workset connect ${workset.name} FOLDER`]),
      ],
    },
  );
}
