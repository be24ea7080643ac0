/**
 * Lists the configured agents.
 *
 * @module
 */

import { crabs as configuredCrabs } from "../../app/crab/info.ts";
import { json, out, table } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { crabJson } from "./info_action.ts";
import type { CrabListFlags } from "./list.ts";

/** Runs `kanibako crab list`. */
export default async function crabList(this: Context, flags: CrabListFlags): Promise<void> {
  const crabs = await configuredCrabs(await this.host());
  if (flags.json) return json(crabs.map(crabJson));
  if (flags.quiet) return crabs.forEach(({ id }) => out(id));
  if (crabs.length === 0) return out("No crabs configured.");
  const rows = crabs.map(({ id, template, state }) => [id, template, state["model"] || "-"]);
  table(["NAME", "SHELL", "MODEL"], rows, { minimum: [20, 12] });
}
