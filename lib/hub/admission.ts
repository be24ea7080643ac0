/**
 * What is looked at before a helper is made, beside what it may have: its name, its number, its texts.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Asked } from "./grant.ts";
import { MAX_TEXT } from "./limits.ts";
import type { Tree } from "./tree.ts";

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
/** As many digits as every command reads. */
const MOST_NUMBER = 999_999_999;
const NO_NAMES = ["parent", "director", "all"];

/**
 * Throws `bad-name`, `name-taken`, `too-long` for what no helper can have, and `too-much` for one that would stay longer than its parent.
 */
export function checkAsked(tree: Tree, { name, task, schema, keep }: Asked, mayKeep: boolean): void {
  if (name !== undefined && (!NAME.test(name) || NO_NAMES.includes(name))) {
    throw new KanibakoError("bad-name", `${JSON.stringify(name)} cannot be the name of a helper.`, {
      hint: "Use small letters, digits and -, with a letter at the start, and not parent, director or all.",
    });
  }
  if (name !== undefined && tree.all().some((one) => one.name === name)) {
    throw new KanibakoError("name-taken", `There is a helper ${name} already.`, {
      hint: "Use another name.",
    });
  }
  if (Math.max(task?.length ?? 0, schema?.length ?? 0) > MAX_TEXT) {
    throw new KanibakoError("too-long", `The task or its schema is longer than ${MAX_TEXT} characters.`, {
      hint: "Write it into a file of the workspace, and name that.",
    });
  }
  if (keep && !mayKeep) {
    throw new KanibakoError(
      "too-much",
      "A helper cannot stay longer than its parent, which does not stay.",
    );
  }
}

/** The number of a new helper. Throws `number-taken` and `bad-number`. */
export function numberFor(tree: Tree, asked = 0): number {
  if (asked === 0) return tree.nextNumber();
  if (asked > MOST_NUMBER) {
    throw new KanibakoError("bad-number", `No helper can have the number ${asked}.`, {
      hint: "Leave the number out: it gets the next one that is free.",
    });
  }
  if (!tree.get(asked)) return asked;
  throw new KanibakoError("number-taken", `There is a helper ${asked} already.`, {
    hint: "Leave the number out: it gets the next one that is free.",
  });
}
