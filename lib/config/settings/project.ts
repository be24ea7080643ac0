/**
 * What a project is: most of it is decided when it is made.
 *
 * @module
 */

import { BOX_LEVELS, type ConfigLevel, type Declared, setting } from "./declare.ts";
import { auth, choice, flag, folder, text } from "./types.ts";

const BOX: readonly ConfigLevel[] = ["box"];

/** Settings of projects. They act where a project is made or described. */
export const PROJECT_SETTINGS = {
  groupAuth: setting({
    name: "group_auth",
    aliases: ["auth", "project.auth"],
    stored: "project.group_auth",
    type: auth,
    default: true,
    usually: "guarded where the network is filtered and the login can be guarded, otherwise shared",
    levels: BOX_LEVELS,
    harmless: true,
    meaning:
      "Whose login the box uses: the host's (shared), its own (distinct), or the host's without having it (guarded).",
  }),
  vaultEnabled: setting({
    name: "vault.enabled",
    aliases: ["enable_vault", "vault_enabled", "project.vault_enabled"],
    stored: "project.enable_vault",
    type: flag,
    default: true,
    levels: BOX_LEVELS,
    harmless: true,
    meaning: "Whether new projects get vault folders.",
  }),
  standalone: setting({
    name: "standalone",
    type: flag,
    default: false,
    levels: ["workset"],
    meaning: "Whether new projects of the workset keep all of their state in their own folder.",
  }),
  mode: setting({
    name: "mode",
    stored: "project.mode",
    type: choice(["default", "workset", "standalone"], [], {
      "account_centric": "default",
      "account-centric": "default",
      "local": "default",
      "decentralized": "standalone",
    }),
    levels: BOX,
    fixed: true,
    meaning: "Where the project keeps its state.",
  }),
  layout: setting({
    name: "layout",
    stored: "project.layout",
    type: choice(["simple", "default", "robust"], [], { tree: "robust" }),
    levels: BOX,
    fixed: true,
    meaning: "How the project's folders are laid out.",
  }),
  projectName: setting({
    name: "name",
    stored: "project.name",
    type: text,
    levels: BOX,
    fixed: true,
    meaning: "The project's name.",
  }),
  home: frozenFolder("shell", "resolved.shell", "The box's home on the host."),
  vaultReadOnly: frozenFolder("vault.ro", "resolved.vault_ro", "The vault folder the box can read."),
  vaultReadWrite: frozenFolder("vault.rw", "resolved.vault_rw", "The vault folder the box can write."),
  workspace: frozen("workspace"),
  metadata: frozen("metadata"),
  projectHash: frozen("project_hash"),
  globalShared: frozen("global_shared"),
  localShared: frozen("local_shared"),
};

function frozenFolder(name: string, stored: string, meaning: string): Declared<string> {
  return setting({ name, stored, type: folder, levels: BOX, fixed: true, meaning });
}

function frozen(name: string): Declared<string> {
  const meaning = "As it was when the project was created.";
  return setting({ name: `resolved.${name}`, type: text, levels: BOX, fixed: true, meaning });
}
