/**
 * Says what came of a change of rules.
 *
 * @module
 */

import type { RulesChanged } from "../../app/network/change.ts";
import { type NetworkScope, viewNetwork } from "../../app/network/scope.ts";
import { json, note, out } from "../../host/ui/terminal.ts";
import { enumerated } from "../../host/ui/text.ts";
import { sourceText } from "../../spec/source.ts";

/** Prints it. `done`: what happened to each rule, such as "Allowed". */
export async function showChanged(
  scope: NetworkScope,
  { rules, running, refused, replaced, untrusting }: RulesChanged,
  done: string,
  asJson: boolean,
): Promise<void> {
  if (asJson) {
    return json({
      rules: rules.map(({ rule, was }) => ({ rule, was: was ?? null })),
      refused: refused.map(({ rule, by, from }) => ({ rule, by, from: sourceText(from) })),
      replaced,
      running,
      untrusting,
    });
  }
  const words = { allow: "allowed", refuse: "refused" } as const;
  for (const { rule, was } of rules) {
    const before = done !== "Removed" && was !== undefined && words[was] !== done.toLowerCase()
      ? ` (was ${words[was]})`
      : "";
    out(`${done} ${rule} for ${scope.title}${before}.`);
  }
  for (const { rule, by, from } of refused) {
    note(`${rule} is still refused, by ${by} (${sourceText(from)}): a refusal wins over every other rule.`);
  }
  for (const { host, preset } of replaced) {
    note(
      `Other requests to ${host} are refused: rules for some requests replace what @${preset} allows there.`,
    );
  }
  if (running.length > 0) {
    const them = enumerated(running);
    note(`In effect at once for the running ${running.length === 1 ? `box ${them}` : `boxes ${them}`}.`);
  } else await noteUnfiltered(scope);
  for (const name of untrusting) {
    note(
      `The programs in ${name} do not trust the certificates yet that rules on methods and paths take. To start it again: kanibako stop ${name}, kanibako start ${name}`,
    );
  }
}

/** Rules do nothing where the network is not filtered: whoever sets one should hear of it. */
async function noteUnfiltered(scope: NetworkScope): Promise<void> {
  const { inEffect: { network, from } } = await viewNetwork(scope);
  if (network === "filtered") return;
  note(`The network of ${scope.title} is ${network} (${sourceText(from)}), so rules have no effect yet.`);
  const words = ["kanibako", scope.level, "config", scope.name, "network=filtered"];
  note(`To filter it: ${words.filter(Boolean).join(" ")}`);
}
