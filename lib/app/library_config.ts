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
export class Config {
  readonly #scope: ConfigScope;

  /** Use `Kanibako.config`. */
  constructor(scope: ConfigScope) {
    this.#scope = scope;
  }

  /** What is in effect for one setting, and where it comes from. Throws `unknown-key`. */
  async get(name: string): Promise<Omit<EffectiveValue, "from"> & { readonly from: Source | undefined }> {
    const { readSetting } = await import("./config/read.ts");
    const found = await readSetting(this.#scope, name, { effective: true });
    return { name: found.setting.name, value: found.value ?? found.default, from: found.from };
  }

  /** Everything that is in effect. */
  async effective(): Promise<readonly EffectiveValue[]> {
    const { effectiveHere } = await import("./config/read.ts");
    return (await effectiveHere(this.#scope)).map(({ name, value, from }) => ({ name, value, from }));
  }

  /** Sets a setting at this place, from text as on the command line. Throws `unknown-key`, `bad-value`, `not-here`. */
  async set(name: string, value: string): Promise<void> {
    const { setHere } = await import("./config/change.ts");
    await setHere(this.#scope, name, value);
  }

  /** Takes a setting out at this place. Whether it was set. */
  async reset(name: string): Promise<boolean> {
    const { resetHere } = await import("./config/change.ts");
    return (await resetHere(this.#scope, name)).reset;
  }
}

/** The settings of a project's box, or of the system. */
export async function openConfig(host: Host, project: string | undefined, cwd: string): Promise<Config> {
  if (project === undefined) {
    const { systemScope } = await import("./config/system_scope.ts");
    return new Config(systemScope(host));
  }
  const { boxScope } = await import("./config/box_scope.ts");
  return new Config(boxScope(host, await locateProject(host, project, cwd)));
}
