import { publishPorts } from "../../../app/project/ports.ts";
import { placeText, urlOf } from "../../../config/port.ts";
import { json, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { ChangeFlags } from "./port.ts";

/** Runs `kanibako box port add`. */
export default async function add(this: Context, flags: ChangeFlags): Promise<void> {
  const { changed } = await publishPorts(await this.host(), flags.project, this.cwd, this.rest);
  if (flags.json) return json(changed.map((port) => ({ ...port, url: urlOf(port) })));
  for (const port of changed) {
    if (flags.quiet) out(placeText(port));
    else out(`Port ${port.boxPort} of the box: ${urlOf(port)}`);
  }
}
