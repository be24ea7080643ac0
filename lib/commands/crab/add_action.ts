/**
 * Adds an agent of the user's own.
 *
 * @module
 */

import { addAgent } from "../../app/crab/add.ts";
import { note, out } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { CrabAddFlags } from "./add.ts";

/** Runs `kanibako crab add`. */
export default async function crabAdd(this: Context, flags: CrabAddFlags, file: string): Promise<void> {
  const added = await addAgent(await this.host(), file, this.cwd, flags.force);
  out(`Added ${added.title}: ${added.file}`);
  if (added.overrides) note(`It takes the place of the agent ${added.name} that comes with kanibako.`);
  if (added.program !== undefined) {
    note(`It answers for the agent and runs on this machine as you: ${added.program}`);
  }
  note(`To see what a box gets: kanibako crab check ${added.name}`);
  note(`To use it: kanibako start --crab ${added.name}`);
}
