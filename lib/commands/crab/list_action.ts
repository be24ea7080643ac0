/**
 * Lists the agents.
 *
 * @module
 */

import { type AgentState, agentStates } from "../../app/crab/agents.ts";
import { json, note, out, table } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Context } from "../context.ts";
import { agentJson, declaredBy, foundText, loginText } from "./agent_text.ts";
import { crabJson } from "./info_action.ts";
import type { CrabListFlags } from "./list.ts";

/** Runs `kanibako crab list`. */
export default async function crabList(this: Context, flags: CrabListFlags): Promise<void> {
  const all = await agentStates(await this.host(), this.cwd);
  const shown = all.filter((agent) => flags.all || isShown(agent));
  if (flags.json) {
    return json(
      shown.map((agent) => ({ ...agentJson(agent), settings: agent.crab ? crabJson(agent.crab) : null })),
    );
  }
  if (flags.quiet) return new Set(shown.map(({ id }) => id)).forEach((id) => out(id));
  if (shown.length === 0) out("No agent is installed on this machine.");
  table(
    ["NAME", "VERSION", "LOGIN", "FOUND", "DECLARED BY"],
    shown.map((agent) => [
      agent.id,
      agent.install?.version ?? "-",
      loginText(agent.login, true),
      foundText(agent),
      declaredBy(agent.origin),
    ]),
  );
  for (const { id, why, remedy } of shown.filter(({ install, why }) => !install && why !== undefined)) {
    note(`${id}: ${why}${remedy === undefined ? "" : `. ${remedy}`}`);
  }
  const others = all.filter((agent) => !shown.includes(agent)).map(({ id }) => id);
  if (others.length > 0) note(`Not installed: ${others.map(shellQuote).join(", ")}`);
}

/** An agent of nobody's own that this machine does not have, and that nothing is set for, is of no use here. */
function isShown({ install, why, provisioned, origin, crab }: AgentState): boolean {
  return install !== undefined || why !== undefined || provisioned !== undefined || crab !== undefined ||
    origin.tier !== "shipped";
}
