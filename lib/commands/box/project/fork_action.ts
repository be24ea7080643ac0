/**
 * Copies a project to a folder beside it. In a box, its hub has that done on the host.
 *
 * @module
 */

import { UsageError } from "../../../host/error.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { boxAround } from "../../../project/in_box.ts";
import type { Context } from "../../context.ts";
import type { ForkFlags } from "./move.ts";
import { reportOf, showLeft } from "./show_change.ts";

/** Runs `kanibako box fork NAME`. */
export default async function fork(this: Context, flags: ForkFlags, name: string): Promise<void> {
  if (boxAround() !== undefined && flags.project === undefined) return await forkFromBox(this, flags, name);
  const { forkProject } = await import("../../../app/project/fork.ts");
  const forked = await forkProject(await this.host(), { ...flags, name, cwd: this.cwd }, flags);
  const report = reportOf(forked);
  if (!report) return;
  out(`Forked ${forked.original} to ${forked.path}.`);
  note(`To start it in another terminal: kanibako ${shellQuote(forked.path)}`);
  showLeft(report);
}

async function forkFromBox(context: Context, flags: ForkFlags, name: string): Promise<void> {
  const { plan, force, engine, withCredentials } = flags;
  if (plan || force || withCredentials || engine !== undefined) {
    throw new UsageError("In a box, fork takes a name and no options.", {
      hint: "The options work on the host.",
    });
  }
  const { hubOf } = await import("../../../app/helper/hub_of.ts");
  using hub = await hubOf({ cwd: () => context.cwd, host: () => context.host() });
  const forked = await hub.ask("fork", { name });
  out(`Forked this project to ${forked.path}, as ${forked.name}.`);
  note(`To start it in another terminal, on the host: kanibako ${shellQuote(forked.name)}`);
}
