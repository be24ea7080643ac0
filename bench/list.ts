import { alternate, type Result } from "./measure.ts";
import { engine, kanibako, makeWorld } from "./world.ts";

const BOXES = 300;

/** `list` with many projects, against the one engine call it needs. */
export async function list(rounds: number): Promise<Result> {
  await using world = await makeWorld({ apart: true });
  for (let n = 0; n < BOXES; n++) {
    const path = `${world.folder}/project-${n}`;
    await Deno.mkdir(path);
    await world.call([kanibako, "create", path]);
  }
  const calls = await world.record([kanibako, "list"]);
  const samples = await alternate([
    {
      name: `${engine} ps`,
      run: async () => void await world.call([engine, "ps", "--all", "--format=json"]),
    },
    { name: `kanibako list (${BOXES})`, run: async () => void await world.call([kanibako, "list"]) },
  ], { rounds });
  return {
    title: "The list of boxes",
    samples,
    limits: { [`kanibako list (${BOXES})`]: { totalMs: 150 } },
    counts: [{ what: "engine calls", count: calls.length, most: 1 }],
  };
}
