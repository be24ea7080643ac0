/**
 * What a crab file says, as far as the configuration needs to know. `crab/file.ts` reads it.
 *
 * @module
 */

/** How tweakcc is to change a copy of the agent's program. */
export interface Tweak {
  /** A file of tweakcc's own configuration, absolute or below `~/`. */
  readonly config?: string;
  /** Settings of tweakcc that are stronger than those of the file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One agent's configuration on this host. */
export interface CrabFile {
  /** The agent's id, such as `claude`. */
  readonly id: string;
  /** For people, such as "Claude Code". */
  readonly name: string;
  /** The template variant of its homes. */
  readonly template: string;
  /** Arguments the agent always gets. */
  readonly runArgs: readonly string[];
  /** Settings of the agent, by key. An empty string is a value. */
  readonly state: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Shared caches: name to a path relative to the home. */
  readonly shared: Readonly<Record<string, string>>;
  /** Shares and seeds: dotted key to `host:guest`. Absent: none. */
  readonly binds?: Readonly<Record<string, string>>;
  /** Absent: the agent's program is used as it is. */
  readonly tweak?: Tweak;
  /** What it asks for and this version does not do: the setting, and why as a clause. Absent: nothing. */
  readonly missing?: readonly (readonly [name: string, why: string])[];
  /** Where the file is. */
  readonly path: string;
}
