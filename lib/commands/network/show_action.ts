import { boxesOf } from "../../app/network/boxes.ts";
import { viewNetwork } from "../../app/network/scope.ts";
import { dim, json, note, out, table } from "../../host/ui/terminal.ts";
import { AGENT } from "../../net/presets/agent.ts";
import { PRESETS } from "../../net/presets/all.ts";
import { readNetworkLog, refusedNames } from "../../net/read_log.ts";
import { sourceText } from "../../spec/source.ts";
import { targets } from "../../../targets/discover.ts";
import { age } from "../box/report/age.ts";
import type { Action } from "../command.ts";
import type { NetworkLevel, ShowFlags } from "./network.ts";
import { ruleRows } from "./rule_rows.ts";
import { commandFor, networkOf } from "./whose.ts";

/** What was refused longer ago is in the log. */
const LATELY_MS = 24 * 3600 * 1000;
const MOST_REFUSED = 10;

/** Shows the rules with their sources, or the presets there are. */
export default (level: NetworkLevel): Action<ShowFlags, [who?: string]> =>
  async function show(flags, word) {
    if (flags.presets) return showPresets(flags.json);
    const scope = await networkOf(this, level, flags, word);
    const { settings: { network }, rules, run } = await viewNetwork(scope);
    const running = run?.has?.["box.network"];
    const boxes = await boxesOf(scope.host, scope);
    const logs = await Promise.all(boxes.map(({ state }) => readNetworkLog(state)));
    const refused = refusedNames(
      logs.flat().sort((a, b) => a.at - b.at),
      Date.now() - LATELY_MS,
      MOST_REFUSED,
    );
    if (flags.json) {
      return json({
        network: network.value,
        from: sourceText(network.from),
        running: running ?? null,
        rules: rules.map(({ text, preset, from }) => ({
          rule: text.replace(/^!/, ""),
          effect: text.startsWith("!") ? "refuse" : "allow",
          preset: preset ?? null,
          from: sourceText(from),
        })),
        refused,
      });
    }
    out(`Network of ${scope.title}: ${network.value} (${sourceText(network.from)})`);
    if (running !== undefined && running !== network.value) {
      note(`The running box has the network ${running}.`);
    }
    if (network.value !== "filtered" && running !== "filtered") {
      note("The rules are in effect when it is filtered.");
    }
    out();
    table(["RULE", "EFFECT", "SOURCE"], ruleRows(rules, flags.all));
    if (refused.length === 0) return;
    out();
    table(
      ["REFUSED LATELY", "TIMES", "LAST", "BY"],
      refused.map(({ host, ports, count, lastMs, rule }) => [
        ports.length === 0 ? host : `${host}:${ports.join(",")}`,
        String(count),
        age(lastMs, Date.now()),
        dim(rule ?? "no rule is about it"),
      ]),
    );
    note(`To allow one: ${commandFor(scope, "allow")} HOST`);
  };

function showPresets(asJson: boolean): void {
  const agents = targets().filter(({ hosts }) => hosts.length > 0);
  if (asJson) {
    return json({
      [AGENT]: {
        meaning: AGENT_MEANING,
        agents: Object.fromEntries(agents.map(({ name, hosts }) => [name, hosts])),
      },
      ...PRESETS,
    });
  }
  out(`@${AGENT}: ${AGENT_MEANING}`);
  for (const { name, hosts } of agents) out(`  ${name}: `, dim(hosts.join(" ")));
  for (const [name, { meaning, rules }] of Object.entries(PRESETS)) {
    out();
    out(`@${name}: ${meaning}`);
    for (const rule of rules) out(dim(`  ${rule}`));
  }
}

const AGENT_MEANING = "what the box's own agent needs; always part of a filtered network";
