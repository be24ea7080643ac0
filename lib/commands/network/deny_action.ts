import { setRules } from "../../app/network/change.ts";
import type { Action } from "../command.ts";
import type { NetworkLevel, SetFlags } from "./network.ts";
import { showChanged } from "./show_changed.ts";
import { networkOf } from "./whose.ts";

/** Refuses what rules name. */
export default (level: NetworkLevel): Action<SetFlags, []> =>
  async function deny(flags) {
    const scope = await networkOf(this, level, flags);
    await showChanged(scope, await setRules(scope, this.rest, "refuse"), "Refused", flags.json);
  };
