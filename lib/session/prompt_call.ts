/**
 * A text for the agent of a box that runs: it works beside the session there, and has its login.
 *
 * @module
 */

import { parseEnvFlags } from "../config/env.ts";
import { addSteps, conversationMark } from "../crab/steps.ts";
import { KanibakoError } from "../host/error.ts";
import { qualifiedName } from "../project/project.ts";
import { callInto } from "../run/call_in.ts";
import type { RunRecord } from "../run/record.ts";
import type { Run } from "../run/run.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import { info } from "../spec/ui.ts";
import { agentPart } from "./find_agent.ts";
import type { Session } from "./gather.ts";
import { type Prompt, promptBegun, promptStreams } from "./prompt.ts";
import { catchSignals, MOST_SIGNALS } from "./signals.ts";
import { standing } from "./standing.ts";
import { waitsText } from "./waits_text.ts";

/** Has the agent work on it; its exit code, or `undefined` when the box does not run. Throws `running` where it is not this agent's. */
export async function callAgent(session: Session, run: Run, prompt: Prompt): Promise<number | undefined> {
  const { host, settings, request, agent, steps } = session;
  const name = qualifiedName(session.project);
  if (!agent || run.record.agent !== agent.target.name) throw otherAgent(session, run.record);
  const at = standing(session);
  const mark = conversationMark(agent.target.name, at);
  const talked = (run.record.conversation && run.record.at === at) || steps.conversations.includes(mark);
  const place = run.record.workspace ?? BOX_WORKSPACE;
  const { command } = await agentPart(host, agent, settings, request, talked);
  await using signals = prompt.signals ? catchSignals(false, MOST_SIGNALS) : undefined;
  const call = callInto({
    runtime: run.runtime,
    state: run.state,
    waits: (calls) => info(host.ui, "hint", { text: waitsText(name, calls) }),
  }, {
    box: run.record.box,
    kind: "command",
    argv: [agent.target.entrypoint, ...command.args],
    env: { ...command.env, ...parseEnvFlags(request.flags.env ?? []) },
    workdir: place,
    ...(at === undefined ? {} : { at: `${place}/${at}` }),
  }, promptStreams(prompt, command.input));
  signals?.passTo(call);
  promptBegun(prompt, agent, { signal: (signal) => call.signal(signal), abandon: () => call.abandon() });
  const outcome = await call.outcome;
  if (outcome.kind === "not-running") return undefined;
  if (outcome.code === 0 && !agent.target.prompting!.forgets) {
    await addSteps(run.state, { conversations: [mark] });
  }
  return outcome.code;
}

/** Why a text for one agent is none for what runs in the box. */
function otherAgent({ project, agent }: Session, { agent: runs }: RunRecord): KanibakoError {
  const name = qualifiedName(project);
  const has = runs === "" ? "no agent" : `the agent ${runs}`;
  return new KanibakoError(
    "running",
    `The box ${name} is already running with ${has}, and a prompt for ${
      agent?.target.displayName ?? "an agent"
    } needs a new box.`,
    { hint: [`Stop it first: kanibako stop ${name}`] },
  );
}
