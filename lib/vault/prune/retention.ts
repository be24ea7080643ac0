/**
 * Which snapshots are kept: the newest, and beyond them the last of each day and week.
 *
 * @module
 */

/** How many are kept. */
export interface Keep {
  /** The newest. */
  readonly newest: number;
  /** Hours of which the last is kept. */
  readonly hourly: number;
  /** Days (UTC) of which the last is kept. */
  readonly daily: number;
  /** Weeks of which the last is kept. */
  readonly weekly: number;
}

/** A snapshot as far as this matters. */
export interface Aged {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  /** Whether it holds some paths only: it stands for no day. */
  readonly isPartial?: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** Weeks begin on a Monday; 1 January 1970 was a Thursday. */
const TO_MONDAY_MS = 3 * DAY_MS;

/**
 * Names of those that go. Those of some paths only are a class of their own, of which the newest are kept. A time to come is a
 * clock's mistake, now or then: it says nothing of which is the newest, and what bears it stays.
 */
export function thinned(all: readonly Aged[], keep: Keep, nowMs: number = Date.now()): string[] {
  const past = all.filter(({ takenAt }) => takenAt <= nowMs);
  const only = { newest: keep.newest, hourly: 0, daily: 0, weekly: 0 };
  return [
    ...thin(past.filter(({ isPartial }) => !isPartial), keep),
    ...thin(past.filter(({ isPartial }) => isPartial), only),
  ];
}

/**
 * Names of those that go. A class counts only the hours, days and weeks in which there is a snapshot: a pause
 * uses up nothing, and many in one hour use up one.
 */
export function thin(all: readonly Aged[], keep: Keep): string[] {
  const newest = [...all].sort((a, b) => b.takenAt - a.takenAt || (a.name < b.name ? 1 : -1));
  const kept = new Set(newest.slice(0, keep.newest).map(({ name }) => name));
  const classes = [
    [keep.hourly, (ms: number) => Math.floor(ms / HOUR_MS)],
    [keep.daily, (ms: number) => Math.floor(ms / DAY_MS)],
    [keep.weekly, (ms: number) => Math.floor((ms + TO_MONDAY_MS) / WEEK_MS)],
  ] as const;
  for (const [count, classOf] of classes) {
    const seen = new Set<number>();
    for (const { name, takenAt } of newest) {
      if (seen.has(classOf(takenAt))) continue;
      if (seen.size === count) break;
      seen.add(classOf(takenAt));
      kept.add(name);
    }
  }
  return newest.filter(({ name }) => !kept.has(name)).map(({ name }) => name).reverse();
}
