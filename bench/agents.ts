import { openOnTerminal } from "../lib/host/process.ts";
import { Pty } from "../lib/host/pty.ts";
import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld } from "./world.ts";

// deno-lint-ignore no-control-regex -- these are what it is about
const CONTROLS = /\x1b\[[0-?]*[ -/]*[@-~]/g;
/** What an agent shows first, to somebody who has never used it. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  claude: /Welcome\s*to\s*Claude/,
  codex: /Welcome\s*to\s*Codex/,
};
/** Those of the checkout, where `./dev test` has put them. */
const ours = decodeURIComponent(new URL("../.deno/agents/node_modules/.bin", import.meta.url).pathname);

/**
 * From the command to the first screen of an agent in a box, against the same agent on this machine, and the bare engine.
 *
 * All three are given the same words and variables: what an agent does with an option of ours (Claude Code reads settings a fifth of
 * a second longer where it is given any) is not the box's doing.
 */
export async function agents(rounds: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const [agent, shown] of Object.entries(SHOWN)) {
    const program = await found(agent);
    if (program === undefined) console.log(`\n${agent} is not on this machine: it is not measured.`);
    else results.push(await measured(agent, program, shown, rounds));
  }
  return results;
}

async function measured(agent: string, program: string, shown: RegExp, rounds: number): Promise<Result> {
  await using world = await makeWorld();
  // A login of the user's own would make another first screen of it.
  const { path: project } = await world.project(`bench-${agent}`, ["--distinct-auth"]);
  const home = `${world.folder}/home-${agent}`;
  await Deno.mkdir(home);
  const env = { ...world.env, PATH: `${ours}:${world.env.PATH}` };
  const argv = [kanibako, "start", project, "--ephemeral", "--crab", agent, "--network", "none"];
  const calls = await world.record(async (more) => {
    await untilShown(argv, { ...env, ...more }, project, shown);
  });
  const run = calls.find((words) => isCommand(words, "run"));
  const at = run?.indexOf(agent, run.indexOf("run", run.indexOf("run") + 1)) ?? -1;
  if (!run || at === -1) {
    throw new Error(`No run of ${agent} among the engine's calls: ${JSON.stringify(calls)}`);
  }
  const handed = run.find((word) => word.endsWith(",destination=/run/kanibako/in,ro"))
    ?.replace(/^.*source=/, "").replace(/,destination=.*$/, "");
  const alike = ["sh", "-c", '. "$0" && exec "$@"', `${handed}/env`, program, ...run.slice(at + 1)];
  const engineOnly = `${engine} run ... ${agent}`;
  const samples = await alternate([
    { name: agent, run: () => untilShown(alike, { ...env, HOME: home }, project, shown) },
    { name: engineOnly, run: () => untilShown(bare(run), env, project, shown) },
    { name: `kanibako start, ${agent}`, run: () => untilShown(argv, env, project, shown) },
  ], { rounds: Math.min(rounds, 9), warmUp: 1 });
  return {
    title: `From the command to the first screen of ${agent}`,
    samples,
    limits: { [`kanibako start, ${agent}`]: { aboveMs: 150 } },
  };
}

async function found(agent: string): Promise<string | undefined> {
  for (const folder of [ours, ...(Deno.env.get("PATH") ?? "").split(":")]) {
    const path = `${folder}/${agent}`;
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return undefined;
}

/** Runs a command on a terminal until it shows something, then interrupts it until it ends. */
async function untilShown(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  shown: RegExp,
): Promise<number> {
  using pty = new Pty({ columns: 100, rows: 40 });
  const started = performance.now();
  const child = openOnTerminal(argv, pty.path, { env: { ...env, TERM: "xterm-256color" }, cwd });
  let seen = "";
  while (!shown.test(seen.replaceAll(CONTROLS, ""))) {
    const part = await pty.read();
    if (!part) throw new Error(`It ended before it showed ${shown}: ${JSON.stringify(seen)}`);
    seen += new TextDecoder().decode(part);
  }
  const took = performance.now() - started;
  const interrupting = setInterval(() => void pty.write(new Uint8Array([3])), 100);
  while (await pty.read()) { /* until it has ended */ }
  clearInterval(interrupting);
  await child.exit;
  return took;
}
