/**
 * When a box is stopped: it is warned of before, and never stopped without that, not even where this machine slept through it all.
 *
 * @module
 */

/** Why a box is to be stopped. */
export type Why = "idle" | "duration";

/** How long a box may be idle and run, in milliseconds; absent: for ever. */
export interface TimeLimits {
  readonly idleMs?: number;
  readonly durationMs?: number;
}

/** What is to be done now. */
export type Verdict =
  /** Nothing; what was warned of is off. */
  | { readonly kind: "fine" }
  /** It is stopped in so many milliseconds. */
  | { readonly kind: "warn"; readonly why: Why; readonly inMs: number }
  | { readonly kind: "stop"; readonly why: Why };

const LONGEST_WARNING_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 500;

/** Follows one run. Times are in milliseconds since 1970. */
export class Deadline {
  readonly #limits: TimeLimits;
  readonly #startedAt: number;
  /** Since when it has been warned of each. */
  readonly #warnedAt = new Map<Why, number>();

  constructor(limits: TimeLimits, startedAt: number) {
    this.#limits = limits;
    this.#startedAt = startedAt;
  }

  /** What is to be done at a moment, when the box was last seen at work at another one. */
  at(now: number, activeAt: number): Verdict {
    const { idleMs, durationMs } = this.#limits;
    const found = [
      ...(durationMs === undefined ? [] : [this.#verdict("duration", durationMs, this.#startedAt, now)]),
      ...(idleMs === undefined ? [] : [this.#verdict("idle", idleMs, activeAt, now)]),
    ];
    const order = { stop: 0, warn: 1, fine: 2 };
    const left = (one: Verdict) => one.kind === "warn" ? one.inMs : 0;
    return found.sort((a, b) => order[a.kind] - order[b.kind] || left(a) - left(b))[0] ?? { kind: "fine" };
  }

  /** How long to wait until the next look. */
  get waitMs(): number {
    const least = Math.min(...[this.#limits.idleMs, this.#limits.durationMs].flatMap((ms) => ms ?? []));
    return Math.max(SHORTEST_WAIT_MS, Math.min(LONGEST_WAIT_MS, least / 12));
  }

  #verdict(why: Why, limitMs: number, since: number, now: number): Verdict {
    const warningMs = Math.min(LONGEST_WARNING_MS, limitMs / 3);
    if (now < since + limitMs - warningMs) {
      this.#warnedAt.delete(why);
      return { kind: "fine" };
    }
    const warnedAt = this.#warnedAt.get(why) ?? now;
    this.#warnedAt.set(why, warnedAt);
    const inMs = Math.max(since + limitMs, warnedAt + warningMs) - now;
    return inMs <= 0 ? { kind: "stop", why } : { kind: "warn", why, inMs };
  }
}
