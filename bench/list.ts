import { alternate, type Result } from "./measure.ts";
import { engine, kanibako, makeWorld, type World } from "./world.ts";

const BOXES = 300;

/** `list` with many projects, against the one engine call it needs. */
export async function list(rounds: number): Promise<Result> {
  await using world = await makeWorld({ apart: true });
  await fill(world);
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
    limits: { [`kanibako list (${BOXES})`]: { totalMs: 80 } },
    counts: [{ what: "engine calls", count: calls.length, most: 1 }],
  };
}

/** Makes one project by the program, and as many others as copies of what that one has left. */
async function fill(world: World): Promise<void> {
  await world.call([kanibako, "create", await folder(world, 0)]);
  const data = `${world.env["XDG_DATA_HOME"]}/kanibako`;
  const names = await Deno.readTextFile(`${data}/names.toml`);
  const line = names.split("\n").find((text) => text.includes("project-0"));
  if (line === undefined) throw new Error("The program keeps its projects in another way than this knows.");
  const lines = [line];
  for (let n = 1; n < BOXES; n++) {
    await folder(world, n);
    lines.push(line.replaceAll("project-0", `project-${n}`));
    await world.call(["cp", "-R", `${data}/boxes/project-0`, `${data}/boxes/project-${n}`]);
  }
  await Deno.writeTextFile(`${data}/names.toml`, names.replace(line, lines.join("\n")));
  const listed = (await world.call([kanibako, "list", "--quiet"])).trim().split("\n").length;
  if (listed !== BOXES) throw new Error(`${listed} projects are listed, not ${BOXES}.`);
}

async function folder(world: World, n: number): Promise<string> {
  const path = `${world.folder}/project-${n}`;
  await Deno.mkdir(path);
  return path;
}
