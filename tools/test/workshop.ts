/**
 * Performs jobs as processes, and leaves nothing of them behind.
 *
 * What tests of a run make has the run's mark in its path: their programs have such a home in their environment, and their
 * boxes belong to such a state. So what a killed test leaves is found and removed (`tests/support/left_over.ts`).
 *
 * @module
 */

import type { Job } from "./jobs.ts";

/** A file of tests that takes longer than this has come to a standstill. */
const LIMIT_MS = 15 * 60_000;
/** How long after its end something that a job has left may still hold its output. */
const REST_MS = 2000;

/** How a job has ended. */
export interface Ended {
  readonly job: Job;
  readonly code: number;
  /** What it has said, on both of its streams. */
  readonly output: string;
  readonly ms: number;
  /** It was ended because it took too long. */
  readonly late: boolean;
}

/** Where jobs are performed. */
export class Workshop {
  /** Whether jobs are no longer wanted. */
  stopped = false;
  readonly #mark = crypto.randomUUID().slice(0, 4);
  readonly #children = new Set<Deno.ChildProcess>();

  /** @param dev The words that run a program in a phase, before the phase's name. */
  constructor(readonly dev: readonly string[], readonly limitMs: number = LIMIT_MS) {}

  /** Performs a job to its end. */
  async perform(job: Job): Promise<Ended> {
    const began = performance.now();
    const child = this.#start(job.phase.name, job.argv);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      end(child);
    }, job.limitMs ?? this.limitMs);
    this.#children.add(child);
    const { code, output } = await result(child);
    this.#children.delete(child);
    clearTimeout(limit);
    return { job, code, output, ms: performance.now() - began, late };
  }

  /** Ends all jobs. */
  stop(): void {
    this.stopped = true;
    for (const child of this.#children) end(child);
  }

  /** Removes what tests of these phases may have left. Answers what could not be removed. */
  async close(phases: Iterable<string>): Promise<string> {
    let said = "";
    for (const phase of phases) {
      const argv = ["deno", "run", "-A", "--no-check", "--quiet", "tests/support/left_over.ts"];
      said += (await result(this.#start(phase, argv))).output;
    }
    return said.trim();
  }

  #start(phase: string, words: readonly string[]): Deno.ChildProcess {
    return new Deno.Command("sh", {
      args: ["-c", 'exec "$@" 2>&1', "sh", ...this.dev, phase, ...words],
      env: { NO_COLOR: "1", KANIBAKO_TEST_RUN: this.#mark },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  }
}

async function result(child: Deno.ChildProcess): Promise<{ readonly code: number; readonly output: string }> {
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  let output = "";
  const all = (async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      output += decoder.decode(next.value, { stream: true });
    }
  })();
  const { code } = await child.status;
  let rest: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([all, new Promise((resolve) => rest = setTimeout(resolve, REST_MS))]);
  clearTimeout(rest);
  await reader.cancel();
  return { code, output };
}

/** Ends a child at once. */
function end(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch { /* it has ended */ }
}
