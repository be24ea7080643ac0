import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld } from "./world.ts";

/** A command in a box that is not running, against the bare engine with the very same arguments. */
export async function shell(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: project } = await world.project("bench-shell");
  const argv = [kanibako, "shell", project, "--", "true"];
  const calls = await world.record(argv);
  const at = calls.findIndex((words) => isCommand(words, "run"));
  const words = calls[at];
  if (!words) throw new Error(`No run among the engine's calls: ${JSON.stringify(calls)}`);
  const samples = await alternate([
    { name: `${engine} run ... true`, run: async () => void await world.call(bare(words)) },
    { name: "kanibako shell -- true", run: async () => void await world.call(argv) },
  ], { rounds });
  return {
    title: "A command in a box that is not running",
    samples,
    limits: { "kanibako shell -- true": { aboveMs: 35 } },
    counts: [{ what: "engine calls before the run", count: at, most: 0 }],
  };
}
