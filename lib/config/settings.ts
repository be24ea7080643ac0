/**
 * The answer to "what is set, and by whom".
 *
 * @module
 */

import type { EnvEntry } from "../spec/box_spec.ts";
import type { Source } from "../spec/source.ts";

/** The levels at which a setting can be made, the strongest first. */
export type Level = "flag" | "box" | "workset" | "crab" | "system" | "default";

/** A value with its origin. */
export interface Setting<T> {
  readonly value: T;
  readonly level: Level;
  /** Who said it; `sourceText` puts it into words. */
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
  /** How snapshots of the vault are taken and kept. */
  readonly vault: VaultSettings;
  /** Settings of the agent (`model`, `access`), by key. */
  readonly agent: Readonly<Record<string, Setting<string>>>;
  /** `resource.<path>` overrides, by path. */
  readonly resources: Readonly<Record<string, Setting<"shared" | "seeded" | "project">>>;
  /** Shares and seeds by their whole key, as written. An empty text takes one away. */
  readonly binds: Readonly<Record<string, Setting<string>>>;
  /** Caches all boxes share: name to place in the home. An empty text takes one away. */
  readonly caches: Readonly<Record<string, Setting<string>>>;
  /** As `caches`, of the boxes of this agent: its crab file sets them. */
  readonly agentCaches: Readonly<Record<string, Setting<string>>>;
  /** The accumulated environment: system, crab, workset, box, flags. Secrets are marked. */
  readonly env: Readonly<Record<string, EnvEntry>>;
  /** The crab's own arguments for its agent. */
  readonly runArgs: Setting<readonly string[]>;
  /** The crab's template variant. */
  readonly template: Setting<string>;
}

/** How snapshots of the vault are taken and kept. */
export interface VaultSettings {
  readonly auto: Setting<"always" | "changed" | "off">;
  readonly strategy: Setting<"auto" | "btrfs" | "reflink" | "hardlink" | "archive">;
  readonly compression: Setting<"zst" | "xz">;
  /** Newest automatic snapshots that are kept. */
  readonly keep: Setting<number>;
  /** Days of which the last one is kept too. */
  readonly keepDaily: Setting<number>;
  /** Weeks of which the last one is kept too. */
  readonly keepWeekly: Setting<number>;
  readonly includeHome: Setting<boolean>;
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
