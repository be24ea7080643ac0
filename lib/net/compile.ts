/**
 * From settings to the rules of one box. Pure: what has to be read for it is read by whoever calls.
 *
 * @module
 */

import type { NetworkSettings, Setting } from "../config/settings.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { NetworkRule } from "../spec/box_spec.ts";
import { fromTarget, type Source, sourceText } from "../spec/source.ts";
import { Policy } from "./policy.ts";
import { AGENT } from "./presets/agent.ts";
import { checkPreset, PACKAGES, PRESETS } from "./presets/all.ts";
import { type HostRule, parseRule, type Rule } from "./rule.ts";

/** What decides the rules of a box. */
export interface RulesInput {
  readonly settings: Pick<NetworkSettings, "presets"> & {
    readonly rules: Readonly<Record<string, Setting<"allow" | "refuse">>>;
  };
  /** The agents of the box, and what each must reach. */
  readonly agents: readonly { readonly name: string; readonly hosts: readonly string[] }[];
  /** What the user's own configuration of package managers names. */
  readonly registries: readonly { readonly rule: string; readonly from: Source }[];
}

/** The rules of a box: its agent's, those of presets, those that are set. Presets are spelled out. Throws `bad-rule`. */
export function compileRules({ settings, agents, registries }: RulesInput): readonly NetworkRule[] {
  const spelledOut = (name: string, effect: Rule["effect"], from: Source): NetworkRule[] => {
    const sign = effect === "refuse" ? "!" : "";
    const one = (text: string, by: Source) => ({ text: parseRule(sign + text).text, preset: name, from: by });
    if (name === AGENT) {
      return agents.flatMap(({ name, hosts }) => hosts.map((host) => one(host, fromTarget(name))));
    }
    const rules = PRESETS[name]!.rules.map((text) => one(text, from));
    // What the user named is opened with the preset, and not closed with it.
    if (name !== PACKAGES || effect === "refuse") return rules;
    const preset = new Policy(rules);
    return [
      ...rules,
      ...registries.map(({ rule, from }) => one(rule, from)).filter(({ text }) => !isOpened(preset, text)),
    ];
  };
  const { presets, rules } = settings;
  const named = new Set(Object.keys(rules));
  return [
    ...spelledOut(AGENT, "allow", presets.from),
    ...presets.value.flatMap((text) => {
      const name = presetIn(text, presets.from);
      // A rule about a preset says more than the list of presets.
      return named.has(`@${name}`) ? [] : spelledOut(name, "allow", presets.from);
    }),
    ...Object.entries(rules).flatMap(([text, { value, from }]) => {
      const rule = settingRule(text, value, from);
      if (rule.kind === "preset") {
        return rule.name === AGENT && value === "allow" ? [] : spelledOut(rule.name, value, from);
      }
      return [{ text: rule.text, from }];
    }),
  ];
}

/** Whether all that a rule allows is allowed already. */
function isOpened(policy: Policy, text: string): boolean {
  const { host, ports } = parseRule(text) as HostRule;
  return ports.every(({ from, to }) => from === to && policy.decide({ host, port: from }).allowed);
}

/** The rule of one entry of the settings. Throws `bad-rule`, with where it stands. */
function settingRule(text: string, effect: Rule["effect"], from: Source): Rule {
  return placed(sourceText(from), () => {
    if (!text.trimStart().startsWith("!")) return usableRule(effect === "refuse" ? `!${text}` : text);
    throw new KanibakoError("bad-rule", `Cannot use ${shellQuote(text)} as a network rule.`, {
      exitCode: 2,
      hint: `To refuse it: ${JSON.stringify(text.trim().slice(1))} = "refuse"`,
    });
  });
}

/** An error about a rule also says where the rule stands. */
function placed<T>(where: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof KanibakoError)) throw cause;
    const { code, message, exitCode, hints } = cause;
    throw new KanibakoError(code, `${message} It is set in ${where}.`, { exitCode, hint: hints, cause });
  }
}

/** A rule that this version can keep. Throws `bad-rule`. */
export function usableRule(text: string): Rule {
  const rule = parseRule(text);
  if (rule.kind === "preset") checkPreset(rule.name, shellQuote(text));
  return rule;
}

/** The name of a preset in a list of them; the @ may be left out. */
function presetIn(text: string, from: Source): string {
  const name = text.startsWith("@") ? text.slice(1) : text;
  placed(`${sourceText(from)}, network.presets`, () => checkPreset(name, shellQuote(text)));
  return name;
}
