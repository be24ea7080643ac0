import { viewNetwork } from "../../app/network/scope.ts";
import { askedAbout, decided, NO_RULE, ruleFor } from "../../app/network/test.ts";
import { json, out } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Action } from "../command.ts";
import type { NetworkLevel, TestFlags } from "./network.ts";
import { commandFor, networkOf } from "./whose.ts";

/** Says what would be decided. Exit code 1 for what would be refused. */
export default (level: NetworkLevel): Action<TestFlags, [place: string]> =>
  async function test(flags, place) {
    const asked = askedAbout(place, flags.method);
    const scope = await networkOf(this, level, flags);
    const view = await viewNetwork(scope);
    const answer = decided(view, asked);
    if (flags.json) json({ ...answer, rule: answer.rule ?? null });
    else {
      const { host, port, allowed, rule, preset, source, network } = answer;
      // One request is meant where rules on requests are in force.
      const needed = ruleFor(view, asked);
      const isRequest = network === "filtered" && needed.includes("/");
      const why = isRequest && source === NO_RULE ? "no rule allows it" : source;
      const by = rule === undefined
        ? network === "filtered" ? why : `the network is ${network} (${source})`
        : `by ${rule}${preset === undefined ? "" : ` of @${preset}`} (${source})`;
      const what = isRequest ? needed : `${host}:${port}`;
      out(`${what} would be ${allowed ? "allowed" : "refused"}: ${by}.`);
      if (!allowed && source === NO_RULE) {
        out(`To allow it: ${commandFor(scope, "allow")} ${shellQuote(needed)}`);
      }
    }
    return answer.allowed ? 0 : 1;
  };
