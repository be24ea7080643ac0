/**
 * What a declaration of an agent comes to on this machine: whether it can be used, what would be found, mounted and run.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { absolutePath, isFile, isFolder, normalPath } from "../../host/path.ts";
import { readText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { targetFrom } from "../../project/own_agents.ts";
import { findTarget, targetHost } from "../../../targets/discover.ts";
import type { AgentArguments, AgentCommand, HomeFile, Target, TargetMount } from "../../../targets/target.ts";
import { type AgentState, agentState } from "./agents.ts";
import { agentsHere } from "./agents_here.ts";

/** What an agent would be in a box. */
export interface AgentCheck {
  readonly state: AgentState;
  readonly target: Target;
  /** The program beside the declaration that answers for it, where it was not asked: it is run once it is the user's own. */
  readonly unasked?: string;
  readonly mounts: readonly TargetMount[];
  /** Files of a new home, by their place. */
  readonly files: readonly Pick<HomeFile, "path" | "when">[];
  /** What runs, with the defaults of its settings. */
  readonly commands: {
    readonly new: AgentCommand;
    readonly continue: AgentCommand;
    readonly secure: AgentCommand;
  };
  /** The program in the box. */
  readonly program: string;
}

/**
 * Checks the agent of that name, or the declaration in that file or folder. Throws `unknown-agent`, `bad-file`, and `bad-plugin` for
 * what a declaration may not say or a program does not answer.
 */
export async function checkAgent(host: Host, word: string, cwd: string): Promise<AgentCheck> {
  const { target, unasked } = await targetNamed(host, word, cwd);
  const seen = targetHost(host.dirs.home);
  const state = await agentState(host, target);
  const request: AgentArguments = {
    secure: false,
    conversation: "new",
    hasConversation: true,
    settings: Object.fromEntries(target.settings.map(({ key, default: value }) => [key, value])),
    extra: [],
  };
  const command = async (given: Partial<AgentArguments>) =>
    await target.askCommand?.({ ...request, ...given }) ?? target.command({ ...request, ...given });
  const install = state.install ?? target.provisioned;
  return {
    state,
    target,
    ...(unasked === undefined ? {} : { unasked }),
    mounts: state.install ? await target.mounts(state.install, seen) : [],
    files: (await target.homeFiles(install, seen, true)).map(({ path, when }) => ({ path, when })),
    commands: {
      new: await command({}),
      continue: await command({ conversation: "continue" }),
      secure: await command({ secure: true }),
    },
    program: install?.command ?? target.entrypoint,
  };
}

/** What a word names, and the program of a declaration that was not asked. */
interface Named {
  readonly target: Target;
  readonly unasked?: string;
}

async function targetNamed(host: Host, word: string, cwd: string): Promise<Named> {
  if (word.includes("/") || word.endsWith(".toml")) return await declaredIn(absolutePath(word, cwd));
  const own = await agentsHere(host, cwd);
  const waiting = own.waiting.find(({ name }) => name === word);
  if (waiting) return { target: await targetFrom(host.dirs, waiting) };
  return { target: own.approved.find(({ name }) => name === word) ?? findTarget(word) };
}

/** The declaration that a file or folder contains. */
export function declarationFile(path: string): string {
  const file = normalPath(isFolder(path) ? `${path}/agent.toml` : path);
  if (isFile(file)) return file;
  throw new KanibakoError("no-declaration", `There is no declaration of an agent at ${shellQuote(file)}.`, {
    hint: "How to write one: docs/agents/write-your-own.md",
  });
}

/** A file that somebody else may have written: nothing of it is run. */
async function declaredIn(path: string): Promise<Named> {
  const file = declarationFile(path);
  const [{ readDeclaration }, { declaredTarget }] = await Promise.all([
    import("../../../targets/declared/read.ts"),
    import("../../../targets/declared/target.ts"),
  ]);
  const { program, ...declaration } = await readDeclaration(await readText(file) ?? "", file, "user");
  const target = declaredTarget(declaration, { tier: "user", file });
  return program ? { target, unasked: program.path } : { target };
}
