import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld } from "./world.ts";

/** A command in a box that runs, against the engine's bare `exec`. */
export async function exec(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: project, name } = await world.project("bench-exec");
  const start = [kanibako, "start", project, "--persistent", "--command", "sleep", "--", "600"];
  const argv = [kanibako, "shell", project, "--", "true"];
  // A box is entered by the engine that started it: for the recording that is the one that records.
  const calls = await world.record(async (env) => {
    await world.call(start, env);
    await world.call(argv, env);
    await world.call([kanibako, "stop", name], env);
  });
  const words = calls.find((call) => isCommand(call, "exec"));
  if (!words) throw new Error("The command did not run by exec.");
  await world.call(start);
  const samples = await alternate([
    { name: `${engine} exec ... true`, run: async () => void await world.call(bare(words)) },
    { name: "kanibako shell -- true", run: async () => void await world.call(argv) },
  ], { rounds });
  return {
    title: "A command in a box that runs",
    samples,
    limits: { "kanibako shell -- true": { aboveMs: 40 } },
  };
}
