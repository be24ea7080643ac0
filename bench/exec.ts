import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld, startSleeping } from "./world.ts";

/** A command in a box that runs, against the engine's bare `exec` and the start of the runtime alone. */
export async function exec(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: project, name } = await world.project("bench-exec");
  const start = startSleeping(project);
  const argv = [kanibako, "shell", project, "--", "true"];
  // The words of the engine's own way in, which only a box without a steward uses.
  const config = [kanibako, "box", "config", project, "box.steward=false"];
  await world.call(config);
  const calls = await world.record(async (env) => {
    await world.call(start, env);
    await world.call(argv, env);
    await world.call([kanibako, "stop", name], env);
  });
  const words = calls.find((call) => isCommand(call, "exec"));
  if (!words) throw new Error("The command did not run by exec.");
  await world.call([kanibako, "box", "config", project, "box.steward=true"]);
  await world.call(start);
  const samples = await alternate([
    { name: `${engine} exec ... true`, run: async () => void await world.call(bare(words)) },
    { name: "kanibako --version", run: async () => void await world.call([kanibako, "--version"]) },
    { name: "kanibako shell -- true", run: async () => void await world.call(argv) },
  ], { rounds });
  return {
    title: "A command in a box that runs, through its steward",
    samples,
    limits: { "kanibako shell -- true": { ratio: 0.3 } },
    counts: [{
      what: "ms beside the start of the runtime",
      count: Math.round(samples[2]!.median - samples[1]!.median),
      most: 20,
    }],
  };
}
