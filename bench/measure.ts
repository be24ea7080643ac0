/**
 * Timing of commands against each other: in turns, so that what else the machine does hits all alike.
 *
 * Differences and ratios are taken within each round and then their median: a machine that is slow for a while is slow
 * for both.
 *
 * @module
 */

/** One of the commands that are compared. */
export interface Contestant {
  readonly name: string;
  /** What is timed; where it answers a number, that many milliseconds it took by its own count. */
  run(): Promise<void | number>;
  /** What has to be put right after each time, untimed. */
  reset?(): Promise<void>;
}

/** The times of one contestant, in milliseconds. */
export interface Sample {
  readonly name: string;
  readonly median: number;
  /** The bounds of the middle half. */
  readonly low: number;
  readonly high: number;
  /** How many times what the first contestant took. */
  readonly ratio: number;
  /** By how much it took longer than the first contestant. */
  readonly above: number;
}

/** Runs each in turn, `rounds` times after `warmUp` times that do not count. */
export async function alternate(
  contestants: readonly Contestant[],
  { rounds = 15, warmUp = 2 }: { rounds?: number; warmUp?: number } = {},
): Promise<Sample[]> {
  const times = contestants.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [at, contestant] of contestants.entries()) {
      const started = performance.now();
      const own = await contestant.run();
      const time = own ?? performance.now() - started;
      await contestant.reset?.();
      if (round >= 0) times[at]!.push(time);
    }
  }
  const base = times[0]!;
  return contestants.map(({ name }, at) => ({
    name,
    median: quantile(times[at]!, 0.5),
    low: quantile(times[at]!, 0.25),
    high: quantile(times[at]!, 0.75),
    ratio: quantile(times[at]!.map((time, round) => time / base[round]!), 0.5),
    above: quantile(times[at]!.map((time, round) => time - base[round]!), 0.5),
  }));
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

/** What a median may be: a ratio to the first contestant's, milliseconds above it, or milliseconds in all. */
export interface Limit {
  readonly ratio?: number;
  readonly aboveMs?: number;
  readonly totalMs?: number;
}

/** One measurement and what was asked of it. */
export interface Result {
  readonly title: string;
  /** The first is what the others are compared with. */
  readonly samples: readonly Sample[];
  readonly limits: Readonly<Record<string, Limit>>;
  /** Counts that were checked: what, how many, how many may be. */
  readonly counts?: readonly { readonly what: string; readonly count: number; readonly most: number }[];
}

/** Prints one measurement as a table and answers whether it kept within its limits. */
export function report(result: Result): boolean {
  console.log(`\n${result.title}`);
  let kept = true;
  for (const sample of result.samples) {
    const broken = excess(sample, result.limits[sample.name]);
    if (broken.length > 0) kept = false;
    console.log(
      [
        `  ${sample.name.padEnd(44)}`,
        `${sample.median.toFixed(1).padStart(8)} ms`,
        `  (${sample.low.toFixed(0)} to ${sample.high.toFixed(0)})`.padEnd(16),
        `${sample.ratio.toFixed(2).padStart(6)}x`,
        `${sample.above >= 0 ? "+" : ""}${sample.above.toFixed(1)} ms`.padStart(11),
        broken.length > 0 ? `  ${broken.join(", ")}` : "",
      ].join(""),
    );
  }
  for (const { what, count, most } of result.counts ?? []) {
    if (count > most) kept = false;
    console.log(`  ${what}: ${count}${count > most ? ` (at most ${most} allowed)` : ""}`);
  }
  return kept;
}

function excess(sample: Sample, { ratio, aboveMs, totalMs }: Limit = {}): string[] {
  return [
    ...(ratio !== undefined && sample.ratio > ratio ? [`over ${ratio}x`] : []),
    ...(aboveMs !== undefined && sample.above > aboveMs ? [`over +${aboveMs} ms`] : []),
    ...(totalMs !== undefined && sample.median > totalMs ? [`over ${totalMs} ms`] : []),
  ];
}
