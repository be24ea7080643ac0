/**
 * Where the content of a sparse file is.
 *
 * @module
 */

import type { TreeFile } from "../host/tree/file.ts";
import { MAX_SPARSE_RANGES } from "./limits.ts";

/** A piece of a file that holds data, in bytes from its beginning. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** The pieces that hold data; `undefined` when there are no holes worth naming. */
export function sparseRanges(file: TreeFile): Range[] | undefined {
  const { size } = file.info;
  const ranges: Range[] = [];
  let data = 0;
  for (const { start, end } of file.dataRanges()) {
    // The last one that can be named holds the rest, with its holes.
    const isLast = ranges.length === MAX_SPARSE_RANGES - 1;
    const length = (isLast ? size : end) - start;
    ranges.push({ offset: start, length });
    data += length;
    if (isLast) break;
  }
  file.seek(0);
  return data === size ? undefined : ranges;
}
