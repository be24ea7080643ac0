import type { Result } from "./measure.ts";
import { pause, privateMegabytes, wakeUps } from "./processes.ts";
import { kanibako, makeWorld } from "./world.ts";

/** How long a supervisor gets to come to rest, and how long it is then watched. The runtime lets its idle threads go after 10 s. */
const REST_MS = 12_000;
const WATCH_MS = 4000;

/**
 * What the process behind a persistent box has in memory that no other process shares, and whether it rests. Two boxes,
 * so that the pages of the program itself are shared, as they are on a machine where it is used.
 */
export async function memory(): Promise<Result> {
  await using world = await makeWorld();
  for (const kind of ["bench-memory-a", "bench-memory-b"]) {
    const { path } = await world.project(kind);
    await world.call([kanibako, "start", path, "--persistent", "--command", "sleep", "--", "600"]);
  }
  await pause(REST_MS);
  const processes = await supervisors(`-${Deno.pid}`);
  if (processes.length !== 2) throw new Error(`${processes.length} supervisors run, not 2.`);
  const before = processes.map(wakeUps);
  await pause(WATCH_MS);
  const woken = processes.map((pid, at) => wakeUps(pid) - before[at]!);
  return {
    title: "The process behind a persistent box",
    samples: [],
    limits: {},
    counts: [
      {
        what: "private memory in MB",
        count: Math.ceil(Math.max(...processes.map(privateMegabytes))),
        most: 20,
      },
      { what: `times it woke up in ${WATCH_MS / 1000} s`, count: Math.max(...woken), most: 0 },
    ],
  };
}

/** The supervisors of boxes whose name ends so. */
async function supervisors(ending: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const words = text.split("\0");
    const at = words.lastIndexOf("supervise");
    if (at > 0 && words[at - 1] === "internal" && words[at + 1]?.endsWith(ending)) found.push(Number(name));
  }
  return found;
}
