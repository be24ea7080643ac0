import { boxPorts, listeningInside, type ShownPort } from "../../../app/project/ports.ts";
import { placeText, urlOf } from "../../../config/port.ts";
import { json, note, out, red, table } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { ListFlags } from "./port.ts";

/** Runs `kanibako box port list`. */
export default async function list(this: Context, flags: ListFlags, word?: string): Promise<void> {
  if (flags.box) return await listInside(this, flags, word);
  const { ports, running } = await boxPorts(await this.host(), word, this.cwd);
  if (flags.json) return json(ports.map((port) => ({ ...port, url: urlOf(port) })));
  if (flags.quiet) return ports.forEach((port) => out(placeText(port)));
  if (ports.length === 0) return out("No port is published.");
  table(
    ["ADDRESS", "BOX PORT", "STATUS"],
    ports.map((port) => [placeText(port), String(port.boxPort), statusOf(port)]),
  );
  if (!running) note("The box is not running. Its ports are published when it starts.");
}

function statusOf({ status, problem }: ShownPort) {
  return status === "failed" ? red(`failed: ${problem}`) : status;
}

async function listInside(context: Context, flags: ListFlags, word: string | undefined): Promise<void> {
  const { ports, project } = await listeningInside(await context.host(), word, context.cwd);
  if (flags.json) return json(ports);
  if (flags.quiet) return ports.forEach(({ port }) => out(String(port)));
  if (ports.length === 0) return out("Nothing listens in the box.");
  table(
    ["BOX PORT", "LISTENS ON", "PUBLISHED"],
    ports.map(({ port, addresses, reachable, published }) => [
      String(port),
      addresses.join(", "),
      published.length > 0
        ? published.map(placeText).join(", ")
        : reachable
        ? "no"
        : "cannot be: not on the loopback",
    ]),
  );
  const open = ports.find(({ reachable, published }) => reachable && published.length === 0);
  if (open) {
    note(`To publish one: kanibako box port add ${open.port} -p ${shellQuote(qualifiedName(project))}`);
  }
}
