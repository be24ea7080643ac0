/**
 * Rules between plan, files and door.
 *
 * @module
 */

import type { NetworkRule } from "../spec/box_spec.ts";
import { fromPart, sourceText } from "../spec/source.ts";
import type { NetworkFile } from "./network_file.ts";

/** Rules as they are written down for the door. */
export function writtenRules(rules: readonly NetworkRule[]): NetworkFile["rules"] {
  return rules.map(({ text, preset, from }) => ({
    text,
    from: sourceText(from),
    ...(preset === undefined ? {} : { preset }),
  }));
}

/** What was written down, as rules again. */
export function rulesIn(written: NetworkFile["rules"]): readonly NetworkRule[] {
  return written.map(({ text, from, preset }) => ({
    text,
    from: fromPart(from),
    ...(preset === undefined ? {} : { preset }),
  }));
}
