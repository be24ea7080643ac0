/**
 * Who says what an agent brings.
 *
 * @module
 */

import { fromTarget, type Source } from "../spec/source.ts";
import type { Target } from "../../targets/target.ts";

/** The agent as a source; of one that did not come with this program also who declares it. */
export function targetSource({ name, origin }: Pick<Target, "name" | "origin">): Source {
  return fromTarget(
    origin ? `${name}, declared by ${origin.tier === "user" ? "you" : "this project"}` : name,
  );
}
