/**
 * Runs the tests of several phases side by side, a process for each file, and adds up what they report.
 *
 *     run.ts [--phase=NAME]... [--lost=TITLE]... [FILE...] [ARGS...]
 *
 * A test of an engine waits more than it computes, so one after another they leave most of the machine idle. Each file has a
 * process of its own, because tests of one process share PATH and other things that some of them change. What a file says is
 * kept apart and printed whole when it ends; what failed is printed once more at the end.
 *
 * @module
 */

import { Board } from "./board.ts";
import { choose } from "./choose.ts";
import { type Job, jobsOf, phases } from "./jobs.ts";
import { type Ended, Workshop } from "./workshop.ts";
import { readWords, type Words } from "./words.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const words = understood();
const board = new Board();
const workshop = new Workshop([`${root}/dev`, "within"]);
const waiting = phases(words.phases).flatMap((phase) => jobsOf(phase, words, root));
const running = new Map<Job, Promise<Ended>>();
if (waiting.length === 0 && words.only.length > 0) {
  console.error(`There are no tests for this phase in ${words.only.join(", ")}.`);
  Deno.exit(2);
}

const stopping = new Promise<undefined>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      waiting.length = 0;
      workshop.stop();
      resolve(undefined);
    });
  }
});

for (const title of words.lost) board.lost(title);
for (;;) {
  for (
    let job = choose(waiting, [...running.keys()], words.room);
    job;
    job = choose(waiting, [...running.keys()], words.room)
  ) {
    waiting.splice(waiting.indexOf(job), 1);
    running.set(job, workshop.perform(job));
  }
  if (running.size === 0) break;
  const ended = await Promise.race([...running.values(), ...(workshop.stopped ? [] : [stopping])]);
  if (!ended) continue;
  running.delete(ended.job);
  if (!workshop.stopped) board.add(ended);
}
const left = await workshop.close(words.phases.filter((name) => name !== "unit"));
if (left !== "") console.error(`\n${left}`);
if (workshop.stopped) {
  console.error("\nStopped before the end.");
  Deno.exit(130);
}
board.close();
console.log(`${board.passed} passed, ${board.failed} failed`);
Deno.exit(board.failed === 0 ? 0 : 1);

function understood(): Words {
  try {
    return readWords(Deno.args, root);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}
