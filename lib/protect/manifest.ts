/**
 * What is protected during one run: the places, and what each was, kept where no box can write. A box sees these copies, read-only, in
 * the place of the originals; when the run is over the originals are compared with them.
 *
 * Copies, and not the originals themselves: a path in the workspace may lead elsewhere by the time an engine mounts it, and a file may
 * have another name by which a box changes it.
 *
 * @module
 */

import { protectFolder } from "../config/box_state.ts";
import { listOf, number, oneOf, optional, schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import { readJson, type Schema } from "../host/store.ts";

/** Which places are protected; see the setting `report.protect`. */
export type ProtectMode = "none" | "hooks" | "all";

/** What is at a place that is kept. */
export type PlaceKind = "file" | "folder" | "symlink";

/** A place that existed when the run began. */
export interface HeldPlace {
  /** Relative to the project; names that are not UTF-8 as `lib/host/tree/raw_name.ts` writes them. */
  readonly path: string;
  readonly kind: PlaceKind;
  /** The id of the entry of the table. */
  readonly entry: string;
  /**
   * The folders on the way to it, itself included where it is a folder, by what they are. While the way is the same the box cannot have
   * changed the place, on which something is mounted: somebody else has, on the host, and that is left as it is. Absent where that
   * conclusion cannot be drawn.
   */
  readonly way?: readonly string[] | undefined;
}

/** What is kept of one run. */
export interface Manifest {
  readonly run: string;
  /** The project's folder. */
  readonly workspace: string;
  /** That folder's number on its file system: another folder in its place is none of our business. */
  readonly root: string;
  readonly mode: "hooks" | "all";
  /** The n-th place's copy is in the folder `n`, under its last name. */
  readonly places: readonly HeldPlace[];
  /** What was at protected places and is not kept, by the stamp of the look: what else is there afterwards is new. */
  readonly known: Readonly<Record<string, string>>;
  /** Folders in which there was more than was looked at. */
  readonly bounds: readonly string[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

const schema: Schema<Manifest> = schemaOf(shape({
  run: text,
  workspace: text,
  root: text,
  mode: oneOf("hooks", "all"),
  places: listOf(shape({
    path: text,
    kind: oneOf("file", "folder", "symlink"),
    entry: text,
    way: optional(listOf(text)),
  })),
  known: tableOf(text),
  bounds: listOf(text),
  at: number,
}));

/** The folder of one run. */
export function protectRun(state: string, run: string): string {
  return `${protectFolder(state)}/${run}`;
}

/** Where the copy of the n-th place of a run is. */
export function heldAt(state: string, run: string, index: number, path: string): string {
  return `${protectRun(state, run)}/${index}/${path.slice(path.lastIndexOf("/") + 1)}`;
}

/** Where the manifest of a run is. */
export function manifestFile(state: string, run: string): string {
  return `${protectRun(state, run)}/manifest.json`;
}

/** The manifest of a run; `undefined` when there is none, as the copies were not finished. */
export function readManifest(state: string, run: string): Promise<Manifest | undefined> {
  return readJson(manifestFile(state, run), schema);
}

/** The runs of which something is kept, the oldest first. */
export function protectedRuns(state: string): readonly string[] {
  try {
    return [...Deno.readDirSync(protectFolder(state))].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
