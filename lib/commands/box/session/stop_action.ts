import { stopAll, stopProject } from "../../../app/project/stop.ts";
import { UsageError } from "../../../host/error.ts";
import { out } from "../../../host/ui/terminal.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { StopFlags } from "./stop.ts";

/** Stops one box, or all of this user's. */
export default async function stop(this: Context, flags: StopFlags, word?: string): Promise<number> {
  const host = await this.host();
  if (flags.all) {
    if (word !== undefined) throw new UsageError("Use either a project or --all.");
    const { running, stopped } = await stopAll(host, flags);
    out(running === 0 ? "No box is running." : `Stopped ${stopped.length} of ${running}.`);
    return stopped.length === running ? 0 : 1;
  }
  const { project, outcome, helpers } = await stopProject(host, word, this.cwd, flags);
  const name = qualifiedName(project);
  switch (outcome) {
    case "stopped":
      out(
        `Stopped ${name}${helpers === 0 ? "" : helpers === 1 ? " and 1 helper" : ` and ${helpers} helpers`}.`,
      );
      break;
    case "removed-leftover":
      out(`${name} was not running; removed leftovers of its last run.`);
      break;
    case "not-running":
      out(`${name} is not running.`);
  }
  return 0;
}
