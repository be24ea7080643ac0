/**
 * Checks that `deno compile` can embed the whole program, also where Deno's runtime for compiled programs is out of
 * reach: `deno` itself stands in for it, which makes a file that holds everything but is never run.
 *
 * @module
 */

import { bundle, fetchEnvironment } from "../lib/host/bundle.ts";
import { run } from "../lib/host/process.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname);
const work = await Deno.makeTempDir({ prefix: "kanibako-graph-" });
let problem: string | undefined;
try {
  problem = await compile(`${root}cli.ts`, `--config=${root}deno.json`) ?? await laziness();
} catch (error) {
  problem = `${error instanceof Error ? error.message : error}\n${
    (error as { output?: string }).output ?? ""
  }`;
} finally {
  await Deno.remove(work, { recursive: true });
}
if (problem !== undefined) {
  console.error(problem);
  Deno.exit(1);
}

async function compile(entry: string, config: string): Promise<string | undefined> {
  const output = `${work}/program`;
  const result = await run([
    Deno.execPath(),
    "compile",
    "--quiet",
    "--allow-all",
    "--no-check",
    config,
    `--output=${output}`,
    entry,
  ], { env: { ...fetchEnvironment(), DENORT_BIN: Deno.execPath() }, timeoutMs: 60_000 });
  return result.code === 0 ? undefined : `Cannot embed ${entry}:\n${result.stderr}`;
}

/** The bundle's entry must stay small: a static import in the wrong place would load everything at each start. */
async function laziness(): Promise<string | undefined> {
  const limit = 40_000;
  const folder = `${work}/bundle`;
  await Deno.mkdir(folder);
  await bundle({ deno: Deno.execPath(), entry: `${root}cli.ts`, config: `${root}deno.json`, folder });
  const seen = new Set<string>();
  const visit = async (file: string): Promise<number> => {
    if (seen.has(file)) return 0;
    seen.add(file);
    const text = await Deno.readTextFile(`${folder}/${file}`);
    let size = text.length;
    for (const match of text.matchAll(/(?:from|^import|;import)\s*"\.\/([^"]+\.js)"/g)) {
      size += await visit(match[1]!);
    }
    return size;
  };
  const size = await visit("cli.js");
  if (size <= limit) return undefined;
  return `The program loads ${size} bytes before it knows its command (limit ${limit}): ${
    [...seen].join(", ")
  }`;
}
