/**
 * Which agents there are, and which of them this host has.
 *
 * @module
 */

import { KanibakoError } from "../lib/host/error.ts";
import { findExecutable } from "../lib/host/process.ts";
import { nearest } from "../lib/host/ui/text.ts";
import { BUILTIN, builtin } from "./builtin.ts";
import type { Declaration } from "./declared/schema.ts";
import { declaredTarget } from "./declared/target.ts";
import { knownPlugins, pluginChanges, rememberedPlace } from "./known.ts";
import { noAgent } from "./no_agent.ts";
import type { AgentInstall, Target, TargetHost } from "./target.ts";

/** The id of what belongs to no agent in particular: the crab file of shells, the common templates. */
export const GENERAL = "general";

const made = new Map<string, Target>();
let madeAt = -1;

/** The agent of a name that is known: the user's own before one that came with this program. */
function targetOf(name: string): Target {
  if (name === noAgent.name) return noAgent;
  if (madeAt !== pluginChanges()) {
    made.clear();
    madeAt = pluginChanges();
  }
  const known = made.get(name);
  if (known) return known;
  const plugin = knownPlugins().plugins.get(name);
  const target = plugin
    ? declaredTarget(plugin.declaration, {
      tier: "user",
      file: plugin.file,
      ...(BUILTIN.includes(name) ? { overrides: "shipped" } : {}),
    })
    : declaredTarget(builtin(name));
  made.set(name, target);
  return target;
}

/** The names of all agents, in the order in which one is looked for when none is set. */
function names(): readonly string[] {
  const { plugins, problems } = knownPlugins();
  // One of the user's that cannot be used does not make way for another of that name.
  return [
    ...BUILTIN.filter((name) => !problems.has(name)),
    ...[...plugins.keys()].filter((name) => !BUILTIN.includes(name)),
  ];
}

/** Every agent that can be used, in the order in which one is looked for when none is set. */
export function targets(): readonly Target[] {
  return [...names(), noAgent.name].map(targetOf);
}

/** An agent of a project's, whose declaration was approved. */
export function projectTarget(declaration: Declaration, file?: string): Target {
  const overrides = knownPlugins().plugins.has(declaration.name)
    ? "user"
    : BUILTIN.includes(declaration.name)
    ? "shipped"
    : undefined;
  return declaredTarget(declaration, {
    tier: "project",
    ...(file === undefined ? {} : { file }),
    ...(overrides ? { overrides } : {}),
    declared: JSON.stringify(declaration),
  });
}

/** The agent of a run, by its record. `undefined`: it has none. Throws `unknown-agent`. */
export function runTarget(
  { agent, declared }: { readonly agent: string; readonly declared?: string },
): Target | undefined {
  if (agent === "") return undefined;
  return declared === undefined ? findTarget(agent) : projectTarget(JSON.parse(declared) as Declaration);
}

/**
 * The agent of that id; `general` names the shell. Throws `unknown-agent`, listing those there are, and `bad-plugin` for one of the
 * user's that cannot be used.
 */
export function findTarget(id: string): Target {
  if (id === GENERAL || id === noAgent.name) return noAgent;
  const { plugins, problems } = knownPlugins();
  const problem = problems.get(id);
  if (problem) throw new KanibakoError("bad-plugin", problem.message, { hint: problem.hints });
  if (BUILTIN.includes(id) || plugins.has(id)) return targetOf(id);
  const known = [...names()].sort();
  const near = nearest(id, known);
  throw new KanibakoError("unknown-agent", `There is no agent ${JSON.stringify(id)}.`, {
    hint: [
      ...(near === undefined ? [] : [`Did you mean ${JSON.stringify(near)}?`]),
      `Known are: ${known.join(", ")}.`,
      "To see what is installed: kanibako crab list",
      "To use another agent: kanibako crab add FILE",
    ],
  });
}

/** The name under which an agent's own files are kept: its id, or `general` for the shell. */
export function crabId(target: Target | undefined): string {
  return target?.hasBinary ? target.name : GENERAL;
}

/**
 * The first agent that is installed on the host; else the first, of the user's own and the project's, that a box can be given without.
 * `own`: the project's, in place of others of their names. `unusable` is called for each that is there and cannot be used.
 */
export async function detectAgent(
  host: TargetHost,
  own: readonly Target[] = [],
  unusable?: (target: Target, reason: string) => void,
): Promise<{ readonly target: Target; readonly install: AgentInstall } | undefined> {
  const all = withOwn(names().map(targetOf), own);
  for (const target of all) {
    const { install, reason } = await target.find(host) ?? {};
    if (install) return { target, install };
    if (reason !== undefined) unusable?.(target, reason);
  }
  const target = all.find(({ origin, provisioned }) => origin && provisioned);
  return target && { target, install: target.provisioned! };
}

function withOwn(all: readonly Target[], own: readonly Target[]): readonly Target[] {
  const named = (name: string) => own.find((one) => one.name === name);
  return [
    ...all.map((one) => named(one.name) ?? one),
    ...own.filter(({ name }) => !all.some((one) => one.name === name)),
  ];
}

/** The agent of a name; without one, the first that is installed. `own`: the project's. Throws `unknown-agent`. */
export async function chosenTarget(
  name: string,
  host: TargetHost,
  own: readonly Target[] = [],
): Promise<Target | undefined> {
  if (name === "") return (await detectAgent(host, own))?.target;
  return own.find((one) => one.name === name) ?? findTarget(name);
}

/**
 * Every agent that boxes may have logins of: also those that came with this program and that one of the user's own takes the place of.
 */
export function loginTargets(): readonly Target[] {
  const shipped = BUILTIN.filter((name) => targetOf(name).origin !== undefined).map((name) =>
    declaredTarget(builtin(name))
  );
  return [...[...BUILTIN, ...knownPlugins().plugins.keys()].map(targetOf), ...shipped];
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
    remembered: rememberedPlace,
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
