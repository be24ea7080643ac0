import { alternate, type Result } from "./measure.ts";
import { kanibako, makeWorld } from "./world.ts";

/** What a start of the program costs, against a Deno that does nothing. */
export async function startup(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const empty = `${world.folder}/empty.ts`;
  await Deno.writeTextFile(empty, "");
  const contestant = (name: string, argv: string[]) => ({
    name,
    run: async () => void await world.call(argv),
  });
  const samples = await alternate([
    contestant("deno run empty.ts", [Deno.execPath(), "run", empty]),
    contestant("kanibako --version", [kanibako, "--version"]),
    contestant("kanibako --help", [kanibako, "--help"]),
  ], { rounds });
  return {
    title: "Start-up",
    samples,
    limits: { "kanibako --version": { ratio: 1.5 }, "kanibako --help": { ratio: 2 } },
  };
}
