import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld } from "./world.ts";

/** A command in a box that runs, against the engine's bare `exec`. */
export async function exec(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: project } = await world.project("bench-exec");
  await world.call([kanibako, "start", project, "--persistent", "--command", "sleep", "--", "600"]);
  const argv = [kanibako, "shell", project, "--", "true"];
  const words = (await world.record(argv)).find((call) => isCommand(call, "exec"));
  if (!words) throw new Error("The command did not run by exec.");
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
