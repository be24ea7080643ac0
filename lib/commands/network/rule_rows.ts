/**
 * Rules of a network as lines of a table: those of one preset together, with what it opens.
 *
 * @module
 */

import { dim, type Part } from "../../host/ui/terminal.ts";
import type { NetworkRule } from "../../spec/box_spec.ts";
import { sourceText } from "../../spec/source.ts";

/** How many rules of a preset are named before the rest is counted. */
const NAMED = 3;

/** Lines: the rule, what it does, its source. `all`: presets rule by rule. */
export function ruleRows(rules: readonly NetworkRule[], all: boolean = false): [Part, Part, Part][] {
  const groups = new Map<string, NetworkRule[]>();
  for (const [index, rule] of rules.entries()) {
    const { preset, from, text } = rule;
    const key = preset === undefined || all
      ? String(index)
      : JSON.stringify([preset, sourceText(from), text[0] === "!"]);
    groups.set(key, [...groups.get(key) ?? [], rule]);
  }
  return [...groups.values()].map((group): [Part, Part, Part] => {
    const { text, preset, from } = group[0]!;
    const source = dim(all && preset !== undefined ? `@${preset}, ${sourceText(from)}` : sourceText(from));
    const refuses = text.startsWith("!");
    const bare = (rule: NetworkRule) => refuses ? rule.text.slice(1) : rule.text;
    const effect = refuses ? "refuse" : "allow";
    if (preset === undefined || all) return [bare(group[0]!), effect, source];
    const named = group.slice(0, NAMED).map(bare).join(" ");
    const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : "";
    return [`@${preset} (${named}${more})`, effect, source];
  });
}
