/**
 * Who may do what to whom. The director, and with it the user on the host, may act on all helpers and write to all; a helper acts on those
 * below it, and writes to its parent, its siblings and those below it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Helper } from "./record.ts";
import { DIRECTOR, type Tree } from "./tree.ts";

/** The helper that somebody names, to act on it. Throws `no-helper`, and `not-yours`. */
export function actedOn(tree: Tree, asker: number, named: number | string): Helper {
  const helper = tree.find(named);
  if (asker === DIRECTOR || tree.isBelow(helper.number, asker)) return helper;
  throw new KanibakoError("not-yours", `Helper ${helper.number} is not below you: you are helper ${asker}.`, {
    hint: "A helper acts on those that it has started, and on theirs.",
  });
}

/** The number of whom somebody names, to write to them. Throws `no-helper`, and `not-yours`. */
export function writtenTo(tree: Tree, asker: number, named: number | string): number {
  const to = addressed(tree, asker, named);
  if (to !== asker && reachable(tree, asker).includes(to)) return to;
  if (to === asker) throw new KanibakoError("not-yours", "A message to oneself goes nowhere.");
  throw new KanibakoError("not-yours", `You cannot write to ${to}: you are helper ${asker}.`, {
    hint: "A helper writes to its parent, its siblings, and those that it has started.",
  });
}

/** The number that is meant. Throws `no-helper`. */
export function addressed(tree: Tree, asker: number, named: number | string): number {
  if (named === DIRECTOR || named === String(DIRECTOR) || named === "director") return DIRECTOR;
  if (named === "parent" && asker !== DIRECTOR) return tree.find(asker).parent;
  return tree.find(named).number;
}

/** All to whom somebody may write. */
export function reachable(tree: Tree, asker: number): number[] {
  if (asker === DIRECTOR) return tree.all().map(({ number }) => number);
  const own = tree.get(asker);
  if (!own) return [];
  const helpers = [...tree.siblingsOf(own), ...tree.below(asker)];
  return [own.parent, ...helpers.map(({ number }) => number)];
}
