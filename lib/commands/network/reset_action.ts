import { resetRules } from "../../app/network/change.ts";
import { UsageError } from "../../host/error.ts";
import { out } from "../../host/ui/terminal.ts";
import type { Action } from "../command.ts";
import type { NetworkLevel, ResetFlags } from "./network.ts";
import { showChanged } from "./show_changed.ts";
import { networkOf } from "./whose.ts";

/** Takes rules out. */
export default (level: NetworkLevel): Action<ResetFlags, []> =>
  async function reset(flags) {
    if (flags.all && this.rest.length > 0) throw new UsageError("Use either --all or rules.");
    if (!flags.all && this.rest.length === 0) {
      throw new UsageError("Name a rule to remove, or use --all.", {
        hint: "A rule is a host, HOST:PORT, *.DOMAIN or @PRESET.",
      });
    }
    const scope = await networkOf(this, level, flags);
    const changed = await resetRules(scope, flags.all ? "all" : this.rest);
    if (changed.rules.length === 0 && !flags.json) return out(`There are no rules at ${scope.title}.`);
    await showChanged(scope, changed, "Removed", flags.json);
  };
