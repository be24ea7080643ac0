/**
 * Which boxes there are, as their runtimes say: by label, at one call for each runtime.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { LABEL_BOX, LABEL_OWNER, LABEL_ROLE, ownerMark } from "../runtime/labels.ts";
import type { BoxInfo, BoxRuntime } from "../runtime/runtime.ts";
import { defaultRuntime, otherRuntimes } from "./used_runtimes.ts";

/** A box of ours in its runtime. */
export interface FoundBox {
  /** The box's id. */
  readonly id: string;
  /** What it is for: see `BoxRole`. */
  readonly role: string;
  readonly runtime: BoxRuntime;
  readonly info: BoxInfo;
}

/** This user's boxes in one runtime, running or not. */
async function boxesOf(runtime: BoxRuntime, host: Host): Promise<FoundBox[]> {
  const found = await runtime.find({ [LABEL_OWNER]: await ownerMark(host.dirs.state) });
  return found.flatMap((info) => {
    const id = info.labels[LABEL_BOX];
    const role = info.labels[LABEL_ROLE];
    return id === undefined || role === undefined ? [] : [{ id, role, runtime, info }];
  });
}

/** What the runtimes that may have boxes of ours say. */
export interface AllBoxes {
  /** Those that answered; none where none is installed. */
  readonly runtimes: readonly BoxRuntime[];
  /** By id, running or not. One that runs counts before one that has ended. */
  readonly boxes: ReadonlyMap<string, FoundBox>;
  /** Those that did not answer, by kind, and why: of their boxes nothing is known. */
  readonly silent: ReadonlyMap<string, KanibakoError>;
}

/**
 * Asks the runtime in use, and each that has had boxes of ours, one call each and all at once; with `kind`, only that one. Throws when
 * the runtime in use, or the one that was named, fails; that there is none is no failure unless it was named.
 */
export async function allBoxes(host: Host, kind?: string): Promise<AllBoxes> {
  const first = await defaultRuntime(host, kind);
  // It takes longest: the others are looked for meanwhile.
  const asked = first ? boxesOf(first, host) : Promise.resolve([]);
  asked.catch(() => {});
  const others = kind === undefined ? await otherRuntimes(host, first) : [];
  const silent = new Map<string, KanibakoError>();
  const answers = await Promise.all([
    asked,
    ...others.map((runtime) =>
      boxesOf(runtime, host).catch((error: unknown) => {
        if (!(error instanceof KanibakoError)) throw error;
        silent.set(runtime.kind, error);
        return [];
      })
    ),
  ]);
  const boxes = new Map<string, FoundBox>();
  for (const box of answers.flat()) if (!boxes.get(box.id)?.info.running) boxes.set(box.id, box);
  const runtimes = [...first ? [first] : [], ...others].filter(({ kind }) => !silent.has(kind));
  return { runtimes, boxes, silent };
}
