import { openOnTerminal } from "../lib/host/process.ts";
import { Pty } from "../lib/host/pty.ts";
import { shellQuote } from "../lib/host/ui/text.ts";
import { alternate, type Result } from "./measure.ts";
import { engine, kanibako, makeWorld, startSleeping, type World } from "./world.ts";

/** From the command to the prompt of a shell in a box that is running, against the bare engine. */
export async function terminal(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path: project, name: box } = await world.project("bench-terminal");
  await world.call(startSleeping(project));
  const container = await boxOf(world, box);
  const samples = await alternate([
    {
      name: `${engine} exec -it ... bash`,
      run: () => untilPrompt(world, [engine, "exec", "-it", container, "bash"]),
    },
    { name: "kanibako shell", run: () => untilPrompt(world, [kanibako, "shell", project]) },
  ], { rounds });
  return {
    title: "From the command to the prompt in a running box",
    samples,
    limits: { "kanibako shell": { totalMs: 60 } },
  };
}

async function boxOf(world: World, box: string): Promise<string> {
  const names = await world.call([engine, "ps", "--format", "{{.Names}}"]);
  const found = names.split("\n").find((name) => name.includes(box));
  if (!found) throw new Error(`No container of ${box} among ${shellQuote(names)}`);
  return found;
}

// deno-lint-ignore no-control-regex -- these are what it is about
const CONTROLS = /\x1b\[[0-?]*[ -/]*[@-~]/g;

/** Runs a command on a terminal until it shows a prompt. */
async function untilPrompt({ env }: World, argv: readonly string[]): Promise<number> {
  using pty = new Pty({ columns: 100, rows: 30 });
  const started = performance.now();
  const child = openOnTerminal(argv, pty.path, { env: { ...env, TERM: "xterm-256color" }, cwd: "/" });
  let seen = "";
  while (!/[$#] $/.test(seen.replaceAll(CONTROLS, ""))) {
    const part = await pty.read();
    if (!part) throw new Error(`It ended before it showed a prompt: ${JSON.stringify(seen)}`);
    seen += new TextDecoder().decode(part);
  }
  const took = performance.now() - started;
  await pty.write(new TextEncoder().encode("exit\n"));
  while (await pty.read()) { /* until it has ended */ }
  await child.exit;
  return took;
}
