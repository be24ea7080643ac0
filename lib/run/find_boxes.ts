/**
 * Which boxes there are, as their runtimes say: by label, at one call for each runtime.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { LABEL_BOX, LABEL_OWNER, LABEL_ROLE, ownerMark } from "../runtime/labels.ts";
import type { BoxInfo, BoxRuntime } from "../runtime/runtime.ts";
import { warning } from "../spec/ui.ts";
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

/** This user's boxes in one runtime, running or not. It is asked at once. */
async function boxesOf(runtime: BoxRuntime, owner: string): Promise<FoundBox[]> {
  const found = await runtime.find({ [LABEL_OWNER]: owner });
  return found.flatMap((info) => {
    const id = info.labels[LABEL_BOX];
    const role = info.labels[LABEL_ROLE];
    // What stands beside a box comes and goes with it.
    return id === undefined || role === undefined || role === "browser" ? [] : [{ id, role, runtime, info }];
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

/** Says which of them did not answer, why, and what to do about it. */
export function noteSilent({ ui }: Host, { silent }: Pick<AllBoxes, "silent">): void {
  for (const [engine, { message, hints }] of silent) {
    warning(ui, "engine-silent", { engine, message: [message, ...hints].join(" → ") });
  }
}

/**
 * Asks the runtime in use, and each that has had boxes of ours, one call each and all at once; with `kind`, only that one. Throws when
 * the runtime in use, or the one that was named, fails; that there is none is no failure unless it was named.
 */
export async function allBoxes(host: Host, kind?: string): Promise<AllBoxes> {
  const all = await (await askForBoxes(host, kind)).answer;
  if (all.failed) throw all.failed;
  return all;
}

/**
 * As {@link allBoxes}, in two parts: resolves once the runtime in use is at work on the answer. Where that one fails and was not named, it
 * is among the silent ones, and its error in `failed`.
 */
export async function askForBoxes(
  host: Host,
  kind?: string,
): Promise<{ readonly answer: Promise<AllBoxes & { readonly failed?: KanibakoError }> }> {
  const owner = await ownerMark(host.dirs.state);
  const first = await defaultRuntime(host, kind);
  const asked = first ? boxesOf(first, owner) : Promise.resolve([]);
  asked.catch(() => {});
  const answer = answersOf(host, { kind, owner, first, asked });
  answer.catch(() => {});
  return { answer };
}

/** The runtime in use has been asked, which takes longest: the others are looked for meanwhile. */
async function answersOf(
  host: Host,
  { kind, owner, first, asked }: {
    readonly kind: string | undefined;
    readonly owner: string;
    readonly first: BoxRuntime | undefined;
    readonly asked: Promise<FoundBox[]>;
  },
): Promise<AllBoxes & { readonly failed?: KanibakoError }> {
  const others = kind === undefined ? await otherRuntimes(host, first) : [];
  const silent = new Map<string, KanibakoError>();
  let failed: KanibakoError | undefined;
  const answers = await Promise.all([
    asked.catch((error: unknown) => {
      if (!(error instanceof KanibakoError) || kind !== undefined) throw error;
      silent.set(first!.kind, failed = error);
      return [];
    }),
    ...others.map((runtime) =>
      boxesOf(runtime, owner).catch((error: unknown) => {
        if (!(error instanceof KanibakoError)) throw error;
        silent.set(runtime.kind, error);
        return [];
      })
    ),
  ]);
  const boxes = new Map<string, FoundBox>();
  for (const box of answers.flat()) if (!boxes.get(box.id)?.info.running) boxes.set(box.id, box);
  const { forgottenBoxes } = await import("./forgotten.ts");
  for (const box of await forgottenBoxes(host, boxes, kind)) boxes.set(box.id, box);
  const runtimes = [...first ? [first] : [], ...others].filter(({ kind }) => !silent.has(kind));
  return { runtimes, boxes, silent, ...failed ? { failed } : {} };
}
