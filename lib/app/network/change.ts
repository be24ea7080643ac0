/**
 * Sets and takes back rules.
 *
 * @module
 */

import { resetSettings, setSetting } from "../../config/change.ts";
import { readPlace } from "../../config/read.ts";
import type { ConfigPlace } from "../../config/place.ts";
import { type EntryName, type SettingName, settingNamed } from "../../config/setting_name.ts";
import { KanibakoError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { checkedRule } from "../../net/checked_rule.ts";
import { usableRule } from "../../net/compile.ts";
import { Policy } from "../../net/policy.ts";
import { readsRequests } from "../../net/rule.ts";
import type { Source } from "../../spec/source.ts";
import type { HostName } from "../../wire/host_name.ts";
import { refreshNetworks } from "./refresh.ts";
import { type NetworkScope, viewNetwork } from "./scope.ts";

/** What a rule does. */
export type Effect = "allow" | "refuse";

/** What came of a change. */
export interface RulesChanged {
  /** The rules in their one form, with what each was before at this level. */
  readonly rules: readonly { readonly rule: string; readonly was: Effect | undefined }[];
  /** Of what was allowed, what is refused all the same, and where. */
  readonly refused: readonly { readonly rule: string; readonly by: string; readonly from: Source }[];
  /** Presets that allowed a host, of which only some requests are allowed now. */
  readonly replaced: readonly { readonly host: string; readonly preset: string }[];
  /** Names of running boxes that have it already. */
  readonly running: readonly string[];
  /** Those of them that do not trust the certificates which rules on methods and paths take. */
  readonly untrusting: readonly string[];
}

const PREFIX = "network.rule.";
const NO_FACTS = { settings: [], resources: [] };

/** Sets rules, all or none. Throws `bad-rule`. */
export async function setRules(
  scope: NetworkScope,
  words: readonly string[],
  effect: Effect,
): Promise<RulesChanged> {
  const { place, missing } = scope.config;
  if (missing) throw missing;
  const rules = [...new Set(words.map((word) => ruleToSet(word, effect)))];
  const there = await rulesAt(place);
  const changed = rules.map((rule) => ({ rule, was: there.get(rule)?.effect }));
  for (const rule of rules) {
    const name = there.get(rule)?.name ?? `${PREFIX}${rule}`;
    await setSetting(place, settingNamed(name, place.level), effect, NO_FACTS);
  }
  const { changed: running, untrusting } = await refreshNetworks(scope.host);
  const policy = effect === "allow" ? new Policy((await viewNetwork(scope)).rules) : undefined;
  return {
    rules: changed,
    refused: policy ? refusedStill(policy, rules) : [],
    replaced: policy ? replacedBy(policy, rules) : [],
    running,
    untrusting,
  };
}

/** What is allowed in vain, as something refuses all of it. */
function refusedStill(policy: Policy, rules: readonly string[]): RulesChanged["refused"] {
  return rules.flatMap((text) => {
    const place = placeOf(text);
    const { allowed, by } = place ? policy.decide(place) : { allowed: true, by: undefined };
    return allowed || !by ? [] : [{ rule: text, by: by.rule.text, from: by.from }];
  });
}

/** Of which hosts less is allowed than before. */
function replacedBy(policy: Policy, rules: readonly string[]): RulesChanged["replaced"] {
  const found = new Map<string, RulesChanged["replaced"][number]>();
  for (const text of rules) {
    const place = readsRequests(text) ? placeOf(text) : undefined;
    for (const preset of place ? policy.replacedPresets(place) : []) {
      found.set(`${place!.shown} ${preset}`, { host: place!.shown, preset });
    }
  }
  return [...found.values()];
}

/** A host and a port that a rule is about; `undefined` for a preset. */
function placeOf(text: string): { host: HostName; port: number; shown: string } | undefined {
  const rule = usableRule(text);
  if (rule.kind === "preset") return undefined;
  const host = rule.below ? `name.${rule.host}` as HostName : rule.host;
  return { host, port: rule.ports[0]!.from, shown: rule.below ? `*.${rule.host}` : rule.host };
}

/** Takes rules out of a level. Throws `no-rule` for one that is not set there, and changes nothing then. */
export async function resetRules(
  scope: NetworkScope,
  words: readonly string[] | "all",
): Promise<RulesChanged> {
  const { place, missing } = scope.config;
  if (missing) throw missing;
  const there = await rulesAt(place);
  const rules = words === "all"
    ? [...there.keys()]
    : [...new Set(words.map((word) => ruleThere(scope, there, word)))];
  const settings = rules.map((rule) => settingNamed(there.get(rule)!.name, place.level));
  if (settings.length > 0) await resetSettings(place, settings);
  const { changed: running, untrusting } = await refreshNetworks(scope.host);
  return {
    rules: rules.map((rule) => ({ rule, was: there.get(rule)!.effect })),
    refused: [],
    replaced: [],
    running,
    untrusting,
  };
}

/** The key of a rule as it is set. */
function ruleToSet(word: string, effect: Effect): string {
  if (word.trimStart().startsWith("!")) {
    throw new KanibakoError("bad-rule", `Cannot use ${shellQuote(word)} here: a ! refuses.`, {
      exitCode: 2,
      hint: `To refuse it: kanibako box network deny ${shellQuote(word.replace("!", "").trim())}`,
    });
  }
  const form = checkedRule(effect === "refuse" ? `!${word}` : word);
  return form.startsWith("!") ? form.slice(1) : form;
}

/** The setting of a rule under the name that it has in the file, or that its one form gives it. `value`: what it is to be set to. */
export async function ruleSetting(
  place: ConfigPlace,
  setting: EntryName,
  value?: string,
): Promise<SettingName> {
  const there = await rulesAt(place);
  const form = value === "allow" || value === "refuse"
    ? ruleToSet(setting.part, value)
    : formOf(setting.part);
  return settingNamed(there.get(form)?.name ?? `${PREFIX}${form}`, place.level);
}

interface RuleThere {
  /** The name of its setting. */
  readonly name: string;
  readonly effect: Effect;
}

/** The rules that a level sets, by their one form: a file may spell them otherwise. */
async function rulesAt(place: ConfigPlace): Promise<ReadonlyMap<string, RuleThere>> {
  const found = new Map<string, RuleThere>();
  for (const [name, value] of await readPlace(place)) {
    if (!name.startsWith(PREFIX)) continue;
    found.set(formOf(name.slice(PREFIX.length)), { name, effect: value === "refuse" ? "refuse" : "allow" });
  }
  return found;
}

function formOf(text: string): string {
  try {
    return usableRule(text).text;
  } catch {
    return text; // it can be taken out all the same
  }
}

function ruleThere(scope: NetworkScope, there: ReadonlyMap<string, RuleThere>, word: string): string {
  const form = formOf(word.trim().replace(/^!\s*/, ""));
  if (there.has(form)) return form;
  const meant = nearest(form, there.keys());
  throw new KanibakoError("no-rule", `There is no rule ${shellQuote(form)} at ${scope.title}.`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean ${shellQuote(meant)}?`]),
      `To see every rule and where it is set: ${
        ["kanibako", scope.level, "network show", scope.name].filter(Boolean).join(" ")
      }`,
      ...(form.startsWith("@")
        ? ["Presets that apply without a rule are in the setting network.presets."]
        : []),
    ],
  });
}
