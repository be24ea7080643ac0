/**
 * Whether what is asked for lies within what somebody has: rules of a filtered network, and where a secret may go. A rule that only
 * several others together cover counts as more than they allow: nothing is lost but convenience.
 *
 * @module
 */

import { usableRule } from "../net/compile.ts";
import { AGENT } from "../net/presets/agent.ts";
import { PRESETS } from "../net/presets/all.ts";
import { type HostRule, parseRule, type Rule } from "../net/rule.ts";
import { parseBinding, type SecretPlace } from "../secret/binding.ts";
import { isBelow } from "../wire/host_name.ts";

/** The rules that stand for what is asked: the parent's refusals stay. `over`: those that allow more than the parent's. Throws `bad-rule`. */
export function rulesWithin(
  parent: readonly string[],
  asked: readonly string[],
): { readonly rules: readonly string[]; readonly over: readonly string[] } {
  const had = parent.map(parseRule);
  const own = new Set(had.map(({ text }) => text));
  const wanted = [...new Set(asked.flatMap(spelledOut))].map(parseRule);
  const over = wanted.filter((rule) =>
    rule.effect === "allow" && !own.has(rule.text) && !had.some((one) => covers(one, rule))
  );
  const refusals = had.filter(({ effect }) => effect === "refuse");
  const rules = new Set([...wanted, ...refusals].map(({ text }) => text));
  return { rules: [...rules], over: over.map(({ text }) => text) };
}

/** What a rule comes to, with what a preset stands for in its place. What an agent needs is known where its box is made. */
function spelledOut(text: string): readonly string[] {
  const rule = usableRule(text);
  if (rule.kind === "host") return [rule.text];
  const sign = rule.effect === "refuse" ? "!" : "";
  return rule.name === AGENT ? [] : PRESETS[rule.name]!.rules.map((one) => sign + one);
}

function covers(wide: Rule, narrow: Rule): boolean {
  if (wide.effect !== "allow") return false;
  if (wide.kind === "preset" || narrow.kind === "preset") return wide.text === narrow.text;
  return coversHost(wide, narrow) && coversPorts(wide, narrow) && coversRequests(wide, narrow);
}

function coversHost(wide: HostRule, narrow: HostRule): boolean {
  if (!wide.below) return !narrow.below && wide.host === narrow.host;
  return isBelow(narrow.host, wide.host) || narrow.below && narrow.host === wide.host;
}

function coversPorts(wide: HostRule, narrow: HostRule): boolean {
  return narrow.ports.every(({ from, to }) => wide.ports.some((one) => one.from <= from && to <= one.to));
}

function coversRequests(wide: HostRule, narrow: HostRule): boolean {
  if (wide.methods && !narrow.methods?.every((method) => wide.methods!.includes(method))) return false;
  if (!wide.path) return true;
  if (!narrow.path) return false;
  if (wide.path.whole) return narrow.path.whole && narrow.path.text === wide.path.text;
  return narrow.path.text.startsWith(wide.path.text);
}

/** Whether a secret may go to no more places than before. Throws `bad-secret`. */
export function bindingWithin(name: string, parent: string, asked: string): boolean {
  const had = parseBinding(name, parent);
  return parseBinding(name, asked).every((place) => had.some((one) => coversPlace(one, place)));
}

function coversPlace(wide: SecretPlace, narrow: SecretPlace): boolean {
  return wide.host === narrow.host && wide.port === narrow.port &&
    narrow.fields.every((field) => wide.fields.includes(field)) &&
    (wide.query || !narrow.query) && (wide.body || !narrow.body);
}
