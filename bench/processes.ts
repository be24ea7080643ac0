/**
 * What the processes behind boxes cost while they live.
 *
 * @module
 */

import { pause } from "../lib/host/timer.ts";

/** How long a process gets to come to rest. The runtime lets its idle threads go after 10 s. */
const REST_MS = 12_000;
/** How long it is then watched. */
const WATCH_SECONDS = 4;

/**
 * The processes of this program that stand behind the boxes of this measurement, or in them. `box`: what the names of their projects
 * begin with. A supervisor's words name its box; a steward has the variables of its own.
 */
export function companions(kind: "supervise" | "steward", box: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    const words = wordsOf(pid, "cmdline");
    const at = words.indexOf("internal");
    if (at < 0 || words[at + 1] !== kind) return false;
    return [...words, ...wordsOf(pid, "environ")].some((word) =>
      word.includes(box) && word.endsWith(`-${Deno.pid}`)
    );
  });
}

/** Waits until processes that have just worked are at rest. */
export function untilRest(): Promise<void> {
  return pause(REST_MS);
}

/** The most that one of them has in memory that no other process shares. */
export function privateMemory(pids: readonly number[], name: string): Count {
  return { what: `private memory of ${name} in MB`, count: largest(pids, privateMegabytes) };
}

/** How much processor time they have taken so far, in milliseconds. */
export function processorMs(pids: readonly number[]): number {
  // Of the words after the name: the ticks in programs and in the kernel, of which there are 100 a second.
  const words = (pid: number) => Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
  return pids.map(words).reduce((sum, words) => sum + (Number(words[11]) + Number(words[12])) * 10, 0);
}

/** How often the least quiet of them is put to work. */
export async function wakeUps(pids: readonly number[], name: string): Promise<Count> {
  const before = new Map(pids.map((pid) => [pid, timesWoken(pid)]));
  await pause(WATCH_SECONDS * 1000);
  const count = largest(pids, (pid) => timesWoken(pid) - before.get(pid)!);
  return { what: `times ${name} woke up in ${WATCH_SECONDS} s`, count };
}

interface Count {
  readonly what: string;
  readonly count: number;
}

function largest(pids: readonly number[], of: (pid: number) => number): number {
  return Math.ceil(Math.max(0, ...pids.map(of)));
}

function privateMegabytes(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  const sizes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].map(([, size]) => Number(size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

function timesWoken(pid: number): number {
  let sum = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${name}/status`);
    sum += Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(text)?.[1] ?? 0);
  }
  return sum;
}

function wordsOf(pid: number, of: "cmdline" | "environ"): readonly string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${of}`).split("\0");
  } catch {
    return []; // it has ended, or is none
  }
}
