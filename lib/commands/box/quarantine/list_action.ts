/**
 * Lists what is in a quarantine.
 *
 * @module
 */

import { quarantineOf } from "../../../app/project/quarantine.ts";
import { timeText } from "../../../app/vault/words.ts";
import { json, note, out, table } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { ListFlags } from "./quarantine.ts";

/** Runs `kanibako box quarantine list`. */
export default async function list(this: Context, flags: ListFlags, word?: string): Promise<void> {
  const { project, things } = await quarantineOf(await this.host(), word, this.cwd);
  if (flags.json) return json(things);
  if (flags.quiet) return things.forEach(({ path }) => out(shellQuote(path)));
  if (things.length === 0) return out("The quarantine is empty.");
  table(
    ["PATH", "WHAT", "WHY", "ID", "TAKEN"],
    things.map(({ path, what, reason, id, at, aside }) => [
      shellQuote(path),
      what,
      aside === undefined ? reason : `${reason}, set aside at ${shellQuote(aside)}`,
      id,
      timeText(at),
    ]),
  );
  const name = shellQuote(qualifiedName(project));
  note(`To get one back: kanibako box quarantine restore PATH --project ${name}`);
}
