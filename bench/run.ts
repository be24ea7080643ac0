/**
 * The measurements: `./dev bench [quick] [--rounds N] [NAME...]`. Exits with 1 when one is over its limit.
 *
 * @module
 */

import { agents } from "./agents.ts";
import { attach } from "./attach.ts";
import { copy, walk } from "./copy.ts";
import { config } from "./config.ts";
import { credentials } from "./credentials.ts";
import { exec } from "./exec.ts";
import { filter } from "./filter.ts";
import { helperWork } from "./helper_work.ts";
import { helpers } from "./helpers.ts";
import { list } from "./list.ts";
import { report, type Result } from "./measure.ts";
import { look } from "./look.ts";
import { memory } from "./memory.ts";
import { oneCommand } from "./one_command.ts";
import { network } from "./network.ts";
import { shell } from "./shell.ts";
import { steward } from "./steward.ts";
import { startup } from "./startup.ts";
import { terminal } from "./terminal.ts";
import { vault } from "./vault.ts";
import { engine } from "./world.ts";

type Bench = (rounds: number) => Promise<Result | readonly Result[]>;

/** What a user waits for at every command: one to two minutes for all. */
const QUICK: Readonly<Record<string, Bench>> = {
  startup,
  config,
  list,
  shell,
  run: oneCommand,
  exec,
  attach,
  terminal,
  filter,
  look,
  memory,
  network,
};
/** What takes many minutes (copies of trees of many files, on file systems made for it), or agents that may not be here. */
const LONG: Readonly<Record<string, Bench>> = {
  copy,
  walk,
  vault,
  steward,
  credentials,
  helpers,
  "helper-work": helperWork,
  agents,
};
const ALL = { ...QUICK, ...LONG };

const words = [...Deno.args];
const quick = words[0] === "quick" && words.shift() !== undefined;
const at = words.indexOf("--rounds");
const rounds = at === -1 ? (quick ? 9 : 15) : Number(words.splice(at, 2)[1]);
const unknown = words.filter((word) => !(word in ALL));
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`Usage: ./dev bench [quick] [--rounds N] [${Object.keys(ALL).join(" | ")}]...`);
  Deno.exit(2);
}

const started = performance.now();
console.log(
  `Medians of ${rounds} rounds, in turns, and the middle half; engine: ${engine}, user: ${
    Deno.uid() === 0 ? "root" : "ordinary"
  }`,
);
let kept = true;
for (const name of words.length > 0 ? words : Object.keys(quick ? QUICK : ALL)) {
  try {
    const results = await ALL[name as keyof typeof ALL]!(rounds);
    for (const result of Array.isArray(results) ? results : [results]) kept = report(result) && kept;
  } catch (error) {
    console.log(`\n${name}: could not be measured: ${error instanceof Error ? error.message : error}`);
    kept = false;
  }
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`\n${kept ? "All" : "Not all"} within their limits (${seconds} s).`);
Deno.exit(kept ? 0 : 1);
