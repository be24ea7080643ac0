/**
 * Which processes of containers have a file open, as the kernel shows them. Where an engine has forgotten a container, this is all that is
 * known of it.
 *
 * @module
 */

import { isLive, statOf } from "./live.ts";
import { until } from "./wait.ts";

/** A process in a pid namespace below ours: in a container. */
export interface Contained {
  readonly pid: number;
  /** The first process of its container, with which all others of it end. */
  readonly first: number;
}

/** The processes in containers that have this file open. Those of other users are not seen. */
export function containedHolders(path: string): Contained[] {
  let file: Deno.FileInfo;
  try {
    file = Deno.statSync(path);
  } catch {
    return [];
  }
  const depth = namespacesOf(Deno.pid).length;
  const holders: Contained[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || namespacesOf(pid).length <= depth || !holds(pid, file)) continue;
    const first = firstAbove(pid, depth);
    if (first !== undefined) holders.push({ pid, first });
  }
  return holders;
}

/**
 * Ends the containers of such processes: SIGTERM for the first process of each, SIGKILL after `graceMs`. The numbers of those that could
 * not be ended.
 */
export async function endContained(path: string, graceMs: number): Promise<number[]> {
  await endFirsts(path, "SIGTERM", graceMs);
  await endFirsts(path, "SIGKILL", KILLED_MS);
  return firstsOf(path);
}

/** How long the kernel may take to end a container. */
const KILLED_MS = 5000;

async function endFirsts(path: string, signal: Deno.Signal, forMs: number): Promise<void> {
  const firsts = firstsOf(path);
  for (const first of firsts) send(first, signal);
  // Looking at all processes each time would keep the processor from them.
  await until(() => !firsts.some(isLive), { everyMs: 50, forMs });
}

function firstsOf(path: string): number[] {
  return [...new Set(containedHolders(path).map(({ first }) => first))];
}

function holds(pid: number, { dev, ino }: Deno.FileInfo): boolean {
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
      try {
        const found = Deno.statSync(`/proc/${pid}/fd/${name}`);
        if (found.ino === ino && found.dev === dev) return true;
      } catch { /* it was closed meanwhile, or leads to what is not ours to see */ }
    }
  } catch { /* it has ended, or is another user's */ }
  return false;
}

/** The first process of the container that a process is in: of those above it, the last one in a namespace below ours. */
function firstAbove(pid: number, depth: number): number | undefined {
  for (let at = pid, steps = 0; steps < 1000; steps++) {
    const own = namespacesOf(at);
    if (own.length === depth + 1 && own.at(-1) === 1) return at;
    const parent = Number(statOf(at)?.[1] ?? 0);
    if (parent <= 1 || namespacesOf(parent).length <= depth) return undefined;
    at = parent;
  }
  return undefined;
}

/** Its number in each pid namespace, from the one that `/proc` shows down to its own; none when it has ended. */
function namespacesOf(pid: number): number[] {
  try {
    const line = /^NSpid:\s*(.*)$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? "";
    return line.trim().split(/\s+/).filter((word) => word !== "").map(Number);
  } catch {
    return [];
  }
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch { /* it has ended, or is not ours to end */ }
}
