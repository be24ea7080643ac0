/**
 * The part of `setup` that is about agents: which is used, and whether they are logged in.
 *
 * @module
 */

import { agentChecks } from "../../../app/system/host_checks.ts";
import { type AgentState, agentStates } from "../../../app/crab/agents.ts";
import { canLogInHere, logInHere } from "../../../app/crab/login_here.ts";
import type { Check } from "../../../app/check.ts";
import { out } from "../../../host/ui/terminal.ts";
import { findTarget } from "../../../../targets/discover.ts";
import type { Asking } from "./asking.ts";

/** Shows agents, lets the user choose and log in. Answers whether one is there and logged in. */
export async function setupAgents(asking: Asking): Promise<boolean> {
  const { flags } = asking;
  const checks = await agentChecks(asking.host, { brief: true });
  asking.step("An agent", shortened(checks));
  if (flags.crab !== undefined) {
    // One that nobody knows is not stored.
    findTarget(flags.crab);
    await asking.store("crab", flags.crab);
    out(`  Boxes run ${flags.crab}, where a project names no other. ${CHANGE}`);
  }
  const installed = (await agentStates(asking.host)).filter(({ install }) => install);
  if (flags.crab === undefined && installed.length > 1) await choose(asking, installed);
  if (flags.logIn !== undefined) await logInHere(flags.logIn);
  else for (const state of installed) await askToLogIn(asking, state);
  const after = flags.logIn !== undefined || asking.asks
    ? await agentChecks(asking.host, { brief: true })
    : checks;
  return after.some(({ mark }) => mark === "ok");
}

/** Where there are agents, those that are not need no line each. */
function shortened(checks: readonly Check[]): readonly Check[] {
  const absent = checks.filter(({ mark }) => mark === "--");
  if (
    absent.length < 2 || absent.length === checks.length || checks.some(({ label }) => label === "Agents")
  ) return checks;
  const names = absent.map(({ label }) => label).join(", ");
  return [
    ...checks.filter(({ mark }) => mark !== "--"),
    { mark: "--", label: "Not installed", detail: `${names}. How to get them: kanibako system diagnose` },
  ];
}

const CHANGE = "To change it: kanibako system config crab=NAME";

async function choose(asking: Asking, installed: readonly AgentState[]): Promise<void> {
  const { value, from, decided } = await asking.now("crab");
  if (decided) return out(`  Boxes run ${value || "the first agent that is found"} (${from}). ${CHANGE}`);
  if (!asking.asks) return out("  Boxes run the first of them. To choose: kanibako setup --crab NAME");
  const answers = installed.map(({ id, title }) => [id, title] as const);
  const chosen = await asking.choose({
    text: "Which agent do boxes run, where a project names none?",
    answers,
  });
  await asking.store("crab", chosen);
  out(`  Boxes run ${chosen}, where a project names no other. ${CHANGE}`);
}

async function askToLogIn(asking: Asking, { id, title, login }: AgentState): Promise<void> {
  if (!login || login.loggedIn || login.elsewhere || !canLogInHere(id)) return;
  const text = `${title} is not logged in. Log in now, on this machine?`;
  if (await asking.wants(text, "run its own login", "log in later, here or in a box")) await logInHere(id);
}
