import { shellQuote } from "../lib/host/ui/text.ts";
import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld, startSleeping, type World } from "./world.ts";

/** From `start` to the first screen of a persistent session, against `run -d` and `exec` of the bare engine. */
export async function attach(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: project, name: box } = await world.project("bench-attach");
  const argv = startSleeping(project);
  const stop = async () => void await world.call([kanibako, "stop", box]);
  // Recorded on a terminal: without one there is nothing to attach.
  const calls = await world.record(async (env) => {
    await untilScreen(world, argv.map(shellQuote).join(" "), env);
    await stop();
  });
  const run = calls.find((words) => isCommand(words, "run"));
  const exec = calls.find((words) => isCommand(words, "exec"));
  if (!run || !exec) throw new Error(`No run and exec among the engine's calls: ${JSON.stringify(calls)}`);
  const container = run.find((word) => word.startsWith("--name="))?.slice("--name=".length) ?? "";
  const both = `${bare(run).map(shellQuote).join(" ")} >/dev/null && exec ${
    bare(exec).map(shellQuote).join(" ")
  }`;
  const samples = await alternate([
    {
      name: `${engine} run -d and ${engine} exec`,
      run: () => untilScreen(world, both),
      reset: async () => void await world.call([engine, "rm", "--force", "--time=0", container]),
    },
    {
      name: "kanibako start",
      run: () => untilScreen(world, argv.map(shellQuote).join(" ")),
      reset: stop,
    },
  ], { rounds: Math.min(rounds, 9), warmUp: 1 });
  return { title: "The first attach", samples, limits: { "kanibako start": { aboveMs: 50 } } };
}

/** Runs a command on a terminal of its own until a full-screen program takes it over. */
async function untilScreen(
  world: World,
  command: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = new Deno.Command("script", {
    args: ["--quiet", "--flush", "--return", "--command", command, "/dev/null"],
    env: { ...world.env, TERM: "xterm-256color", ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let seen = "";
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  try {
    while (!seen.includes("\x1b[?1049h")) {
      const { value, done } = await reader.read();
      if (done) {
        throw new Error(`The session ended before it showed anything: ${JSON.stringify(seen.slice(-500))}`);
      }
      seen += decoder.decode(value, { stream: true });
    }
  } finally {
    await reader.cancel();
    try {
      child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await child.stdin.close().catch(() => {});
    await child.status;
  }
}
