/**
 * Copies a project to a folder beside it.
 *
 * @module
 */

import { forkProject } from "../../../app/project/fork.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import type { ForkFlags } from "./move.ts";
import { reportOf, showLeft } from "./show_change.ts";

/** Runs `kanibako box fork NAME`. */
export default async function fork(this: Context, flags: ForkFlags, name: string): Promise<void> {
  const forked = await forkProject(await this.host(), { ...flags, name, cwd: this.cwd }, flags);
  const report = reportOf(forked);
  if (!report) return;
  out(`Forked ${forked.original} to ${forked.path}.`);
  note(`To start it in another terminal: kanibako ${shellQuote(forked.path)}`);
  showLeft(report);
}
