/**
 * Checks the declaration of an agent.
 *
 * @module
 */

import { type AgentCheck, checkAgent } from "../../app/crab/check.ts";
import { UsageError } from "../../host/error.ts";
import { fields, json, out } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { AgentCommand } from "../../../targets/target.ts";
import type { Context } from "../context.ts";
import { agentJson, declaredBy, foundText, loginText } from "./agent_text.ts";
import type { CrabCheckFlags } from "./check.ts";

/** Runs `kanibako crab check`. */
export default async function crabCheck(this: Context, flags: CrabCheckFlags, word?: string): Promise<void> {
  if (flags.schema) {
    if (word !== undefined) throw new UsageError("--schema is the same for all agents. Name none.");
    const { declarationSchema } = await import("../../../targets/declared/json_schema.ts");
    return json(declarationSchema());
  }
  if (word === undefined) {
    throw new UsageError("Name an agent, or a file that declares one.", {
      hint: "To list agents: kanibako crab list",
    });
  }
  const checked = await checkAgent(await this.host(), word, this.cwd);
  if (flags.json) return json(checkJson(checked));
  const { state, target, unasked, mounts, files, commands, program } = checked;
  const line = ({ args, env }: AgentCommand) =>
    [
      ...Object.entries(env).map(([name, value]) => `${name}=${shellQuote(value)}`),
      program,
      ...args.map(shellQuote),
    ]
      .join(" ");
  fields([
    ["Agent", `${target.displayName} (${target.name})`],
    [
      "Declared by",
      `${declaredBy(state.origin)}${state.origin.file === undefined ? "" : `: ${state.origin.file}`}`,
    ],
    ...(unasked === undefined
      ? []
      : [["Program", `${unasked}, which is asked once you have added the agent`] as const]),
    ["Found", foundText(state)],
    ...(state.install?.version === undefined ? [] : [["Version", state.install.version] as const]),
    ...(state.install || state.why === undefined ? [] : [["Problem", state.why] as const]),
    ...(state.install || state.provisioned !== undefined ? [] : [["To get it", target.installHint] as const]),
    ...(state.install?.node === undefined
      ? []
      : [["Needs", `Node ${state.install.node} or later in the rig`] as const]),
    ["Login", loginText(state.login)],
    ["New session", line(commands.new)],
    ["To continue", line(commands.continue)],
    ["With --secure", line(commands.secure)],
  ]);
  block("Mounted, read-only", mounts.map(({ source, destination }) => `${source} -> ${destination}`));
  block(
    "Files of a new home",
    files.map(({ path, when }) => `~/${path}${when === "replace" ? " (always)" : ""}`),
  );
  block("Logins", target.credentials.map(({ hostPath }) => `~/${hostPath}`));
  block("Variables", Object.entries(target.defaultEnv).map(([name, value]) => `${name}=${value}`));
  block("Hosts of a filtered network", target.hosts);
}

function block(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  out(`  ${title}:`);
  for (const line of lines) out(`    ${line}`);
}

function checkJson(
  { state, target, unasked, mounts, files, commands, program }: AgentCheck,
): Record<string, unknown> {
  return {
    ...agentJson(state),
    program,
    asked: unasked === undefined,
    commands,
    mounts,
    files,
    logins: target.credentials.map(({ hostPath }) => hostPath),
    env: target.defaultEnv,
    hosts: target.hosts,
  };
}
