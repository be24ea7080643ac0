/**
 * Makes `dist/kanibako`: compiled where Deno's runtime for it can be had, the portable build otherwise.
 *
 *     deno run -A tools/build.ts [--compiled | --portable] [--output FILE]
 *
 * Without a choice a compiled program is tried first. `DENORT_BIN` names a runtime for it.
 *
 * @module
 */

import { finishFolder } from "../lib/host/bundle.ts";
import { version } from "../lib/host/version.ts";
import { run } from "../lib/host/process.ts";
import { compile } from "./build/compile.ts";
import { writeChunks } from "./build/chunks.ts";
import { GROUPS } from "./build/groups.ts";
import { pack } from "./build/portable.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** Builds, and answers which form was made. */
async function build(choice: "compiled" | "portable" | undefined, output: string): Promise<string> {
  await Deno.mkdir(output.slice(0, output.lastIndexOf("/")), { recursive: true });
  const work = await Deno.makeTempDir({ prefix: "kanibako-build-" });
  const made = `${output}.${Deno.pid}.tmp`;
  try {
    const folder = `${work}/bundle`;
    await Deno.mkdir(folder);
    await writeChunks(root, folder, GROUPS);
    await finishFolder(folder);

    if (choice !== "portable") {
      const problem = await compile(`${folder}/cli.js`, made) ?? await check(made);
      if (problem === undefined) return await finish(made, output, "compiled");
      if (choice === "compiled") throw new Error(`Cannot compile: ${problem}`);
    }
    await pack(folder, made, version);
    const problem = await check(made);
    if (problem !== undefined) throw new Error(`Cannot run the program that was built: ${problem}`);
    return await finish(made, output, "portable");
  } finally {
    await Deno.remove(work, { recursive: true }).catch(() => {});
    await Deno.remove(made).catch(() => {});
  }
}

/** Replaces the output in one step: one that is running keeps its file. */
async function finish(made: string, output: string, form: string): Promise<string> {
  await Deno.rename(made, output);
  return form;
}

async function check(program: string): Promise<string | undefined> {
  const result = await run([program, "--version"], { timeoutMs: 60_000 });
  if (result.code === 0 && result.stdout.includes(version)) return undefined;
  return (result.stderr || result.stdout).trim().slice(-500) || `exit code ${result.code}`;
}

const words = [...Deno.args];
let choice: "compiled" | "portable" | undefined;
let output = `${root}dist/kanibako`;
for (let word = words.shift(); word !== undefined; word = words.shift()) {
  if (word === "--compiled" || word === "--portable") choice = word.slice(2) as typeof choice;
  else if (word === "--output" && words[0]) {
    output = new URL(words.shift()!, `file://${Deno.cwd()}/`).pathname;
  } else {
    console.error(`build: unknown word ${JSON.stringify(word)}`);
    Deno.exit(2);
  }
}
const started = performance.now();
try {
  const form = await build(choice, output);
  const size = (await Deno.stat(output)).size;
  const seconds = (performance.now() - started) / 1000;
  console.log(`${output}: ${form}, ${(size / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s`);
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  const said = (error as { output?: string }).output;
  if (said) console.error(said.trimEnd());
  Deno.exit(1);
}
