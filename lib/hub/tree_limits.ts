/**
 * Whether there is room for one more helper: its parent's budget, and what all of a tree share.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { formatBytes } from "../host/size.ts";
import { Bucket } from "../net/bucket.ts";
import { hasRoom, UNLIMITED } from "./budget.ts";
import type { Limits } from "./limits.ts";
import type { Grant, Helper } from "./record.ts";
import { isActive, type Tree } from "./tree.ts";

/** Parts of what a tree may use, for boxes that ask for none of it. */
const USUAL_PARTS = 4;

/** Keeps the limits of one tree. */
export class TreeLimits {
  readonly #tree: Tree;
  readonly #limits: Limits;
  readonly #rate: Bucket;

  constructor(tree: Tree, limits: Limits, now?: () => number) {
    this.#tree = tree;
    this.#limits = limits;
    const { spawnsAMinute } = limits;
    const rate = spawnsAMinute === UNLIMITED ? 0 : Math.max(spawnsAMinute, 1) / 60;
    this.#rate = new Bucket(rate, { burst: Math.max(spawnsAMinute, 1), ...now ? { now } : {} });
  }

  /** Whether one box may have another helper. `counted`: how many of those that it wants are there already. Throws `too-many`. */
  checkCount(parent: number, { budget: { breadth } }: Grant, counted = 0): void {
    const own = this.#tree.childrenOf(parent).length - counted;
    if (!hasRoom(own, breadth)) {
      throw tooMany(`${own}/${breadth} helpers`, "Remove one that has ended: kanibako crab helper cleanup N");
    }
    const { total } = this.#limits;
    const all = this.#tree.size - counted;
    if (!hasRoom(all, total)) {
      throw tooMany(`${all}/${total} helpers of this box and of theirs`, CLEAN_UP);
    }
  }

  /** Counts a start. Throws `too-fast`. */
  countStart(): void {
    const { spawnsAMinute } = this.#limits;
    if (spawnsAMinute !== 0 && this.#rate.tryTake(1)) return;
    throw new KanibakoError(
      "too-fast",
      `Cannot spawn: at most ${spawnsAMinute} helpers are started in a minute.`,
      { hint: "Wait a moment. spawn.rate says how many." },
    );
  }

  /** A grant with limits of its own where all of the tree have some together. Throws `too-many` where too little is left. */
  share(grant: Grant): Grant {
    return { ...grant, ...this.#part("memoryBytes", grant), ...this.#part("cpus", grant) };
  }

  #part(name: "memoryBytes" | "cpus", grant: Grant): Partial<Grant> {
    const most = this.#limits[name];
    if (most === UNLIMITED) return {};
    const wanted = grant[name] ?? most / USUAL_PARTS;
    const used = this.#tree.all().filter(isActive).reduce((sum, one) => sum + (one.grant[name] ?? 0), 0);
    if (used + wanted <= most) return { [name]: name === "cpus" ? wanted : Math.floor(wanted) };
    const text = (value: number) => name === "cpus" ? String(Number(value.toFixed(2))) : formatBytes(value);
    const what = name === "cpus" ? "processors" : "of memory";
    throw tooMany(
      `${text(wanted)} ${what} asked for, and ${text(Math.max(0, most - used))} left of ${text(most)}`,
      "Stop one, or ask for less.",
    );
  }
}

const CLEAN_UP = "Remove some that have ended: kanibako crab helper cleanup N";

function tooMany(what: string, hint: string): KanibakoError {
  return new KanibakoError("too-many", `Cannot spawn: ${what}.`, { hint });
}

/** What is left to one box of the time that it may run, in milliseconds; `undefined`: there is no such limit. */
export function timeLeft({ grant: { timeMs }, startedAt }: Helper, now: number): number | undefined {
  return timeMs === undefined ? undefined : Math.max(0, (startedAt ?? now) + timeMs - now);
}
