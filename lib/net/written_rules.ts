/**
 * Rules between plan, files and door.
 *
 * @module
 */

import type { NetworkRule } from "../spec/box_spec.ts";
import { fromPart, sourceText } from "../spec/source.ts";
import type { NetworkFile } from "./network_file.ts";
import type { SourcedRule } from "./policy.ts";
import { parseRule } from "./rule.ts";

/** Rules as they are written down for the door. */
export function writtenRules(rules: readonly NetworkRule[]): NetworkFile["rules"] {
  return rules.map(({ text, preset, from }) => ({
    text,
    from: sourceText(from),
    ...(preset === undefined ? {} : { preset }),
  }));
}

/** What was written down, for a policy. Throws `bad-rule` for what is none. */
export function rulesIn(written: NetworkFile["rules"]): readonly SourcedRule[] {
  return written.map(({ text, from, preset }) => {
    const rule = parseRule(text);
    if (rule.kind !== "host") throw new Error(`${text} is not spelled out`);
    return { rule, from: fromPart(from), ...(preset === undefined ? {} : { preset }) };
  });
}
