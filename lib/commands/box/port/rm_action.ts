import { unpublishPorts } from "../../../app/project/ports.ts";
import { placeText } from "../../../config/port.ts";
import { json, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { ChangeFlags } from "./port.ts";

/** Runs `kanibako box port rm`. */
export default async function rm(this: Context, flags: ChangeFlags): Promise<void> {
  const { changed } = await unpublishPorts(await this.host(), flags.project, this.cwd, this.rest);
  if (flags.json) return json(changed);
  if (flags.quiet) return;
  for (const port of changed) {
    out(`${placeText(port)} does not lead to port ${port.boxPort} of the box any more.`);
  }
}
