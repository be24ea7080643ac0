/**
 * The helpers of one director, by number and name: who is whose. The director is 0.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Helper } from "./record.ts";

/** The number of the box at the top. */
export const DIRECTOR = 0;

/** Whether its box runs, or is about to. */
export function isActive({ status }: Pick<Helper, "status">): boolean {
  return status === "spawned" || status === "running";
}

/** The error for a helper that is not there. */
function noHelper(named: number | string): KanibakoError {
  return new KanibakoError("no-helper", `There is no helper ${JSON.stringify(named)}.`, {
    hint: "To see them: kanibako crab helper list",
  });
}

/** Helpers of one director. */
export class Tree {
  readonly #byNumber = new Map<number, Helper>();

  constructor(helpers: readonly Helper[] = []) {
    for (const helper of helpers) this.#byNumber.set(helper.number, helper);
  }

  get size(): number {
    return this.#byNumber.size;
  }

  /** All of them, by number. */
  all(): Helper[] {
    return [...this.#byNumber.values()].sort((a, b) => a.number - b.number);
  }

  get(number: number): Helper | undefined {
    return this.#byNumber.get(number);
  }

  set(helper: Helper): void {
    this.#byNumber.set(helper.number, helper);
  }

  delete(number: number): void {
    this.#byNumber.delete(number);
  }

  /** One by its number or its name; digits are a number. Throws `no-helper`. */
  find(named: number | string): Helper {
    const number = typeof named === "string" && /^\d{1,9}$/.test(named) ? Number(named) : named;
    const found = typeof number === "number"
      ? this.get(number)
      : this.all().find(({ name }) => name === number);
    if (!found) throw noHelper(named);
    return found;
  }

  /** Those that one has started, by number. */
  childrenOf(number: number): Helper[] {
    return this.all().filter(({ parent }) => parent === number);
  }

  /** All below one, parents first. */
  below(number: number): Helper[] {
    return this.childrenOf(number).flatMap((child) => [child, ...this.below(child.number)]);
  }

  /** Whether one is somewhere below another. */
  isBelow(number: number, above: number): boolean {
    for (let at = this.get(number); at; at = this.get(at.parent)) if (at.parent === above) return true;
    return false;
  }

  /** The others that its parent has started. */
  siblingsOf({ number, parent }: Pick<Helper, "number" | "parent">): Helper[] {
    return this.childrenOf(parent).filter((one) => one.number !== number);
  }

  /** The lowest number that nobody has. */
  nextNumber(): number {
    let number = 1;
    while (this.#byNumber.has(number)) number++;
    return number;
  }
}
