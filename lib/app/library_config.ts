/**
 * Settings, as a script reads and changes them.
 *
 * @module
 */

import type { ConfigValue } from "../config/settings/types.ts";
import type { Host } from "../config/system.ts";
import { locateProject } from "../project/locate.ts";
import { type Source } from "../spec/source.ts";
import type { ConfigScope } from "./config/scope.ts";

/** A setting that is in effect. */
export interface EffectiveValue {
  /** Its name, such as `box.network`. */
  readonly name: string;
  /** Its value; a secret is masked. `undefined`: not set, and without a default. */
  readonly value: ConfigValue | readonly string[] | undefined;
  /** Where it comes from. */
  readonly from: Source;
}

/** The settings of one place. */
export interface Config {
  /** What is in effect for one setting, and where it comes from. Throws `unknown-key`. */
  get(name: string): Promise<Omit<EffectiveValue, "from"> & { readonly from: Source | undefined }>;
  /** Everything that is in effect. */
  effective(): Promise<readonly EffectiveValue[]>;
  /** Sets a setting at this place, from text as on the command line. Throws `unknown-key`, `bad-value`, `not-here`. */
  set(name: string, value: string): Promise<void>;
  /** Takes a setting out at this place. Whether it was set. */
  reset(name: string): Promise<boolean>;
}

function configOf(scope: ConfigScope): Config {
  return {
    get: async (name) => {
      const { readSetting } = await import("./config/read.ts");
      const found = await readSetting(scope, name, { effective: true });
      return { name: found.setting.name, value: found.value ?? found.default, from: found.from };
    },
    effective: async () => {
      const { effectiveHere } = await import("./config/read.ts");
      return (await effectiveHere(scope)).map(({ name, value, from }) => ({ name, value, from }));
    },
    set: async (name, value) => {
      const { setHere } = await import("./config/change.ts");
      await setHere(scope, name, value);
    },
    reset: async (name) => {
      const { resetHere } = await import("./config/change.ts");
      return (await resetHere(scope, name)).reset;
    },
  };
}

/** The settings of a project's box, or of the system. */
export async function openConfig(host: Host, project: string | undefined, cwd: string): Promise<Config> {
  if (project === undefined) {
    const { systemScope } = await import("./config/system_scope.ts");
    return configOf(systemScope(host));
  }
  const { boxScope } = await import("./config/box_scope.ts");
  return configOf(boxScope(host, await locateProject(host, project, cwd)));
}
