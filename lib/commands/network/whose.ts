/**
 * Whose network a command is about.
 *
 * @module
 */

import { boxNetwork, type NetworkScope, systemNetwork, worksetNetwork } from "../../app/network/scope.ts";
import { KanibakoError, UsageError } from "../../host/error.ts";
import type { Context } from "../context.ts";
import type { NetworkLevel, WhoseFlags } from "./network.ts";

/** The network that options and, for a command that takes it, a word name. */
export async function networkOf(
  context: Context,
  level: NetworkLevel,
  { project, name }: WhoseFlags,
  word?: string,
): Promise<NetworkScope> {
  const option = project ?? name;
  if (option !== undefined && word !== undefined) {
    throw new UsageError(
      `Option --${level === "box" ? "project" : "name"} and ${JSON.stringify(word)} name two.`,
      {
        hint: "Use one of them.",
      },
    );
  }
  const host = await context.host();
  const named = option ?? word;
  if (level === "system") return systemNetwork(host);
  if (level === "box") return await boxNetwork(host, named, context.cwd);
  try {
    return await worksetNetwork(host, named, context.cwd);
  } catch (error) {
    const unnamed = named === undefined && error instanceof KanibakoError && error.code === "unknown-workset";
    throw unnamed
      ? new KanibakoError(error.code, error.message, {
        hint: "Name the workset: --name WORKSET. To list worksets: kanibako workset list",
        cause: error,
      })
      : error;
  }
}

/** The words that name a network to a command: `kanibako box network VERB -p api`. */
export function commandFor({ level, name }: NetworkScope, verb: string): string {
  const option = level === "box" ? ` -p ${name}` : level === "workset" ? ` -n ${name}` : "";
  return `kanibako ${level} network ${verb}${option}`;
}
