import type { Result } from "./measure.ts";
import { companions, privateMemory, untilRest, wakeUps } from "./processes.ts";
import { makeWorld, startSleeping } from "./world.ts";

const NAME = "bench-memory-";

/**
 * What the process behind a persistent box has in memory that no other process shares, and whether it rests. Two boxes,
 * so that the pages of the program itself are shared, as they are on a machine where it is used.
 */
export async function memory(): Promise<Result> {
  await using world = await makeWorld();
  for (const one of ["a", "b"]) {
    const { path } = await world.project(NAME + one);
    await world.call(startSleeping(path));
  }
  await untilRest();
  const supervisors = companions("supervise", NAME);
  if (supervisors.length !== 2) throw new Error(`${supervisors.length} supervisors run, not 2.`);
  return {
    title: "The process behind a persistent box",
    samples: [],
    limits: {},
    counts: [
      { ...privateMemory(supervisors, "a supervisor"), most: 20 },
      { ...await wakeUps(supervisors, "a supervisor"), most: 0 },
    ],
  };
}
