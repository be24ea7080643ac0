/**
 * Ending a program together with what it has started, when it would leave that behind.
 *
 * A build runs its steps in processes of their own, which outlive the program that is asked to end. So its helpers are asked
 * first: then the program sees its step fail, and cleans up as after any failure.
 *
 * @module
 */

import { settlesWithin } from "./wait.ts";

/** How long the program may take to clean up. */
const CLEAN_UP_MS = 6000;
/** How long after that it may take to end. */
const END_MS = 2000;

/** A process, distinguished from a later one with the same number by its start time. */
interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly started: string;
}

/** Ends the leader of a session of its own and all it has started. Resolves when all are gone, or were sent SIGKILL. */
export async function endFamily(leader: number, exited: Promise<unknown>): Promise<void> {
  const family = familyOf(leader);
  // Those that wait for what runs elsewhere. They pass the signal on.
  const own = family.filter(({ session }) => session === leader);
  const parents = new Set(own.map(({ parent }) => parent));
  const helpers = own.filter(({ pid }) => !parents.has(pid));
  for (const { pid } of helpers.length > 0 ? helpers : [{ pid: leader }]) send(pid, "SIGTERM");
  if (!await settlesWithin(exited, CLEAN_UP_MS)) send(leader, "SIGTERM");
  if (!await settlesWithin(exited, END_MS)) send(leader, "SIGKILL");
  const left = new Map(family.map((member) => [member.pid, member]));
  for (const now of readAll()) {
    // With the first process of a container go all the others.
    if (left.get(now.pid)?.started === now.started) send(now.pid, "SIGKILL");
  }
}

/** A process's descendants, as far as they are known to belong to it now. */
function familyOf(pid: number): Member[] {
  const all = readAll();
  const family: Member[] = [];
  for (let above = [pid]; above.length > 0;) {
    const next = all.filter(({ parent }) => above.includes(parent));
    family.push(...next);
    above = next.map((member) => member.pid);
  }
  return family;
}

function readAll(): Member[] {
  const all: Member[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = Deno.readTextFileSync(`/proc/${name}/stat`);
      // What it calls itself comes second, in brackets, and may hold anything.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      all.push({
        pid: Number(name),
        parent: Number(fields[1]),
        session: Number(fields[3]),
        started: fields[19] ?? "",
      });
    } catch { /* it has ended */ }
  }
  return all;
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch { /* it has ended, or is not ours to end */ }
}
