/**
 * The question whether a standalone project may have what its own files ask for.
 *
 * @module
 */

import { approvedTexts, approveTexts, askedFor, type BoxTexts } from "../../config/approval.ts";
import { NotApproved, readBoxFiles } from "../../config/box_files.ts";
import { mayHaveDevContainer } from "../../config/devcontainer.ts";
import { checkedEnv } from "../../config/env_file.ts";
import { EMPTY, parseConfig } from "../../config/file.ts";
import type { Host } from "../../config/system.ts";
import { DevContainerNotApproved } from "../../devcontainer/approval.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { AgentNotApproved, approveAgents, ownAgents, targetFrom } from "../../project/own_agents.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import { info } from "../../spec/ui.ts";
import type { Declaration } from "../../../targets/declared/schema.ts";
import { agentLines } from "./agent_words.ts";
import { compareAsked } from "./approval_words.ts";

/**
 * Asks whether the settings that stand in the way of a session may count. Throws the error itself where nobody can be asked, and
 * {@link Aborted} for a no.
 */
export async function askApproval(host: Host, error: KanibakoError): Promise<void> {
  if (!host.ui.attended) throw error;
  if (error instanceof NotApproved) {
    await approveShown(host, await locateProject(host, error.place.path));
  } else if (error instanceof AgentNotApproved) {
    await approveOwnAgents(host, await locateProject(host, error.place.path));
  } else if (error instanceof DevContainerNotApproved) {
    await approveDevContainer(host, await locateProject(host, error.place.path));
  } else throw error;
}

/** What came of an approval. */
export interface Approval {
  readonly project: Project;
  /** False: it has no settings that need approval. */
  readonly approved: boolean;
}

/**
 * Approves what the standalone project asks for that `word` or the folder `cwd` means. `force`: without asking. Throws
 * `not-standalone`, and {@link Aborted} for a no.
 */
export async function approveProject(
  host: Host,
  word: string | undefined,
  cwd: string,
  force: boolean = false,
): Promise<Approval> {
  const project = await locateProject(host, word, cwd);
  const agents = await approveOwnAgents(host, project, force);
  const settings = project.mode === "standalone" && await approveShown(host, project, force);
  const environment = await approveDevContainer(host, project, force);
  if (project.mode !== "standalone" && agents === "none" && environment === "none") {
    throw new KanibakoError(
      "not-standalone",
      `${project.path} is not a standalone project and brings along no agent and no devcontainer.json, so there is nothing to approve.`,
    );
  }
  return { project, approved: settings || agents === "approved" || environment === "approved" };
}

/** Shows what the environment of a project asks for, and approves exactly what was shown. */
async function approveDevContainer(
  host: Host,
  project: Project,
  force = false,
): Promise<"approved" | "known" | "none"> {
  if (!mayHaveDevContainer(project.path)) return "none";
  const { approveEnvironment } = await import("./devcontainer.ts");
  return await approveEnvironment(host, project, force);
}

/** Shows what each agent of a project asks for that waits for it, and approves exactly what was shown. */
async function approveOwnAgents(
  host: Host,
  project: Project,
  force = false,
): Promise<"approved" | "known" | "none"> {
  const { state } = host.dirs;
  const { approved, waiting } = await ownAgents(host.dirs, project);
  if (waiting.length === 0) return approved.length === 0 ? "none" : "known";
  for (const agent of waiting) {
    const { origin } = await targetFrom(host.dirs, agent);
    info(host.ui, "agent-asks", {
      agent: agent.name,
      file: shellQuote(agent.file),
      changed: agent.before !== undefined,
      lines: agentLines(JSON.parse(origin!.declared!) as Declaration, origin),
    });
    if (!force && !await host.ui.confirm({ text: `Allow the agent ${agent.name}?` })) throw new Aborted();
    await approveAgents(state, project, [agent]);
  }
  return "approved";
}

/**
 * Shows what a standalone project asks for and approves exactly what was shown: the files may change while the question
 * stands. Returns false when it asks for nothing.
 */
async function approveShown(host: Host, project: Project, force = false): Promise<boolean> {
  const { state } = host.dirs;
  const files = await readBoxFiles(state, project);
  const asked = askedFor(files.config, files.env);
  if (asked.size === 0) return false;
  const before = await approvedTexts(state, project.path);
  const file = shellQuote(`${project.metadata}/project.toml`);
  const lines = compareAsked(before && await askedBefore(before, file), asked);
  info(host.ui, "settings-unapproved", { name: project.name, file, changed: before !== undefined, lines });
  if (!force && !await host.ui.confirm({ text: "Allow these settings?" })) throw new Aborted();
  await approveTexts(state, project, files.texts);
  if ([...asked.keys()].some((name) => name.startsWith("network."))) {
    const { refreshNetworks } = await import("../network/refresh.ts");
    await refreshNetworks(host);
  }
  return true;
}

/** What the approved texts asked for; nothing where this version cannot read them. */
async function askedBefore({ settings, env }: BoxTexts, file: string): Promise<ReadonlyMap<string, string>> {
  try {
    return askedFor(
      settings === undefined ? EMPTY : await parseConfig(settings, file, "box"),
      env === undefined ? {} : checkedEnv(env, file),
    );
  } catch {
    return new Map();
  }
}
