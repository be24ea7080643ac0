/**
 * Every setting there is: its name, type, default, levels and meaning. The files' schema, the `config` commands and the
 * reference in the documents are all read from this one table.
 *
 * @module
 */

/** A level of the configuration that is a file. */
export type ConfigLevel = "box" | "workset" | "crab" | "system";

/** A setting's value, once read. Sizes are bytes; 0 means "no limit" where a limit may be lifted. */
export type ConfigValue = string | number | boolean;

/** What a value must look like; `value.ts` reads each. */
export type ValueType =
  | "text"
  | "rig"
  | "id"
  | "boolean"
  | "auth"
  | "choice"
  | "bytes"
  | "cpus"
  | "integer"
  | "expression"
  | "folder";

/** One setting. */
export interface Key {
  /** The name users type. */
  readonly name: string;
  /** Other names, of the command line and of files written by older programs. */
  readonly aliases: readonly string[];
  /** Other names whose meaning is the opposite. */
  readonly inverted?: readonly string[];
  readonly type: ValueType;
  /** Allowed words, for `choice`. */
  readonly choices?: readonly string[];
  /** Least and greatest value, for `integer`. */
  readonly range?: readonly [number, number];
  /** What holds when nobody sets it. `undefined`: nothing, or it is worked out. */
  readonly default: ConfigValue | undefined;
  /** Where it may be set. */
  readonly levels: readonly ConfigLevel[];
  /** Its place in a file, dotted. */
  readonly stored: string;
  /** Decided when a project is created; the `config` commands show it only. */
  readonly fixed?: true;
  readonly meaning: string;
}

const ALL: readonly ConfigLevel[] = ["box", "workset", "crab", "system"];
const BOXES: readonly ConfigLevel[] = ["box", "workset", "system"];
const SYSTEM: readonly ConfigLevel[] = ["system"];
const BOX: readonly ConfigLevel[] = ["box"];

function key(
  name: string,
  type: ValueType,
  fallback: ConfigValue | undefined,
  levels: readonly ConfigLevel[],
  meaning: string,
  more: Partial<Key> = {},
): Key {
  return { name, aliases: [], type, default: fallback, levels, stored: name, meaning, ...more };
}

function systemPath(name: string, fallback: string, meaning: string, aliases: readonly string[] = []): Key {
  return key(`system.path.${name}`, "expression", fallback, SYSTEM, meaning, { aliases });
}

