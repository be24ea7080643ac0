import { publishPorts, urlOf } from "../../../app/project/ports.ts";
import { placeText } from "../../../config/port.ts";
import { UsageError } from "../../../host/error.ts";
import { json, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { ChangeFlags } from "./port.ts";

/** Runs `kanibako box port add`. */
export default async function add(this: Context, flags: ChangeFlags): Promise<void> {
  requirePorts(this.rest, "publish");
  const { changed } = await publishPorts(await this.host(), flags.project, this.cwd, this.rest);
  if (flags.json) return json(changed.map((port) => ({ ...port, url: urlOf(port) })));
  for (const port of changed) {
    if (flags.quiet) out(placeText(port));
    else out(`Port ${port.boxPort} of the box: ${urlOf(port)}`);
  }
}

/** Throws a usage error unless there are ports. */
export function requirePorts(ports: readonly string[], verb: string): void {
  if (ports.length > 0) return;
  throw new UsageError(`Name the ports to ${verb}.`, {
    hint: "To see what there is: kanibako box port list",
  });
}
