import { Kanibako } from "../mod.ts";
import type { Result } from "./measure.ts";
import { companions, privateMemory, untilRest, wakeUps } from "./processes.ts";
import { engine, kanibako, makeWorld, startSleeping } from "./world.ts";

/** Calls of a script, and how many boxes run at once. */
const LIBRARY_CALLS = 1000;
const BOXES = 50;
/** What the names of those boxes begin with. */
const NAME = "bench-many-";

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
    await world.call(startSleeping(path));
    projects.push(path);
  }
  await Promise.all(projects.map((path) => world.call([kanibako, "shell", path, "--", "true"])));
  await untilRest();
  const [stewards, supervisors] = [companions("steward", NAME), companions("supervise", NAME)];
  return {
    title: `${BOXES} boxes that run`,
    samples: [],
    limits: {},
    counts: [
      { what: "boxes without a steward", count: BOXES - stewards.length, most: 0 },
      { ...privateMemory(stewards, "a steward"), most: 16 },
      { ...privateMemory(supervisors, "a supervisor"), most: 20 },
      { ...await wakeUps(stewards, "a steward"), most: 0 },
    ],
  };
}