/** All static keys. */
export const KEYS: readonly Key[] = [
  key("box.image", "rig", "oci", BOXES, "The rig: a short name such as oci, or an image reference.", {
    aliases: ["image", "rig", "container_image", "container.image"],
  }),
  key("box.crab", "id", "", BOXES, "The agent. Empty: the first one found on this host.", {
    aliases: ["crab", "target_name", "box.target"],
  }),
  key(
    "box.security",
    "choice",
    "",
    BOXES,
    "How closely the box is held. Empty: as this host's engine allows.",
    {
      aliases: ["security"],
      choices: ["", "standard", "strict"],
    },
  ),
  key("box.network", "choice", "open", BOXES, "Whether the box has a network.", {
    aliases: ["network"],
    choices: ["none", "open"],
  }),
  key("box.memory", "bytes", undefined, BOXES, 'Most memory the box may use, such as 2g. "none": no limit.', {
    aliases: ["memory"],
  }),
  key(
    "box.cpus",
    "cpus",
    undefined,
    BOXES,
    'Most processors the box may use, such as 1.5. "none": no limit.',
    {
      aliases: ["cpus"],
    },
  ),
  key("box.pids", "integer", 2048, BOXES, "Most processes and threads the box may have.", {
    aliases: ["pids"],
    range: [16, 4_194_304],
  }),
  key("box.share_images", "boolean", false, BOXES, "Whether the box may use the host's images, read-only.", {
    aliases: ["share_images"],
  }),
  key(
    "box.sweep",
    "boolean",
    true,
    BOXES,
    "Whether an agent's telemetry and debug files older than a week are deleted.",
    { aliases: ["sweep"] },
  ),
  key("persistence", "choice", "persistent", ALL, "Whether a session outlives the terminal.", {
    choices: ["persistent", "ephemeral"],
    stored: "box.persistence",
  }),
  key("start_mode", "choice", "continue", ALL, "Which conversation a session opens with.", {
    choices: ["continue", "new", "resume"],
    stored: "crab.start_mode",
  }),
  key("autonomous", "boolean", true, ALL, "Whether the agent works without asking for each step.", {
    stored: "crab.autonomous",
  }),
  key("model", "text", undefined, ALL, "The agent's model. Empty: the agent's own choice.", {
    stored: "crab.model",
  }),
  key("access", "text", undefined, ALL, "The agent's own permission setting.", { stored: "crab.access" }),
  key("allow_helpers", "boolean", true, BOXES, "Whether the agent may start helper boxes.", {
    aliases: ["box.allow_helpers"],
    inverted: ["helpers_disabled"],
  }),
  key(
    "group_auth",
    "auth",
    true,
    BOXES,
    "Whether the box uses the host's login (shared) or its own (distinct).",
    {
      aliases: ["auth", "project.auth"],
      stored: "project.group_auth",
    },
  ),
  key("vault.enabled", "boolean", true, BOXES, "Whether new projects get vault folders.", {
    aliases: ["enable_vault", "vault_enabled", "project.vault_enabled"],
    stored: "project.enable_vault",
  }),
  key("vault.auto", "choice", "changed", BOXES, "When a snapshot of the vault is taken before a launch.", {
    choices: ["always", "changed", "off"],
  }),
  key(
    "vault.strategy",
    "choice",
    "auto",
    BOXES,
    "How snapshots are made. auto: the best the file system can.",
    {
      choices: ["auto", "btrfs", "reflink", "hardlink", "archive"],
    },
  ),
  key("vault.compression", "choice", "zst", BOXES, "How snapshots that are archives are compressed.", {
    choices: ["zst", "xz"],
  }),
  key("vault.keep", "integer", 10, BOXES, "Newest automatic snapshots that are kept.", {
    range: [1, 100_000],
  }),
  key("vault.keep_daily", "integer", 7, BOXES, "Days of which the last automatic snapshot is kept too.", {
    range: [0, 100_000],
  }),
  key("vault.keep_weekly", "integer", 8, BOXES, "Weeks of which the last automatic snapshot is kept too.", {
    range: [0, 100_000],
  }),
  key(
    "vault.include_home",
    "boolean",
    false,
    BOXES,
    "Whether snapshots hold the box's home too, without credentials.",
  ),
  key(
    "standalone",
    "boolean",
    false,
    ["workset"],
    "Whether new projects of the workset keep all of their state in their own folder.",
  ),
  key("mode", "choice", undefined, BOX, "Where the project keeps its state.", {
    choices: ["default", "workset", "standalone"],
    stored: "project.mode",
    fixed: true,
  }),
  key("layout", "choice", undefined, BOX, "How the project's folders are laid out.", {
    choices: ["simple", "default", "robust"],
    stored: "project.layout",
    fixed: true,
  }),
  key("name", "text", undefined, BOX, "The project's name.", { stored: "project.name", fixed: true }),
  key("shell", "folder", undefined, BOX, "The box's home on the host.", {
    stored: "resolved.shell",
    fixed: true,
  }),
  key("vault.ro", "folder", undefined, BOX, "The vault folder the box can read.", {
    stored: "resolved.vault_ro",
    fixed: true,
  }),
  key("vault.rw", "folder", undefined, BOX, "The vault folder the box can write.", {
    stored: "resolved.vault_rw",
    fixed: true,
  }),
  ...["workspace", "metadata", "project_hash", "global_shared", "local_shared"].map((name) =>
    key(`resolved.${name}`, "text", undefined, BOX, "As it was when the project was created.", {
      fixed: true,
    })
  ),
  systemPath("data", "$XDG_DATA_HOME/kanibako", "Where everything is kept."),
  systemPath("boxes", "@system.path.data/boxes", "The boxes' settings and homes."),
  systemPath("crabs", "@system.path.data/crabs", "The crab files."),
  systemPath("comms", "@system.path.data/comms", "Mailboxes and broadcasts."),
  systemPath("templates", "@system.path.data/templates", "What new homes are made from."),
  systemPath("ws_hints", "@system.path.data/worksets.toml", "The list of worksets."),
  // A share of the same scope is declared below `system.path.share_ro`, so the root has a name of its own.
  systemPath("share_ro_root", "@system.path.data/share_ro", "Root of relative read-only system shares.", [
    "system.path.share_ro",
  ]),
  systemPath("share_rw_root", "@system.path.data/share_rw", "Root of relative writable system shares.", [
    "system.path.share_rw",
  ]),
  key("paths.shared", "text", "shared", SYSTEM, "Folder of shared caches, below the data folder."),
  key("paths.vault", "text", "vault", SYSTEM, "Folder of links to vaults, below the data folder."),
  key("paths.shell", "text", "shell", SYSTEM, "Accepted from older files; has no effect."),
  key("paths.project_toml", "text", "project.toml", SYSTEM, "Accepted from older files; has no effect."),
  key("paths.data_path", "text", undefined, SYSTEM, "The data folder, below XDG_DATA_HOME.", {
    aliases: ["paths.relative_std_path"],
  }),
  key("paths.boxes", "text", undefined, SYSTEM, "The boxes folder, below the data folder.", {
    aliases: ["paths.settings_path"],
  }),
  key("paths.agents", "text", undefined, SYSTEM, "The crabs folder, below the data folder."),
  key("paths.templates", "text", undefined, SYSTEM, "The templates folder, below the data folder."),
  key("paths.comms", "text", undefined, SYSTEM, "The comms folder, below the data folder."),
  key("paths.workspaces", "text", undefined, SYSTEM, "Accepted from older files; has no effect."),
  key("paths.ws_hints", "text", undefined, SYSTEM, "The list of worksets, below the data folder."),
  key("spawn.depth", "integer", 4, SYSTEM, "How deep helpers may start helpers.", { range: [0, 64] }),
  key("spawn.breadth", "integer", 4, SYSTEM, "How many helpers each may start.", { range: [0, 1024] }),
];

