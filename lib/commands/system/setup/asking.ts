/**
 * What the steps of `setup` share: who is asked, and what was decided before.
 *
 * @module
 */

import { setHere } from "../../../app/config/change.ts";
import { systemScope } from "../../../app/config/system_scope.ts";
import { levelsBelow } from "../../../config/effective.ts";
import { settingOf } from "../../../config/resolve.ts";
import type { ConfigValue } from "../../../config/settings/types.ts";
import { type Host, withConfigNow } from "../../../config/system.ts";
import { Aborted } from "../../../host/error.ts";
import { check, out } from "../../../host/ui/terminal.ts";
import { sourceText } from "../../../spec/source.ts";
import type { Choice } from "../../../spec/ui.ts";
import type { Check } from "../../../app/check.ts";
import type { SetupFlags } from "../setup.ts";

/** One call of `setup`. */
export class Asking {
  #steps = 0;

  /** `flags`: what was answered on the command line. */
  constructor(public host: Host, readonly flags: Partial<SetupFlags> = {}) {}

  /** Whether somebody is there to answer, and is to be asked. */
  get asks(): boolean {
    return this.host.ui.attended && !this.flags.check;
  }

  /** Begins a step. */
  step(title: string, checks: readonly Check[] = []): void {
    if (this.#steps++ > 0) out();
    out(`${this.#steps}. ${title}`);
    for (const { mark, label, detail } of checks) check(mark, label, detail);
  }

  /** What a setting is for all boxes, and where that is said; `decided` where somebody has, and it is not to be asked again. */
  async now(
    name: string,
  ): Promise<{ readonly value: ConfigValue | undefined; readonly from: string; readonly decided: boolean }> {
    const { value, from, level } = settingOf(await levelsBelow(this.host, "system"), name);
    return { value, from: sourceText(from), decided: level !== "default" && !this.flags.again };
  }

  /** Asks to choose. Throws {@link Aborted} where the user leaves; what was stored before stays. */
  async choose<T extends string>(choice: Choice<T>): Promise<T> {
    const chosen = await this.host.ui.choose(choice);
    if (chosen === undefined) throw new Aborted("Stopped. What was answered before is stored.");
    return chosen;
  }

  /** Whether the user wants something done now. False where nobody is asked. */
  async wants(text: string, yes: string, no: string): Promise<boolean> {
    if (!this.asks) return false;
    return await this.choose({ text, answers: [["yes", yes], ["no", no]] }) === "yes";
  }

  /** Stores an answer. Later steps see it. */
  async store(name: string, value: string): Promise<void> {
    await setHere(systemScope(this.host), name, value);
    this.host = await withConfigNow(this.host);
  }
}
