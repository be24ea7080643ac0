/**
 * Takes over what a helper has changed.
 *
 * @module
 */

import { askWork } from "../../../app/helper/work_of.ts";
import { UsageError } from "../../../host/error.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import { showAll } from "./diff_action.ts";
import type { LandFlags } from "./work.ts";

/** Runs `kanibako crab helper land N [PATH...]`. */
export default async function land(this: Context, flags: LandFlags, word: string): Promise<void> {
  const { project, plan, undo: back, quiet } = flags;
  if (back && (plan || this.rest.length > 0)) {
    throw new UsageError("--undo takes neither paths nor --plan: it takes back all that landed last.");
  }
  const whose = { project, cwd: () => this.cwd, host: () => this.host() };
  const paths = this.rest.length === 0 ? {} : { paths: [...this.rest] };
  const seen = await askWork(whose, word, { what: "land", ...paths, plan, ...back ? { undo: true } : {} });
  const { changes, leftOut, undo } = seen;
  if (flags.json) return json({ changes, leftOut, undo: undo ?? null, planned: plan });
  if (quiet) return;
  showAll(seen);
  const special = changes.filter(({ change }) => change === "special").length;
  const landed = changes.length - special + leftOut;
  if (special > 0) note(`Left out ${count(special, "path")} that cannot land.`);
  if (landed === 0) return note("There is nothing to land.");
  if (plan) return note("Nothing was changed.");
  if (back) return note(`Took back ${count(landed, "path")} of helper ${word}.`);
  note(`Landed ${count(landed, "path")} of helper ${word}.`);
  note(`To take it back: kanibako crab helper land ${word} --undo`);
}
