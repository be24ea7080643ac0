/**
 * Where the data of this user's kanibako is.
 *
 * @module
 */

import { type ConfigLevel, type Declared, setting } from "./declare.ts";
import { expression, flag, list, text } from "./types.ts";

const SYSTEM: readonly ConfigLevel[] = ["system"];

/** Settings of the system. */
export const SYSTEM_SETTINGS = {
  engine: setting({
    name: "engine",
    // Which there are, the runtimes know.
    type: text,
    default: "",
    levels: SYSTEM,
    meaning:
      "The container engine. KANIBAKO_ENGINE and --engine come first. Empty: podman, or docker without it.",
  }),
  record: setting({
    name: "record.enabled",
    type: flag,
    default: true,
    levels: SYSTEM,
    safety: true,
    meaning:
      "Whether a record is kept of what happens to boxes: starts, commands, connections, snapshots, ends. See kanibako record.",
  }),
  feed: setting({
    name: "upgrade.feed",
    type: text,
    default: "",
    levels: SYSTEM,
    meaning:
      "The address of the release feed that kanibako system upgrade looks at. Empty: the one this program was released with.",
  }),
  feedKeys: setting({
    name: "upgrade.key",
    type: list(text),
    default: [],
    levels: SYSTEM,
    meaning:
      "The public keys (minisign, RW...) that a release may be signed with. Empty: those this program was released with.",
  }),
  data: place("data", "$XDG_DATA_HOME/kanibako", "Where everything is kept."),
  boxes: place("boxes", "@system.path.data/boxes", "The boxes' settings and homes."),
  crabs: place("crabs", "@system.path.data/crabs", "The crab files."),
  comms: place("comms", "@system.path.data/comms", "Mailboxes and broadcasts."),
  templates: place("templates", "@system.path.data/templates", "What new homes are made from."),
  worksets: place("ws_hints", "@system.path.data/worksets.toml", "The list of worksets."),
  // A share of the same scope is declared below `system.path.share_ro`, so the root has a name of its own.
  shareReadOnly: place(
    "share_ro_root",
    "@system.path.data/share_ro",
    "Root of relative read-only system shares.",
    { aliases: ["system.path.share_ro"] },
  ),
  shareReadWrite: place(
    "share_rw_root",
    "@system.path.data/share_rw",
    "Root of relative writable system shares.",
    { aliases: ["system.path.share_rw"] },
  ),
  shared: older("shared", "Folder of shared caches, below the data folder.", { default: "shared" }),
  vaultLinks: older("vault", "Folder of links to vaults, below the data folder.", { default: "vault" }),
  olderData: older("data_path", "The data folder, below XDG_DATA_HOME.", {
    aliases: ["paths.relative_std_path"],
  }),
  olderBoxes: older("boxes", "The boxes folder, below the data folder.", {
    aliases: ["paths.settings_path"],
  }),
  olderCrabs: older("agents", "The crabs folder, below the data folder."),
  olderTemplates: older("templates", "The templates folder, below the data folder."),
  olderComms: older("comms", "The comms folder, below the data folder."),
  olderWorksets: older("ws_hints", "The list of worksets, below the data folder."),
  ...obsolete({ shell: "shell", project_toml: "project.toml", workspaces: "workspaces" }),
};

function place(name: string, usual: string, meaning: string, more: Partial<Declared<string>> = {}) {
  return setting({
    name: `system.path.${name}`,
    type: expression,
    default: usual,
    levels: SYSTEM,
    meaning,
    ...more,
    flag: undefined,
  });
}

function older(name: string, meaning: string, more: Partial<Declared<string>> = {}) {
  return setting({ name: `paths.${name}`, type: text, levels: SYSTEM, meaning, ...more, flag: undefined });
}

/** Older programs read these from their files, and never used them; their defaults ask for nothing. */
function obsolete(usual: Readonly<Record<string, string>>): Record<string, Declared<string>> {
  return Object.fromEntries(
    Object.entries(usual).map(([name, missingAs]) => [
      `older_${name}`,
      older(name, "Has no effect.", { obsolete: true, missing: "this version does not use it", missingAs }),
    ]),
  );
}
