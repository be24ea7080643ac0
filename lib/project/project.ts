/**
 * What a project is: the answer of `locate.ts`, and what everything else works from.
 *
 * @module
 */

/** Where a project keeps its state. `workset`: in its workset; `standalone`: all of it inside the project. */
export type ProjectMode = "default" | "workset" | "standalone";

/** How a project's folders are laid out; see `layout.ts`. */
export type ProjectLayout = "simple" | "default" | "robust";

/** A named workset: its name and its root folder. */
export interface WorksetPlace {
  /** What it is called. */
  readonly name: string;
  /** Its folder. */
  readonly root: string;
}

/** One project and its box. All paths are absolute, symlinks resolved. */
export interface Project {
  /** Where it keeps its state. */
  readonly mode: ProjectMode;
  /** How its folders are laid out. */
  readonly layout: ProjectLayout;
  /** For people; unique among the default projects, or in its workset. See {@link qualifiedName}. */
  readonly name: string;
  /** The box's identity: its container's name, and its folder's name below `<state>/boxes`. */
  readonly id: string;
  /** The workspace. */
  readonly path: string;
  /** SHA-256 of the path, in hexadecimal. */
  readonly hash: string;
  /** Settings, environment file. */
  readonly metadata: string;
  /** The box's home. Box-writable. */
  readonly home: string;
  /** The vault folders, present when the vault is enabled. `readWrite` is box-writable. */
  readonly vault: { readonly readOnly: string; readonly readWrite: string } | undefined;
  /** The group it belongs to; present exactly when `mode` is `workset`. */
  readonly workset?: WorksetPlace;
  /** Whether the box uses the host's login. */
  readonly sharedAuth: boolean;
  /** Whether it does so without having it: it gets placeholders, and the door of its network puts in what they stand for. */
  readonly guardedAuth?: boolean;
  /** Nobody says how it uses it: it is guarded where its network is filtered, if it can be. */
  readonly guardsByDefault?: boolean;
  /** What belongs to runs of this box on this machine: `<state>/boxes/<id>`. No box can write it. */
  readonly state: string;
  /** False when nothing has been created yet: the paths then say where it would be. */
  readonly exists: boolean;
}

/** The name by which a project is found from everywhere: `workset/name` for one of a workset. */
export function qualifiedName(project: Pick<Project, "name" | "workset">): string {
  return project.workset ? `${project.workset.name}/${project.name}` : project.name;
}
