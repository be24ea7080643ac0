import { Kanibako } from "../mod.ts";
import type { Result } from "./measure.ts";
import { pause, privateMegabytes, wakeUps } from "./processes.ts";
import { engine, kanibako, makeWorld } from "./world.ts";

/** Calls of a script, and how many boxes run at once. */
const LIBRARY_CALLS = 1000;
const BOXES = 50;
/** What the names of those boxes begin with. */
const NAME = "bench-many-";
/** How long a process gets to come to rest, and how long it is then watched. The runtime lets its idle threads go after 10 s. */
const REST_MS = 12_000;
const WATCH_MS = 4000;

/** Many calls of a script into a box, and what the two processes cost that pass them on. */
export async function steward(): Promise<readonly Result[]> {
  return [await manyCalls(), await manyBoxes()];
}

/** Many calls of a script, one after the other and at once. */
async function manyCalls(): Promise<Result> {
  await using world = await makeWorld();
  for (const [name, value] of Object.entries(world.env)) {
    if (name.startsWith("XDG_")) Deno.env.set(name, value);
  }
  const k = await Kanibako.open();
  await using box = await k.scratch({ engine });
  await box.exec(["true"]);
  const startedAt = performance.now();
  for (let call = 0; call < LIBRARY_CALLS; call++) await box.exec(["true"]);
  const each = (performance.now() - startedAt) / LIBRARY_CALLS;
  const atOnce = performance.now();
  await Promise.all(Array.from({ length: LIBRARY_CALLS }, () => box.exec(["true"])));
  const together = (performance.now() - atOnce) / LIBRARY_CALLS;
  return {
    title: `${LIBRARY_CALLS} calls of a script`,
    samples: [],
    limits: {},
    counts: [
      { what: "tenths of a ms for each, one after the other", count: Math.round(10 * each), most: 50 },
      { what: "tenths of a ms for each, all at once", count: Math.round(10 * together), most: 50 },
    ],
  };
}

/** Many boxes that run, each with its two processes. */
async function manyBoxes(): Promise<Result> {
  await using world = await makeWorld();
  const projects: string[] = [];
  for (let number = 0; number < BOXES; number++) {
    const { path } = await world.project(`${NAME}${number}`);
    await world.call([kanibako, "start", path, "--persistent", "--command", "sleep", "--", "900"]);
    projects.push(path);
  }
  await Promise.all(projects.map((path) => world.call([kanibako, "shell", path, "--", "true"])));
  await pause(REST_MS);
  const ours = await processes();
  const stewards = ours.filter((pid) => wordsOf(pid).includes("steward"));
  const supervisors = ours.filter((pid) => wordsOf(pid).includes("supervise"));
  const before = stewards.map(wakeUps);
  await pause(WATCH_MS);
  const woken = stewards.map((pid, at) => wakeUps(pid) - before[at]!);
  return {
    title: `${BOXES} boxes that run`,
    samples: [],
    limits: {},
    counts: [
      { what: "boxes without a steward", count: BOXES - stewards.length, most: 0 },
      { what: "private memory of a steward in MB", count: most(stewards), most: 16 },
      { what: "private memory of a supervisor in MB", count: most(supervisors), most: 20 },
      { what: `times a steward woke up in ${WATCH_MS / 1000} s`, count: Math.max(...woken), most: 0 },
    ],
  };
}

/** The processes of this program that stand behind our boxes, or in them: the first name the box, the others have its variables. */
async function processes(): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const pid = Number(name);
    if (!wordsOf(pid).includes("internal")) continue;
    if ([...wordsOf(pid), ...wordsOf(pid, "environ")].some((word) => word.includes(NAME))) found.push(pid);
  }
  return found;
}

function wordsOf(pid: number, of: "cmdline" | "environ" = "cmdline"): readonly string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${of}`).split("\0");
  } catch {
    return []; // it has ended
  }
}

function most(pids: readonly number[]): number {
  return Math.ceil(Math.max(0, ...pids.map(privateMegabytes)));
}
