/**
 * What a box is, whatever it was made for: a project has one, and so have helpers, tasks and scratch boxes.
 *
 * @module
 */

/** What a box is for. `box`: a project's own; `scratch`: of no project, gone when it ends; `browser`: stands beside another one. */
export type BoxRole = "box" | "helper" | "task" | "scratch" | "browser";

/** One box. All paths are those of the host, absolute, symlinks resolved. */
export interface BoxIdentity {
  /** The container's name, and the name of its folder of state. */
  readonly id: string;
  /** What it is for. */
  readonly role: BoxRole;
  /** The id of the box that asked for it; absent where a person did. */
  readonly parent?: string;
  /** For people, and the container's host name. */
  readonly name: string;
  /** The folder it works in; `undefined`: an empty one in memory. `readOnly`: it is another box's, and it looks on. */
  readonly workspace: { readonly path: string; readonly readOnly?: true } | undefined;
  /** Its home. Box-writable. */
  readonly home: string;
  /** The folders it shares with the host; `readWrite` is box-writable. Absent: none. */
  readonly vault?: { readonly readOnly: string; readonly readWrite: string };
  /** What belongs to its runs on this machine. No box can write it. */
  readonly state: string;
}
