/**
 * What people see of a run: each file's output when it ends, and at the end what failed and where the time went.
 *
 * @module
 */

import { count, failures } from "./summary.ts";
import type { Ended } from "./workshop.ts";

/** How many of the slowest files are named. */
const SLOWEST = 10;

/** Collects what has ended. */
export class Board {
  passed = 0;
  failed = 0;
  readonly #failures: string[] = [];
  readonly #times: { readonly title: string; readonly ms: number }[] = [];
  readonly #phases = new Map<string, { passed: number; failed: number; ignored: number; ms: number }>();
  readonly #began = performance.now();
  readonly #busyBefore = busy();

  /** @param show Shows some lines [default: on standard error] */
  constructor(readonly show: (text: string) => void = console.error) {}

  /** Something could not begin: one failure. */
  lost(title: string): void {
    this.failed++;
    this.#failures.push(`== ${title}\n`);
  }

  /** A job has ended. */
  add({ job, code, output, ms, late }: Ended): void {
    const title = `${job.phase.title}: ${job.title}`;
    const head = `\n== ${title} (${seconds(ms)})`;
    if (job.prepares) {
      // Tests that need it will fail, and say so.
      this.show(code === 0 ? head : `${head}\n${output.trimEnd()}\n   It could not be prepared.`);
      return;
    }
    const counts = count(output, late ? 1 : code);
    this.passed += counts.passed;
    this.failed += counts.failed;
    const phase = this.#phases.get(job.phase.title) ?? { passed: 0, failed: 0, ignored: 0, ms: 0 };
    this.#phases.set(job.phase.title, {
      passed: phase.passed + counts.passed,
      failed: phase.failed + counts.failed,
      ignored: phase.ignored + counts.ignored,
      ms: phase.ms + ms,
    });
    if (counts.passed + counts.failed + counts.ignored === 0) return;
    this.#times.push({ title, ms });
    const end = late ? "\n   It did not end in time, and was ended." : "";
    this.show(`${head}\n${output.trim()}${end}`);
    if (counts.failed > 0) this.#failures.push(`== ${title}\n\n${failures(output)}${end}\n`);
  }

  /** Nothing follows. */
  close(): void {
    const slowest = this.#times.toSorted((one, other) => other.ms - one.ms).slice(0, SLOWEST);
    this.show("\n== What took longest");
    for (const { title, ms } of slowest) this.show(`   ${seconds(ms).padStart(6)}  ${title}`);
    if (this.#failures.length > 0) this.show(`\n== What failed\n\n${this.#failures.join("\n")}`);
    this.show("");
    for (const [title, { passed, failed, ignored, ms }] of this.#phases) {
      this.show(
        `   ${title}: ${passed} passed, ${failed} failed, ${ignored} ignored; ${seconds(ms)} of tests`,
      );
    }
    const tookMs = performance.now() - this.#began;
    const [used, all] = busy().map((ticks, n) => ticks - this.#busyBefore[n]!) as [number, number];
    const share = all > 0 ? `; the processors were busy for ${Math.round(100 * used / all)} % of it` : "";
    this.show(`   ${seconds(tookMs)} in all${share}\n`);
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/** Ticks of the processors since the machine began: of work, and in all. */
function busy(): [number, number] {
  const line = /^cpu +(.*)$/m.exec(Deno.readTextFileSync("/proc/stat"))?.[1] ?? "";
  const ticks = line.split(" ").slice(0, 8).map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return [all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all];
}
