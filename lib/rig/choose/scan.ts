/**
 * Which families the files of a folder show. Names decide, of this folder alone: nothing is opened, and no link is followed.
 *
 * @module
 */

import type { Tree } from "../../host/tree/tree.ts";
import { FAMILIES, type Family } from "./families.ts";

/** Most names that are looked at one by one; further files still count by their whole name. */
const MOST_NAMES = 4096;

/** A family, and a file that shows it. */
export interface Found {
  readonly family: Family;
  readonly file: string;
}

/** The families in their order, each with the first file that shows it. `most`: names that are looked at one by one. */
export function familiesIn(folder: Tree, most: number = MOST_NAMES): readonly Found[] {
  const { entries, truncated } = folder.list("", most) ?? { entries: [], truncated: false };
  const names = new Set(entries.filter(({ kind }) => isFile(kind)).map(({ name }) => name));
  const has = (name: string) => names.has(name) || truncated && isFile(folder.kind(name));
  // In no order of the folder's: the same files are to give the same answer everywhere.
  const sorted = [...names].sort();
  return FAMILIES.flatMap((family) => {
    const file = family.files.find(has) ??
      sorted.find((name) =>
        family.endings.some((ending) => name.length > ending.length && name.endsWith(ending))
      );
    return file === undefined ? [] : [{ family, file }];
  });
}

function isFile(kind: string | undefined): boolean {
  return kind === "file" || kind === "symlink";
}
