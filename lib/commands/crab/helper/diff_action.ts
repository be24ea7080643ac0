/**
 * Lists what a helper has changed.
 *
 * @module
 */

import { askWork, type WorkSeen } from "../../../app/helper/work_of.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import type { OneFlags } from "./life.ts";
import { showChanges } from "./words.ts";

/** Runs `kanibako crab helper diff N`. */
export default async function diff(this: Context, flags: OneFlags, word: string): Promise<void> {
  const whose = { project: flags.project, cwd: () => this.cwd, host: () => this.host() };
  const seen = await askWork(whose, word, { what: "diff" });
  if (flags.json) return json(seen.changes);
  if (seen.changes.length === 0) return note("It has changed nothing.");
  showAll(seen);
}

/** Prints changes, and says how many there are beyond them. */
export function showAll({ changes, leftOut }: WorkSeen): void {
  showChanges(changes);
  if (leftOut > 0) note(`There are ${count(leftOut, "more change")}.`);
}
