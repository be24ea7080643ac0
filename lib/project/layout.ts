/**
 * Where the folders of a project are: one table of modes and layouts.
 *
 * @module
 */

import type { ProjectLayout, ProjectMode } from "./project.ts";

/** The folder of a workspace with the agents that the project brings along. */
export const OWN_AGENTS = ".kanibako/plugins";

/** What of a machine or a rig is the system's: neither these nor anything below them is a place for projects. */
export const SYSTEM_FOLDERS: readonly string[] = [
  ...["/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32"],
  ...["/proc", "/sbin", "/sys"],
];

/** Folders of a project. The vault's two halves are below `vault`. */
export interface ProjectFolders {
  readonly metadata: string;
  readonly home: string;
  readonly vault: string;
}

/** What the table is asked about. */
export interface LayoutQuestion {
  readonly mode: ProjectMode;
  readonly layout: ProjectLayout;
  /** The workspace. */
  readonly path: string;
  /** The box's folder below the boxes folder, or below its workset. Not asked for of a standalone project. */
  readonly box: string;
  /** Its vault in its workset. */
  readonly worksetVault?: string;
}

/** The layout of a project that chose none. */
export function modeLayout(mode: ProjectMode): ProjectLayout {
  return mode === "workset" ? "robust" : "default";
}

/** The folders of one cell of the table. */
export function projectFolders({ mode, layout, path, box, worksetVault }: LayoutQuestion): ProjectFolders {
  if (mode === "standalone") {
    const metadata = standaloneMetadata(path, layout);
    return {
      metadata,
      home: layout === "robust" ? `${path}/shell` : `${metadata}/shell`,
      vault: `${path}/vault`,
    };
  }
  if (layout === "simple") return { metadata: box, home: `${path}/.shell`, vault: `${path}/vault` };
  const own = mode === "workset" ? worksetVault ?? `${box}/vault` : `${box}/vault`;
  const beside = mode === "default" && layout === "default";
  return { metadata: box, home: `${box}/shell`, vault: beside ? `${path}/vault` : own };
}

/** Names of the folder that makes a workspace a standalone project, in the order they are looked for. */
export const STANDALONE_FOLDERS: readonly string[] = [".kanibako", "kanibako"];

/** The settings folder of a standalone project. */
export function standaloneMetadata(path: string, layout: ProjectLayout): string {
  return `${path}/${layout === "robust" ? "kanibako" : ".kanibako"}`;
}

/** Entries a workspace's `.gitignore` needs so that nothing of the box is committed. */
export function ignoredEntries(folders: Pick<ProjectFolders, "metadata" | "home">, path: string): string[] {
  return [folders.metadata, folders.home]
    .filter((folder, index, all) => isWithin(folder, path) && !(index === 1 && isWithin(folder, all[0]!)))
    .map((folder) => `${folder.slice(path.length + 1)}/`);
}

/** Whether a path is a folder itself or anything below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}