/** A family of keys whose last part is free. */
export interface KeyFamily {
  /** Such as `env.`. */
  readonly prefix: string;
  readonly levels: readonly ConfigLevel[];
  /** The table of the file, `undefined` for the environment, which has a file of its own. */
  readonly stored: string | undefined;
  readonly meaning: string;
}

/** All dynamic keys. */
export const FAMILIES: readonly KeyFamily[] = [
  { prefix: "env.", levels: ALL, stored: undefined, meaning: "A variable of the box's environment." },
  {
    prefix: "resource.",
    levels: BOXES,
    stored: "resource_overrides",
    meaning: "Whose a part of the agent's configuration folder is: shared, seeded or project.",
  },
  {
    prefix: "shared.",
    levels: ALL,
    stored: "shared",
    meaning: "A cache shared by all boxes: its path, relative to the home.",
  },
  { prefix: "crab.", levels: ALL, stored: "crab", meaning: "A setting of the agent itself." },
];

/** What a name of a setting stands for. */
export type KeyReference =
  | { readonly kind: "key"; readonly key: Key; readonly inverted: boolean }
  | { readonly kind: "family"; readonly family: KeyFamily; readonly name: string };

let index: Map<string, { key: Key; inverted: boolean }> | undefined;

/** Every accepted spelling of every static key, stored places included. */
export function spellings(): ReadonlyMap<string, { readonly key: Key; readonly inverted: boolean }> {
  if (index) return index;
  index = new Map();
  for (const key of KEYS) {
    for (const name of [key.name, key.stored, ...key.aliases]) index.set(name, { key, inverted: false });
    for (const name of key.inverted ?? []) index.set(name, { key, inverted: true });
  }
  return index;
}

/** What a name typed by a user stands for, or `undefined`. */
export function findKey(name: string): KeyReference | undefined {
  const found = spellings().get(name);
  if (found) return { kind: "key", ...found };
  const family = FAMILIES.find(({ prefix }) => name.startsWith(prefix) && name.length > prefix.length);
  return family && { kind: "family", family, name: name.slice(family.prefix.length) };
}

/** The static key of that name. For names written in this program. */
export function keyNamed(name: string): Key {
  const found = spellings().get(name);
  if (!found) throw new Error(`no such key: ${name}`);
  return found.key;
}
