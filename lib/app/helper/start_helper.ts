/**
 * Starts the box of a helper, by the same door as every other one: what it may have is its grant. One with a task is held until that has
 * ended; any other runs on.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { FlagSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { exists } from "../../host/path.ts";
import { writeJson } from "../../host/store.ts";
import { helperFolders, helperHome, helperId } from "../../hub/folders.ts";
import type { Outcome } from "../../hub/outcome.ts";
import type { Project } from "../../project/project.ts";
import type { SessionRequest } from "../../session/gather.ts";
import { open } from "../../session/open.ts";
import type { HelperBox } from "../../session/stand_in.ts";
import type { Run } from "../../run/run.ts";
import { BoundedOutput } from "../bounded_output.ts";
import type { FoundHelper } from "./find_helper.ts";
import { makeHelperBox } from "./make_helper.ts";
import { makeHelperWorkspace, workspaceOf } from "./workspace.ts";

/** Most bytes that are kept of what a task's command prints, and of its standard error. */
const KEPT_BYTES = 256 * 1024;
/** As much of what it printed is its last message. */
const MESSAGE_CHARACTERS = 16 * 1024;
const ERROR_CHARACTERS = 2000;

/** The shell, among the agents. */
const NO_AGENT = "no_agent";

/** What is to be known of a start, as it goes. */
export interface StartWords {
  /** Its run is recorded, and its box about to be started. */
  ready(run: Run): Promise<void>;
}

/** Starts it. Resolves when it runs on, or when its task has ended. Throws what starting a box throws. */
export async function startHelper(host: Host, found: FoundHelper, { ready }: StartWords): Promise<void> {
  const { helper, group } = found;
  await makeHelperBox(host, found);
  await makeHelperWorkspace(host, found);
  const standIn = standInOf(host, found, ready);
  const { result } = helperFolders(group, helper.number);
  if (exists(result)) await Deno.remove(result);
  if (helper.task === undefined) {
    await open(requestOf(host, found, standIn), "detached");
    return;
  }
  const outcome = helper.crab === ""
    ? await runCommand(host, found, standIn, helper.task)
    : await runAgent(host, found, standIn, helper.task);
  await writeJson(result, outcome, 0o644);
}

/** What stands in a project's place. */
function standInOf(
  host: Host,
  found: FoundHelper,
  ready: StartWords["ready"],
): HelperBox & { run?: string } {
  const { director, record: { has = {}, services, agent }, helper, group } = found;
  const standIn: HelperBox & { run?: string } = {
    role: "helper",
    project: projectOf(host, found),
    hides: helper.workspace === "shared-ro" ? [director.metadata, director.home] : [],
    director,
    helper,
    parent: helper.parent === 0 ? director.id : helperId(director.id, helper.parent),
    group,
    has: {
      security: has["box.security"] ?? "",
      autonomous: has["autonomous"] !== "false",
      agent: String(services["hub"]?.["crab"] ?? agent),
    },
    ready: async (run) => {
      standIn.run = run.record.run;
      await ready(run);
    },
  };
  return standIn;
}

/** A helper's box as a project has it. */
function projectOf(host: Host, found: FoundHelper): Project {
  const { director, helper, group } = found;
  const id = helperId(director.id, helper.number);
  const folders = helperFolders(group, helper.number);
  const { auth } = helper.grant;
  return {
    ...director,
    id,
    name: `${director.name}-helper-${helper.number}`,
    path: workspaceOf(host, found),
    hash: "",
    metadata: folders.root,
    home: helperHome(host.dirs, director.id, helper.number),
    // It has one, which comes with its folders: nothing takes snapshots of it.
    vault: undefined,
    sharedAuth: auth !== "none",
    guardedAuth: auth === "guarded",
    state: boxState(host.dirs, id),
    exists: true,
  };
}

function requestOf(host: Host, { record, helper }: FoundHelper, standIn: HelperBox): SessionRequest {
  return {
    host,
    cwd: standIn.project.path,
    kind: helper.crab === "" ? "shell" : "agent",
    flags: flagsOf(standIn, "persistent"),
    words: [],
    engine: record.runtime,
    standIn,
  };
}

/** In a shell there is the agent that its director has, if any, and no other. */
function flagsOf(
  { helper: { crab }, has }: HelperBox,
  persistence: "persistent" | "ephemeral",
): FlagSettings {
  return { persistence, crab: crab || has.agent || NO_AGENT };
}

/** Without an agent the task is a command line. */
async function runCommand(
  host: Host,
  found: FoundHelper,
  standIn: HelperBox,
  task: string,
): Promise<Outcome> {
  const [output, errors] = [new BoundedOutput(KEPT_BYTES), new BoundedOutput(KEPT_BYTES)];
  const request: SessionRequest = {
    ...requestOf(host, found, standIn),
    flags: flagsOf(standIn, "ephemeral"),
    words: ["/bin/sh", "-c", task],
    standIn: {
      ...standIn,
      output: { stdout: (bytes) => output.push(bytes), stderr: (bytes) => errors.push(bytes) },
    },
  };
  const opened = await open(request, "attached");
  const code = opened.kind === "ended" ? opened.code : 0;
  const text = (kept: BoundedOutput) => new TextDecoder().decode(kept.bytes()).trimEnd();
  const [message, error] = [text(output).slice(-MESSAGE_CHARACTERS), text(errors).slice(-ERROR_CHARACTERS)];
  return {
    run: runOf(standIn),
    code,
    ...(message === "" ? {} : { message }),
    ...(code === 0 || error === "" ? {} : { error }),
    ...(output.droppedBytes > 0 ? { truncated: true } : {}),
    ended_at: Date.now(),
  };
}

async function runAgent(host: Host, found: FoundHelper, standIn: HelperBox, task: string): Promise<Outcome> {
  const { runPrompt } = await import("../agent/run_prompt.ts");
  const { code, text, error, agent, session, costUsd, inputTokens, outputTokens, truncated } =
    await runPrompt({
      host,
      cwd: standIn.project.path,
      standIn,
      text: task,
      format: "readable",
      flags: flagsOf(standIn, "ephemeral"),
      words: [],
      engine: found.record.runtime,
      signals: true,
      changes: false,
    });
  return {
    run: runOf(standIn),
    code,
    agent,
    ...(text === "" ? {} : { message: text.slice(-MESSAGE_CHARACTERS) }),
    ...(error === undefined ? {} : { error }),
    ...(session === undefined ? {} : { session }),
    ...(costUsd === undefined ? {} : { cost_usd: costUsd }),
    ...(inputTokens === undefined ? {} : { input_tokens: inputTokens }),
    ...(outputTokens === undefined ? {} : { output_tokens: outputTokens }),
    ...(truncated ? { truncated } : {}),
    ended_at: Date.now(),
  };
}

function runOf(standIn: HelperBox & { readonly run?: string }): string {
  return standIn.run ?? "";
}
