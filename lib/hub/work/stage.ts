/**
 * A folder for what is about to land: on the file system of the place it is for, so that it gets there by renaming, and in the state
 * of the box where that is the same one.
 *
 * @module
 */

import { type CopiedFile, copyTree } from "../../host/tree/copy.ts";
import { sha256Sums } from "../../host/tree/hash.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { nameText } from "../../host/tree/raw_name.ts";
import { removeTree } from "../../host/tree/remove.ts";
import { isApart } from "../../vault/store.ts";
import type { Now } from "./differences.ts";
import { SUM_BYTES } from "./differences.ts";
import { isGits, shown } from "./left_out.ts";
import { changed } from "./place.ts";

/** How a folder begins that is made in a live one. */
const INSIDE = ".kanibako-landing-";

/** An open stage. */
export interface Stage extends AsyncDisposable {
  readonly folder: Folder;
  /** Its name, where it is in the live folder itself. */
  readonly inside: string | undefined;
}

/** Makes one. `own`: a folder of ours. Disposing removes it with all that is left in it. */
export function makeStage(own: Folder, live: Folder): Stage {
  const apart = isApart(own, live);
  const parent = apart ? live : own;
  const name = apart ? `${INSIDE}${crypto.randomUUID()}` : "stage";
  parent.make(name, 0o700);
  const folder = parent.open(name)!;
  return {
    folder,
    inside: apart ? name : undefined,
    [Symbol.asyncDispose]: async () => {
      folder[Symbol.dispose]();
      await removeTree(`${parent.path}/${name}`);
    },
  };
}

/** Removes what a killed call left in a live folder. */
export async function clearStage(live: Folder, name: string): Promise<void> {
  if (name.startsWith(INSIDE) && !name.includes("/")) await removeTree(`${live.path}/${name}`);
}

/** What is wanted of a tree: by path, what it has to be; `undefined`: whatever it is. */
export type Wanted = ReadonlyMap<
  string,
  Pick<Now, "kind" | "size" | "mtimeNs" | "sum" | "target"> | undefined
>;

/**
 * Copies these paths of a tree, by handle, with the folders on the way. Throws `changed` where one is not what it has to be any more:
 * what was looked at is what is taken.
 */
export async function takePaths(
  from: Folder,
  to: string,
  wanted: Wanted,
  options: { readonly whole?: ReadonlySet<string>; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { whole = new Set(), signal } = options;
  const named = new Set([...wanted.keys()].map(shown));
  const above = new Set([...wanted.keys()].flatMap((path) => foldersAbove(shown(path))));
  const wholly = new Set([...whole].map(shown));
  const missing = new Set(wanted.keys());
  let inWhole = "";
  await copyTree(from.path, to, {
    exclude: (path) => {
      if (inWhole !== "" && path.startsWith(`${inWhole}/`)) return false;
      if (wholly.has(path)) inWhole = path;
      return isGits(path) || !named.has(path) && !above.has(path);
    },
    sums: {
      bytes: sha256Sums.bytes,
      file: (file) => file.info.size > SUM_BYTES ? "" : sha256Sums.file(file),
    },
    sorted: true,
    ...(signal ? { signal } : {}),
    onFile: (file) => {
      const path = nameText(file.entry.pathBytes);
      if (!wanted.has(path)) return;
      const expected = wanted.get(path);
      if (expected && !isExpected(expected, file)) throw changed(path);
      missing.delete(path);
    },
  });
  const [first] = missing;
  if (first !== undefined) throw changed(first);
}

/** Opens what {@link takePaths} made. */
export function openTaken(stage: Folder, name: string): Folder {
  return openFolder(`${stage.path}/${name}`);
}

function isExpected(expected: Exclude<ReturnType<Wanted["get"]>, undefined>, file: CopiedFile): boolean {
  if (expected.kind !== file.kind) return false;
  if (file.kind === "symlink") return expected.target === nameText(file.linkTarget!);
  if (file.kind !== "file") return true;
  if (expected.size !== file.size) return false;
  return expected.sum ? expected.sum === file.sum : expected.mtimeNs === file.mtimeNs;
}

/** The folders on the way to a path. */
export function foldersAbove(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join("/"));
}
