/**
 * The answer to "what is set, and by whom".
 *
 * @module
 */

import type { EnvEntry, Source } from "../box/spec.ts";

/** The levels at which a setting can be made, the strongest first. */
export type Level = "flag" | "box" | "workset" | "crab" | "system" | "default";

/** A value with its origin. */
export interface Setting<T> {
  readonly value: T;
  readonly level: Level;
  /** For people: "--image flag", "box config", "system config", "default". */
  readonly from: Source;
}

/** Every setting of one launch. Made by `resolve.ts`. */
export interface Settings {
  readonly image: Setting<string>;
  /** The agent's id; empty: find one. */
  readonly crab: Setting<string>;
  readonly security: Setting<"" | "standard" | "strict" | "nested">;
  readonly network: Setting<"none" | "open">;
  /** Bytes; `undefined`: no limit. */
  readonly memoryBytes: Setting<number | undefined>;
  /** Processors; `undefined`: no limit. */
  readonly cpus: Setting<number | undefined>;
  readonly pids: Setting<number>;
  readonly persistence: Setting<"persistent" | "ephemeral">;
  readonly startMode: Setting<"continue" | "new" | "resume">;
  /** False: the agent asks before it acts. */
  readonly autonomous: Setting<boolean>;
  /** Whether old files that nobody misses are deleted in the box. */
  readonly sweep: Setting<boolean>;
  readonly allowHelpers: Setting<boolean>;
  /** Settings of the agent (`model`, `access`), by key. */
  readonly agent: Readonly<Record<string, Setting<string>>>;
  /** `resource.<path>` overrides, by path. */
  readonly resources: Readonly<Record<string, Setting<"shared" | "seeded" | "project">>>;
  /** The accumulated environment: system, crab, workset, box, flags. Secrets are marked. */
  readonly env: Readonly<Record<string, EnvEntry>>;
  /** The crab's own arguments for its agent. */
  readonly runArgs: Setting<readonly string[]>;
  /** The crab's template variant. */
  readonly template: Setting<string>;
}

/** What the command line said. Absent: not said. */
export interface FlagSettings {
  readonly image?: string;
  readonly crab?: string;
  readonly security?: string;
  readonly network?: string;
  readonly memory?: string;
  readonly cpus?: string;
  readonly pids?: string;
  readonly persistence?: "persistent" | "ephemeral";
  readonly startMode?: "continue" | "new" | "resume";
  readonly autonomous?: boolean;
  readonly model?: string;
  /** `KEY=VALUE` words of `-e`, in order. A word without `=` is an error. */
  readonly env?: readonly string[];
  readonly noHelpers?: boolean;
}
