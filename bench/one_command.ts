import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld } from "./world.ts";

/** The rig of both sides: it is here, and the same whatever registries can be reached. */
const RIG = Deno.env.get("KANIBAKO_BENCH_RIG") ?? "oci";

/**
 * What a peer publishes for the same, on a machine of its own: medians of one command in a container that is removed afterwards, on Linux
 * with the image there. No limit: other machines, other images.
 */
const PUBLISHED =
  "agentkernel publishes 310 ms for podman and 350 ms for docker (16 cores; cold: 350 and 550)";

/** One command in a box of its own, in a project, against the bare engine with the very same arguments. */
export async function oneCommand(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const project = `${world.folder}/bench-run`;
  await Deno.mkdir(project);
  const words = ["run", "--image", RIG, "--", "true"];
  const argv = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", project, kanibako, ...words];
  const calls = await world.record(argv);
  const at = calls.findIndex((call) => isCommand(call, "run"));
  const call = calls[at];
  if (!call) throw new Error(`No run among the engine's calls: ${JSON.stringify(calls)}`);
  // The box's own folders have gone with it.
  for (const [, folder] of call.join("\n").matchAll(/(?:src|source)=([^,\n]*\/scratch\/[^,\n]*)/g)) {
    await Deno.mkdir(folder!, { recursive: true });
  }
  const samples = await alternate([
    { name: `${engine} run ... true`, run: async () => void await world.call(bare(call)) },
    { name: "kanibako run -- true", run: async () => void await world.call(argv) },
  ], { rounds });
  return {
    title: `One command in a box of its own. ${PUBLISHED}`,
    samples,
    limits: { "kanibako run -- true": { ratio: 1.15 } },
    counts: [
      { what: "engine calls before the run", count: at, most: 0 },
      { what: "engine calls after the run", count: calls.length - at - 1, most: 0 },
    ],
  };
}
