/**
 * The answer to "what is set, and by whom". The types follow from the declarations in `settings/`.
 *
 * @module
 */

import type { EnvEntry, PublishedPort } from "../spec/box_spec.ts";
import type { Source } from "../spec/source.ts";
import type { BOX_SETTINGS } from "./settings/box.ts";
import type { DeclaredMap, Flag, Group, ToggleFlags, ValueOf } from "./settings/declare.ts";
import type { DOOR_SETTINGS } from "./settings/door.ts";
import type { HELPER_SETTINGS } from "./settings/helpers.ts";
import type { LATER_SETTINGS } from "./settings/later.ts";
import type { NETWORK_SETTINGS } from "./settings/network.ts";
import type { MAP_SETTINGS } from "./settings/maps.ts";
import type { OWN_SETTINGS } from "./settings/own.ts";
import type { REPORT_SETTINGS } from "./settings/report.ts";
import type { AGENT_SETTINGS, SESSION_SETTINGS } from "./settings/session.ts";
import type { TERMINAL_SETTINGS } from "./settings/terminal.ts";
import type { VAULT_SETTINGS } from "./settings/vault.ts";

/** The levels at which a setting can be made, the strongest first. */
export type Level = "flag" | "box" | "workset" | "crab" | "system" | "default";

/** A value with its origin. */
export interface Setting<T> {
  readonly value: T;
  readonly level: Level;
  /** Who said it; `sourceText` puts it into words. */
  readonly from: Source;
}

/** The settings of a group, answered. */
export type Answers<G> = { readonly [K in keyof G]: Setting<ValueOf<G[K]>> };

/** How snapshots of the vault are taken and kept. */
export type VaultSettings = Answers<typeof VAULT_SETTINGS>;

/** How what a filtered network lets out goes out. */
export type DoorSettings = Answers<typeof DOOR_SETTINGS>;

type Entries<K extends keyof typeof MAP_SETTINGS> = Readonly<
  Record<string, Setting<ValueOf<(typeof MAP_SETTINGS)[K]>>>
>;

/** What belongs to a filtered network beside its rules. */
export type NetworkSettings = Answers<typeof NETWORK_SETTINGS>;

/** What a box gets of the user's own configuration of its agent. */
export type OwnSettings = Answers<typeof OWN_SETTINGS>;

/** Every setting of one launch. Made by `resolve.ts`. */
export interface Settings
  extends
    Answers<typeof BOX_SETTINGS>,
    Answers<typeof SESSION_SETTINGS>,
    Answers<typeof REPORT_SETTINGS>,
    Answers<typeof HELPER_SETTINGS> {
  readonly vault: VaultSettings;
  readonly door: DoorSettings;
  /** Addresses that names of a filtered network have, between spaces, by the name. An empty text takes them away. */
  readonly networkHosts: Entries<"networkHosts">;
  /** Where secrets go, by their names, as written. An empty text takes one away. */
  readonly secrets: Entries<"secrets">;
  /** Keys of the user's ssh agent, by the hosts for which a box may use them, as written. An empty text takes them away. */
  readonly ssh: Entries<"ssh">;
  /** Files of the home with placeholders, by the names of secrets, as written. An empty text takes them away. */
  readonly secretFiles: Entries<"secretFiles">;
  /** What it gets of the user's own configuration of the agent. */
  readonly own: OwnSettings;
  /** What a box may do to the terminal that shows it. */
  readonly terminal: Answers<typeof TERMINAL_SETTINGS>;
  /** What a filtered network is made of, and its rules as they were written. */
  readonly filtered: NetworkSettings & { readonly rules: Entries<"allow"> };
  /** Settings of the agent (`model`, `access`), by key. */
  readonly agent: Entries<"agent">;
  /** `resource.<path>` overrides, by path. */
  readonly resources: Entries<"resources">;
  /** Shares and seeds by their whole key, as written. An empty text takes one away. */
  readonly binds: Entries<"binds">;
  /** Caches all boxes share: name to place in the home. An empty text takes one away. */
  readonly caches: Entries<"shared">;
  /** As `caches`, of the boxes of this agent: its crab file sets them. */
  readonly agentCaches: Entries<"shared">;
  /** The accumulated environment: system, crab, workset, box, flags. Secrets are marked. */
  readonly env: Readonly<Record<string, EnvEntry>>;
  /** The ports to publish: those of the configuration, and those of options beside them. */
  readonly published: readonly PublishedPort[];
  /** The crab's own arguments for its agent. */
  readonly runArgs: Setting<readonly string[]>;
  /** The crab's template variant. */
  readonly template: Setting<string>;
}

/** What an option says: text as it was typed, unless it stands for a value itself. */
type Given<D> = D extends DeclaredMap ? readonly string[]
  : ValueOf<D> extends readonly string[] ? readonly string[]
  : D extends { readonly flag: ToggleFlags } ? ValueOf<D>
  : string;

type GivenOf<G extends Group> = {
  readonly [K in keyof G as G[K] extends { readonly flag: Flag } ? K : never]?: Given<G[K]>;
};

/** What the command line says; not judged yet. `env`: `KEY=VALUE` words, in order. */
export interface FlagSettings
  extends
    GivenOf<typeof BOX_SETTINGS>,
    GivenOf<typeof SESSION_SETTINGS>,
    GivenOf<typeof AGENT_SETTINGS>,
    GivenOf<typeof MAP_SETTINGS>,
    GivenOf<typeof HELPER_SETTINGS>,
    GivenOf<typeof LATER_SETTINGS> {}
