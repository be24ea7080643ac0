/**
 * The settings agents share.
 *
 * @module
 */

import { KanibakoError } from "../lib/host/error.ts";
import type { AgentArguments, TargetSetting } from "./target.ts";

/** How much the agent may do without asking. */
export const ACCESS: TargetSetting = {
  key: "access",
  description: "permissive: works without asking; default: asks as it would outside a box",
  default: "permissive",
  choices: ["permissive", "default"],
};

/** The value of a setting. Throws `bad-setting` when it is not one of the choices. */
export function settingValue(setting: TargetSetting, request: AgentArguments): string {
  const value = request.settings[setting.key] ?? setting.default;
  if (setting.choices.length > 0 && !setting.choices.includes(value)) {
    throw new KanibakoError("bad-setting", `Cannot set ${setting.key} to ${JSON.stringify(value)}`, {
      hint: `Use one of: ${setting.choices.join(", ")}.`,
    });
  }
  return value;
}

/** Whether the agent asks before it acts: for this run, or always. */
export function asks(request: AgentArguments): boolean {
  return settingValue(ACCESS, request) === "default" || request.secure;
}

/** Whether the user's own words hold one of these options, in any spelling such as `--resume=x`. */
export function mentions(words: readonly string[], options: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).some((word) =>
    options.includes(word) ||
    options.some((option) => option.startsWith("--") && word.startsWith(`${option}=`))
  );
}
