/**
 * Attaches the terminal to a helper's session.
 *
 * @module
 */

import { attachHelper } from "../../../app/helper/attach.ts";
import { helperNamed } from "../../../app/helper/list_helpers.ts";
import { UsageError } from "../../../host/error.ts";
import { note } from "../../../host/ui/terminal.ts";
import { boxAround } from "../../../project/in_box.ts";
import type { Context } from "../../context.ts";
import { helpersFor } from "./hub.ts";
import type { AttachFlags } from "./life.ts";

/** Runs `kanibako crab helper attach N`. Returns its exit code. */
export default async function attach(this: Context, flags: AttachFlags, word: string): Promise<number> {
  if (boxAround() !== undefined) {
    throw new UsageError("Terminals are attached to helpers on the host.", {
      hint: `To talk to it from here: kanibako crab helper send ${word} TEXT`,
    });
  }
  const { number } = helperNamed(await helpersFor(this, flags), word);
  const ended = await attachHelper(await this.host(), { ...flags, cwd: this.cwd }, number);
  if (ended === undefined) note(`Left helper ${number}, which goes on.`);
  return ended ?? 0;
}
