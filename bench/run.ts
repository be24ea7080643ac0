/**
 * The measurements: `./dev bench [--rounds N] [NAME...]`. Exits with 1 when one is over its limit.
 *
 * @module
 */

import { attach } from "./attach.ts";
import { copy, walk } from "./copy.ts";
import { config } from "./config.ts";
import { exec } from "./exec.ts";
import { list } from "./list.ts";
import { report, type Result } from "./measure.ts";
import { shell } from "./shell.ts";
import { startup } from "./startup.ts";
import { vault } from "./vault.ts";
import { engine } from "./world.ts";

const all: Readonly<Record<string, (rounds: number) => Promise<Result | readonly Result[]>>> = {
  startup,
  shell,
  exec,
  attach,
  list,
  config,
  copy,
  walk,
  vault,
};

const words = [...Deno.args];
const at = words.indexOf("--rounds");
const rounds = at === -1 ? 15 : Number(words.splice(at, 2)[1]);
const unknown = words.filter((word) => !(word in all));
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`Usage: ./dev bench [--rounds N] [${Object.keys(all).join(" | ")}]...`);
  Deno.exit(2);
}

console.log(
  `Medians of ${rounds} rounds, in turns; engine: ${engine}, user: ${Deno.uid() === 0 ? "root" : "ordinary"}`,
);
let kept = true;
for (const name of words.length > 0 ? words : Object.keys(all)) {
  try {
    const results = await all[name]!(rounds);
    for (const result of Array.isArray(results) ? results : [results]) kept = report(result) && kept;
  } catch (error) {
    console.log(`\n${name}: could not be measured: ${error instanceof Error ? error.message : error}`);
    kept = false;
  }
}
console.log(kept ? "\nAll within their limits." : "\nNot all within their limits.");
Deno.exit(kept ? 0 : 1);
