/**
 * So much of something a second: whoever wants more waits, the first who came first. Nothing ticks: while somebody waits there is
 * one timer, for the one who is next.
 *
 * @module
 */

import { after } from "../host/timer.ts";

/** How much at once, and by which clock, in milliseconds. */
export interface BucketOptions {
  readonly burst?: number;
  readonly now?: () => number;
}

/** A measure that fills up as time passes. */
export class Bucket implements Disposable {
  readonly #now: () => number;
  readonly #burst: number | undefined;
  readonly #waiting: { readonly amount: number; readonly go: () => void }[] = [];
  #perSecond: number;
  #level: number;
  #at: number;
  #cancel: (() => void) | undefined;

  /** `perSecond`: how much; 0: no limit. `burst`: how much may be taken at once, that of a second where absent. */
  constructor(perSecond: number, { burst, now = () => performance.now() }: BucketOptions = {}) {
    this.#now = now;
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#level = this.#most;
    this.#at = now();
  }

  get #most(): number {
    return this.#burst ?? this.#perSecond;
  }

  /** Another measure from now on. */
  set perSecond(value: number) {
    if (value === this.#perSecond) return;
    this.#fill();
    this.#perSecond = value;
    this.#level = Math.min(this.#level, this.#most);
    this.#release();
  }

  /** Takes an amount. `undefined`: it was there; else it is when the promise resolves. Never rejects. */
  take(amount: number): Promise<void> | undefined {
    if (this.#perSecond === 0) return undefined;
    this.#fill();
    // What is larger than all there is leaves a debt, for those who come next to wait for.
    if (this.#level > 0 && this.#waiting.length === 0) {
      this.#level -= amount;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push({ amount, go: resolve });
      this.#release();
    });
  }

  /** Takes an amount only if it is there. */
  tryTake(amount: number): boolean {
    this.#fill();
    if (this.#perSecond === 0) return true;
    if (this.#level < amount || this.#waiting.length > 0) return false;
    this.#level -= amount;
    return true;
  }

  /** Lets all go who wait: what they wanted it for has ended. */
  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const { go } of this.#waiting.splice(0)) go();
  }

  #fill(): void {
    const now = this.#now();
    this.#level = Math.min(this.#most, this.#level + (now - this.#at) / 1000 * this.#perSecond);
    this.#at = now;
  }

  #release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#fill();
    while (this.#waiting.length > 0 && (this.#level > 0 || this.#perSecond === 0)) {
      const { amount, go } = this.#waiting.shift()!;
      this.#level -= amount;
      go();
    }
    if (this.#waiting.length === 0) return;
    const waitMs = Math.max(1, Math.ceil(-this.#level / this.#perSecond * 1000));
    this.#cancel = after(waitMs, () => this.#release());
  }
}
