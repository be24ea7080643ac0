/**
 * Where records are kept: below our own state, which no box sees. The heads stand apart from what they are of, so that a record that is
 * gone is missed.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";

type State = Pick<Dirs, "state">;

/** The folder of all records. */
function recordsFolder({ state }: State): string {
  return `${state}/records`;
}

/** The folder of a box's record. */
export function recordFolder(dirs: State, box: string): string {
  return `${recordsFolder(dirs)}/${box}`;
}

/** The folder of all heads. */
function headsFolder({ state }: State): string {
  return `${state}/record-heads`;
}

/** The head of a box's record. */
export function headFile(dirs: State, box: string): string {
  return `${headsFolder(dirs)}/${box}.json`;
}

/** The lock of those that write one. */
export function recordLock(dirs: State, box: string): string {
  return `${headsFolder(dirs)}/${box}.lock`;
}

/** The key that heads are signed with. */
export function keyFile({ state }: State): string {
  return `${state}/record-key.json`;
}

/** The name of a part of a record. They are numbered from 1 on. */
export function partName(number: number): string {
  return `${String(number).padStart(6, "0")}.jsonl`;
}

/** The numbers of the parts of a record, in order. */
export async function partsOf(folder: string): Promise<number[]> {
  const parts: number[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const number = isFile ? /^(\d{6})\.jsonl$/.exec(name)?.[1] : undefined;
      if (number !== undefined) parts.push(Number(number));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return parts.sort((a, b) => a - b);
}

/** The boxes that have a record, or had one: by what is kept of them. */
export async function recordedBoxes(dirs: State): Promise<string[]> {
  const boxes = new Set<string>();
  const collect = async (folder: string, suffix: string) => {
    try {
      for await (const { name } of Deno.readDir(folder)) {
        if (name.endsWith(suffix)) boxes.add(name.slice(0, name.length - suffix.length));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  await collect(recordsFolder(dirs), "");
  await collect(headsFolder(dirs), ".json");
  return [...boxes].sort();
}
