/**
 * Agents as the commands about them word them.
 *
 * @module
 */

import type { AgentState } from "../../app/crab/agents.ts";
import type { AuthStatus, Origin } from "../../../targets/target.ts";

const TIERS = { shipped: "kanibako", user: "you", project: "this project" } as const;

/** Who declares it: "kanibako", "you, in place of kanibako's". */
export function declaredBy({ tier, overrides }: Origin): string {
  if (overrides === undefined) return TIERS[tier];
  return `${TIERS[tier]}, in place of ${overrides === "shipped" ? "kanibako's" : "your own"}`;
}

/** Where it is. */
export function foundText({ install, provisioned, why }: AgentState): string {
  if (install) return `${install.method}, ${install.binary}`;
  if (provisioned !== undefined) return provisioned;
  return why === undefined ? "not installed" : "cannot be used";
}

/** The state of a login. `brief`: without why there is none. */
export function loginText(login: AuthStatus | undefined, brief: boolean = false): string {
  if (login === undefined) return "-";
  if (login.loggedIn) return login.detail || "yes";
  return brief ? "no" : `no: ${login.detail}`;
}

/** An agent as other programs get it. */
export function agentJson({ id, title, origin, unapproved, install, why, provisioned, login }: AgentState) {
  return {
    id,
    name: title,
    declaredBy: origin.tier,
    overrides: origin.overrides ?? null,
    declaration: origin.file ?? null,
    approved: !unapproved,
    found: install
      ? { path: install.binary, method: install.method, version: install.version ?? null }
      : null,
    provisioned: provisioned ?? null,
    problem: why ?? null,
    login: login ? { loggedIn: login.loggedIn, detail: login.detail } : null,
  };
}
