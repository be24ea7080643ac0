/**
 * Timing of commands against each other: in turns, so that what else the machine does hits all alike.
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
  readonly least: number;
  readonly most: number;
}

/** Runs each in turn, `rounds` times after `warmUp` times that do not count. */
export async function alternate(
  contestants: readonly Contestant[],
  { rounds = 15, warmUp = 2 }: { rounds?: number; warmUp?: number } = {},
): Promise<Sample[]> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const contestant of contestants) {
      const started = performance.now();
      const own = await contestant.run();
      const time = own ?? performance.now() - started;
      await contestant.reset?.();
      if (round >= 0) times.get(contestant.name)!.push(time);
    }
  }
  return contestants.map(({ name }) => {
    const sorted = times.get(name)!.sort((a, b) => a - b);
    return { name, median: sorted[sorted.length >> 1]!, least: sorted[0]!, most: sorted.at(-1)! };
  });
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
  // There may be none: counts can be all there is.
  const base = result.samples[0]!;
  for (const sample of result.samples) {
    const ratio = sample.median / base.median;
    const above = sample.median - base.median;
    const broken = Object.entries(result.limits[sample.name] ?? {}).filter(([kind, limit]) =>
      (kind === "ratio" ? ratio : kind === "aboveMs" ? above : sample.median) > limit
    ).map(([kind, limit]) => kind === "ratio" ? `over ${limit}x` : `over ${limit} ms`);
    if (broken.length > 0) kept = false;
    console.log(
      [
        `  ${sample.name.padEnd(44)}`,
        `${sample.median.toFixed(1).padStart(8)} ms`,
        `${ratio.toFixed(2).padStart(6)}x`,
        `${above >= 0 ? "+" : ""}${above.toFixed(1)} ms`.padStart(11),
        `  (${sample.least.toFixed(0)} to ${sample.most.toFixed(0)})`,
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
