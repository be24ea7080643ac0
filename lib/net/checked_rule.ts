/**
 * A rule as it is set by a person: all that can be known to be wrong with it is refused here, with the reason. What a launch reads was
 * set before, so the long list of public suffixes is not loaded then.
 *
 * @module
 */

import { getPublicSuffix, parse } from "tldts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { usableRule } from "./compile.ts";
import { HOST_NAME } from "./rule.ts";

/** The one form of a rule. Throws `bad-rule`. */
export function checkedRule(text: string): string {
  const rule = usableRule(text);
  if (rule.kind === "preset" || rule.effect === "refuse" || rule.host === HOST_NAME) return rule.text;
  const { host, below } = rule;
  const { isIcann, isPrivate } = parse(host, { allowPrivateDomains: true });
  const isSuffix = (isIcann || isPrivate) && getPublicSuffix(host, { allowPrivateDomains: true }) === host;
  // A service that gives names to everybody may have a page of its own; a top-level domain has none that a box needs.
  if (!isSuffix || (!below && isPrivate)) return rule.text;
  throw new KanibakoError(
    "bad-rule",
    `Cannot use ${shellQuote(text)} as a network rule: ${
      below ? "everybody can have a name below" : "nobody is reached at the public suffix"
    } ${host}${below ? ", so it is too wide" : ", so it can never match"}.`,
    {
      exitCode: 2,
      hint: below
        ? `Name the hosts, or somebody's own domain: *.NAME.${host}`
        : "If it is a host of your own network, use its full name.",
    },
  );
}
