import { alternate, type Result } from "./measure.ts";
import { kanibako, makeWorld } from "./world.ts";

/** What reading and changing a setting costs, against the least that the program can do. */
export async function config(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: project } = await world.project("bench-config");
  await world.call([kanibako, "box", "config", project, "model=first"]);
  let value = 0;
  const contestant = (name: string, argv: () => string[]) => ({
    name,
    run: async () => void await world.call(argv()),
  });
  const samples = await alternate([
    contestant("kanibako --version", () => [kanibako, "--version"]),
    contestant("kanibako box config PROJECT model", () => [kanibako, "box", "config", project, "model"]),
    contestant(
      "kanibako box config PROJECT model=...",
      () => [kanibako, "box", "config", project, `model=m${value++}`],
    ),
    contestant("kanibako system config env.COLORTERM", () => [kanibako, "system", "config", "env.COLORTERM"]),
    contestant("kanibako system config pids=...", () => [
      kanibako,
      "system",
      "config",
      `pids=${1000 + value++}`,
    ]),
  ], { rounds });
  const limit = { ratio: 2 };
  return {
    title: "Settings",
    samples,
    limits: Object.fromEntries(samples.slice(1).map(({ name }) => [name, limit])),
  };
}
