/**
 * Takes a snapshot.
 *
 * @module
 */

import { takeSnapshotOf } from "../../../app/vault/snapshot.ts";
import { amount } from "../../../app/vault/words.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import type { SnapshotRecord } from "../../../vault/record.ts";
import type { LeftOut } from "../../../vault/strategy/strategy.ts";
import type { Context } from "../../context.ts";
import { snapshotJson, tornText } from "./show.ts";
import type { SnapshotFlags } from "./vault.ts";

/** Most that is named of what was left out. */
const SHOWN = 10;
const REASONS: Readonly<Record<string, string>> = {
  fifo: "a pipe",
  socket: "a socket",
  device: "a device",
  vanished: "it disappeared",
  unreadable: "it could not be read",
};

/** Runs `kanibako box vault snapshot`. */
export default async function snapshot(this: Context, flags: SnapshotFlags, word?: string): Promise<void> {
  const result = await takeSnapshotOf(await this.host(), word, this.cwd, flags);
  if (result.kind === "empty") {
    if (flags.json) return json(null);
    return note(`There is nothing in the vault of ${result.project.name}.`);
  }
  const isTaken = result.kind === "taken";
  const leftOut = isTaken ? result.leftOut : [];
  if (flags.json) {
    return json({
      ...snapshotJson(result.snapshot),
      taken: isTaken,
      ...(isTaken ? { left_out: leftOut } : {}),
    });
  }
  if (flags.quiet) return out(result.snapshot.name);
  const { name, record } = result.snapshot;
  const size = record.files < 0 ? "" : `${amount(record.files, record.bytes)}, `;
  if (result.kind === "unchanged") return out(`Nothing has changed since ${name}.`);
  out(`Snapshot taken: ${name} (${size}${record.strategy})`);
  tellLeftOut(record, leftOut);
}

/** What is not in it. The first of these by name; `--json` lists more. */
function tellLeftOut(
  { skipped, unreadable = 0, torn = 0 }: SnapshotRecord,
  leftOut: readonly LeftOut[],
): void {
  const total = skipped + unreadable;
  if (total > 0) note(`Left out: ${total}`);
  for (const { part, path, kind } of leftOut.slice(0, SHOWN)) {
    note(`  ${part === "home" ? "home: " : ""}${path} (${REASONS[kind] ?? kind})`);
  }
  const rest = total - Math.min(leftOut.length, SHOWN);
  if (rest > 0) note(`  ... and ${rest} more; --json lists the first 1000`);
  if (unreadable > 0) note(`To include unreadable files next time, run this in the box: ${remedy(leftOut)}`);
  if (torn > 0) note(tornText(torn));
}

/** What makes readable what was not: of another user of the box, or kept even from its owner. */
function remedy(leftOut: readonly LeftOut[]): string {
  const parts = leftOut.filter(({ kind }) => kind === "unreadable").map(({ part }) => part);
  const folder = parts.length > 0 && parts.every((part) => part === "home") ? "~/FOLDER" : "~/share-rw";
  return `sudo chown -R agent: ${folder} && chmod -R u+rwX ${folder}`;
}
