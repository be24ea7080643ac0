/**
 * Which agents there are, and which of them this host has.
 *
 * @module
 */

import { KanibakoError } from "../lib/host/error.ts";
import { findExecutable } from "../lib/host/process.ts";
import { nearest } from "../lib/host/ui/text.ts";
import { BUILTIN, builtin } from "./builtin.ts";
import { declaredTarget } from "./declared/target.ts";
import { noAgent } from "./no_agent.ts";
import type { AgentInstall, Target, TargetHost } from "./target.ts";

/** The id of what belongs to no agent in particular: the crab file of shells, the common templates. */
export const GENERAL = "general";

const made = new Map<string, Target>([[noAgent.name, noAgent]]);

/** The agent of a name that is known. */
function targetOf(name: string): Target {
  const known = made.get(name);
  if (known) return known;
  const target = declaredTarget(builtin(name));
  made.set(name, target);
  return target;
}

/** Every agent this program knows, in the order in which one is looked for when none is set. */
export function targets(): readonly Target[] {
  return [...BUILTIN, noAgent.name].map(targetOf);
}

/** The agent of that id; `general` names the shell. Throws `unknown-agent`, listing those there are. */
export function findTarget(id: string): Target {
  if (id === GENERAL) return noAgent;
  if (made.has(id) || BUILTIN.includes(id)) return targetOf(id);
  const names = [...BUILTIN].sort();
  const near = nearest(id, names);
  throw new KanibakoError("unknown-agent", `There is no agent ${JSON.stringify(id)}.`, {
    hint: [
      ...(near === undefined ? [] : [`Did you mean ${JSON.stringify(near)}?`]),
      `Known are: ${names.join(", ")}.`,
      "To see what is installed: kanibako crab list, kanibako system diagnose",
    ],
  });
}

/** The name under which an agent's own files are kept: its id, or `general` for the shell. */
export function crabId(target: Target | undefined): string {
  return target?.hasBinary ? target.name : GENERAL;
}

/** The first agent that is installed on the host. */
export async function detectAgent(
  host: TargetHost,
): Promise<{ readonly target: Target; readonly install: AgentInstall } | undefined> {
  for (const name of BUILTIN) {
    const target = targetOf(name);
    const install = await target.detect(host);
    if (install) return { target, install };
  }
  return undefined;
}

/** The agent of a name; without one, the first that is installed. Throws `unknown-agent`. */
export async function chosenTarget(name: string, host: TargetHost): Promise<Target | undefined> {
  return name === "" ? (await detectAgent(host))?.target : findTarget(name);
}

/** The host as targets see it. `home` and `path` default to this process's own. */
export function targetHost(
  home: string = Deno.env.get("HOME") ?? "/",
  path: string = Deno.env.get("PATH") ?? "",
): TargetHost {
  return {
    home,
    path,
    variable: (name) => Deno.env.get(name),
    readText: (file, maxBytes) =>
      unlessMissing(() => {
        const info = Deno.statSync(file);
        return info.isFile && info.size <= maxBytes ? Deno.readTextFileSync(file) : undefined;
      }),
    which: (name) => findExecutable(name, path),
    realPath: (file) => unlessMissing(() => Deno.realPathSync(file)),
    kind: (file) =>
      unlessMissing(() => {
        const info = Deno.statSync(file);
        return info.isFile ? "file" : info.isDirectory ? "folder" : undefined;
      }),
    readHead: (file, bytes) =>
      unlessMissing(() => {
        using opened = Deno.openSync(file);
        const head = new Uint8Array(bytes);
        return head.subarray(0, opened.readSync(head) ?? 0);
      }),
  };
}

/**
 * What cannot be reached is not there, as far as looking for an agent goes. A launch looks a dozen times, so it is not handed to
 * another thread each time.
 */
function unlessMissing<T>(look: () => T): Promise<T | undefined> {
  return Promise.try(() => {
    try {
      return look();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
        return undefined;
      }
      if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop) {
        return undefined;
      }
      throw error;
    }
  });
}
