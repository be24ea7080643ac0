/**
 * Every preset, by its name. `@agent` is not among them: it is what a box's own agent declares.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { nearest } from "../../host/ui/text.ts";
import { AGENT } from "./agent.ts";
import { ai } from "./ai.ts";
import { containers } from "./containers.ts";
import { custom } from "./custom.ts";
import { git } from "./git.ts";
import { hosts } from "./hosts.ts";
import { packages } from "./packages.ts";
import type { Preset } from "./preset.ts";
import { registries } from "./registries.ts";

/** The preset that also opens what the user's own configuration names. */
export const PACKAGES = "packages";

/** The presets there are. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  git,
  packages,
  containers,
  ai,
  hosts,
  registries,
  custom,
};

/** Throws `bad-rule` for the name of no preset. `said`: what was written. */
export function checkPreset(name: string, said: string): void {
  if (name === AGENT || Object.hasOwn(PRESETS, name)) return;
  const names = [AGENT, ...Object.keys(PRESETS)];
  const meant = nearest(name, names);
  throw new KanibakoError("bad-rule", `Cannot use ${said} as a network rule: there is no preset @${name}.`, {
    exitCode: 2,
    hint: meant === undefined
      ? `Presets are ${names.map((one) => `@${one}`).join(", ")}.`
      : `Did you mean @${meant}?`,
  });
}
