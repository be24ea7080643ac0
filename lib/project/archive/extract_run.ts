/**
 * Makes an extraction that was planned by `extract.ts`.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { type ChangeHooks, type ChangeReport, runChange } from "../change/change.ts";
import type { ExtractPlan } from "./extract.ts";
import { unpack } from "./extract_contents.ts";
import { addIgnored } from "../git/ignore.ts";
import { translateWorktrees } from "../git/translate.ts";
import { ignoredEntries } from "../layout.ts";
import { Undo } from "../undo.ts";

/** What the one who waits wants to know and to do; see `runChange`. */
export type ExtractHooks = Omit<ChangeHooks, "fill"> & {
  /** Lifts the limits of what is unpacked. */
  readonly anySize?: boolean | undefined;
};

/** What was done. */
export interface ExtractReport extends ChangeReport {
  /** Members that are no files: never made. */
  readonly skipped: readonly string[];
}

/** Unpacks, checks, and puts everything in its place: all of it or nothing. Throws `bad-archive`, `too-large`, `busy`. */
export async function runExtract(
  host: Host,
  plan: ExtractPlan,
  hooks: ExtractHooks = {},
): Promise<ExtractReport> {
  const owner = await ownerOf(plan.to.path);
  const skipped: string[] = [];
  const report = await runChange(host, plan.change, {
    ...hooks,
    fill: async ({ path }) => {
      const members = plan.fills.get(path);
      if (!members) throw new TypeError(`nothing to put into ${path}`);
      skipped.push(...await unpack(plan.contents, path, members, owner, hooks));
    },
  });
  // Worktrees in the workspace name each other by the path it had.
  if (plan.contents.info.parts.includes("workspace")) {
    await translateWorktrees(plan.to.path, plan.contents.info.path);
  }
  const ignored = ignoredEntries(plan.to, plan.to.path);
  if (ignored.length > 0) await addIgnored(plan.to.path, ignored, new Undo());
  return { ...report, skipped };
}

/** Whose the workspace is, where that is somebody else and we are root: as that user its box runs. */
async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const info = await Deno.stat(path).catch(() => undefined);
  return !info || info.uid === null || info.gid === null || info.uid === 0
    ? undefined
    : { uid: info.uid, gid: info.gid };
}
