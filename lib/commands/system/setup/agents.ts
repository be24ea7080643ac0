/**
 * The part of `setup` that is about agents: which is used, and whether they are logged in.
 *
 * @module
 */

import { agentChecks } from "../../../app/system/host_checks.ts";
import { type AgentState, agentStates } from "../../../app/crab/agents.ts";
import type { Check } from "../../../app/check.ts";
import { KanibakoError } from "../../../host/error.ts";
import { findExecutable, start } from "../../../host/process.ts";
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
  if (flags.logIn !== undefined) await logIn(flags.logIn);
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
  if (!login || login.loggedIn || login.elsewhere || !command(id)) return;
  const text = `${title} is not logged in. Log in now, on this machine?`;
  if (await asking.wants(text, "run its own login", "log in later, here or in a box")) await logIn(id);
}

/** The words of its login on this machine, where it has one that is a command. */
function command(id: string): readonly string[] | undefined {
  const { logIn, entrypoint } = findTarget(id);
  const program = logIn && logIn.words.length > 0 ? findExecutable(entrypoint) : undefined;
  return program === undefined ? undefined : [program, ...logIn!.words];
}

/** Runs the agent's own login, as the user would. Throws `no-login`, `login-failed`. */
async function logIn(id: string): Promise<void> {
  const words = command(id);
  const { displayName } = findTarget(id);
  if (!words) {
    throw new KanibakoError(
      "no-login",
      `Cannot log in to ${displayName} here: it has no command for that on this machine.`,
      {
        hint: `Log in when it asks, in a box: kanibako start --crab ${id}`,
      },
    );
  }
  // It is the user's own program: it has all of their environment but what belongs to this one.
  const own = { DENO_DIR: undefined, DENO_NO_UPDATE_CHECK: undefined, KANIBAKO_PROGRAM: undefined };
  const child = start(
    words,
    { env: { ...Deno.env.toObject(), ...own }, cwd: Deno.env.get("HOME") ?? "/" },
    "inherit",
    "inherit",
  );
  const { code } = await child.status;
  if (code !== 0) {
    throw new KanibakoError("login-failed", `The login of ${displayName} ended with exit code ${code}.`, {
      hint: `To try again: kanibako setup --log-in ${id}`,
    });
  }
}
