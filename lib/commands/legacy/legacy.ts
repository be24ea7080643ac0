/**
 * The spellings of the 0.x versions. Each is a thin face on what is there today; help and completions do not show them,
 * `docs/legacy.md` lists them.
 *
 * @module
 */

import { boxInfo } from "../box/report/info.ts";
import { type Command, command, type Group, optionalWord, text, toggle, word } from "../command.ts";

/** `-p DIR` of the older commands. */
export interface ProjectFlag {
  readonly project?: string;
}

const project = text("DIR", "The project's folder; this folder unless told");
const short = { p: "project" } as const;

/** Options of `config`. */
export interface LegacyConfigFlags extends ProjectFlag {
  readonly show: boolean;
  readonly unset?: string;
  readonly clear: boolean;
  readonly effective: boolean;
  readonly reset: boolean;
  readonly all: boolean;
  readonly local: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `config [KEY [VALUE]]`: of the project around us. */
export const config: Command = command<LegacyConfigFlags, [key?: string, value?: string]>({
  brief: "Show or change the settings of this folder's box",
  flags: {
    project,
    show: toggle("Everything that holds"),
    unset: text("KEY", "Take a setting out"),
    clear: toggle("Take all settings out"),
    effective: toggle("What holds"),
    reset: toggle("Take KEY out"),
    all: toggle("With --reset: everything"),
    local: toggle("With resource.NAME: the box's own"),
    force: toggle("Do not ask"),
    json: toggle("Print JSON"),
    quiet: toggle("Names only"),
  },
  short: { ...short, s: "show", q: "quiet" },
  exclusive: [["show", "unset", "clear"]],
  positional: [optionalWord("key", "A setting, or KEY=VALUE"), optionalWord("value", "Its value")],
  hidden: true,
  load: () => import("./config_action.ts"),
});

/** Options of `env`. */
export interface EnvFlags extends ProjectFlag {
  readonly global: boolean;
}

const global = toggle("Of every box");

/** `env list|set|get|unset`. */
export const env: Group = {
  kind: "group",
  brief: "Variables of a box",
  commands: {
    list: command<ProjectFlag>({
      brief: "List a box's variables",
      flags: { project },
      short,
      load: async () => ({ default: (await import("./env_action.ts")).envList }),
    }),
    set: command<EnvFlags, [name: string, value: string]>({
      brief: "Set a variable",
      flags: { project, global },
      short,
      positional: [word("name", "The variable"), word("value", "Its value")],
      load: async () => ({ default: (await import("./env_action.ts")).envSet }),
    }),
    get: command<ProjectFlag, [name: string]>({
      brief: "Print a variable",
      flags: { project },
      short,
      positional: [word("name", "The variable")],
      load: async () => ({ default: (await import("./env_action.ts")).envGet }),
    }),
    unset: command<EnvFlags, [name: string]>({
      brief: "Take a variable out",
      flags: { project, global },
      short,
      positional: [word("name", "The variable")],
      load: async () => ({ default: (await import("./env_action.ts")).envUnset }),
    }),
  },
  aliases: { ls: "list" },
  default: "list",
  hidden: true,
};

/** `box get KEY`. */
export const boxGet: Command = command<ProjectFlag, [key: string]>({
  brief: "Print what a project is",
  flags: { project },
  short,
  positional: [word("key", "shell, vault_ro, vault_rw, layout, vault_enabled, auth, metadata, mode, ...")],
  hidden: true,
  load: async () => ({ default: (await import("./box_action.ts")).boxGet }),
});

/** `box set KEY VALUE`. */
export const boxSet: Command = command<ProjectFlag, [key: string, value: string]>({
  brief: "Change what a project is",
  flags: { project },
  short,
  positional: [word("key", "vault_enabled or auth"), word("value", "Its value")],
  hidden: true,
  load: async () => ({ default: (await import("./box_action.ts")).boxSet }),
});

/** `box resource list|set|unset`. */
export const boxResource: Group = {
  kind: "group",
  brief: "Whose the parts of the agent's configuration folder are",
  commands: {
    list: command<ProjectFlag>({
      brief: "List them",
      flags: { project },
      short,
      load: async () => ({ default: (await import("./resource_action.ts")).resourceList }),
    }),
    set: command<ProjectFlag, [path: string, scope: string]>({
      brief: "Change whose one is",
      flags: { project },
      short,
      positional: [word("path", "The part"), word("scope", "shared, seeded or project")],
      load: async () => ({ default: (await import("./resource_action.ts")).resourceSet }),
    }),
    unset: command<ProjectFlag, [path: string]>({
      brief: "Back to what the agent says",
      flags: { project },
      short,
      positional: [word("path", "The part")],
      load: async () => ({ default: (await import("./resource_action.ts")).resourceUnset }),
    }),
  },
  aliases: { ls: "list" },
  default: "list",
  hidden: true,
};

/** `box settings list|get|set|unset`. */
export const boxSettings: Group = {
  kind: "group",
  brief: "Settings of the agent",
  commands: {
    list: command<ProjectFlag>({
      brief: "List them",
      flags: { project },
      short,
      load: async () => ({ default: (await import("./settings_action.ts")).settingsList }),
    }),
    get: command<ProjectFlag, [key: string]>({
      brief: "Print one",
      flags: { project },
      short,
      positional: [word("key", "The setting")],
      load: async () => ({ default: (await import("./settings_action.ts")).settingsGet }),
    }),
    set: command<ProjectFlag, [key: string, value: string]>({
      brief: "Change one",
      flags: { project },
      short,
      positional: [word("key", "The setting"), word("value", "Its value")],
      load: async () => ({ default: (await import("./settings_action.ts")).settingsSet }),
    }),
    unset: command<ProjectFlag, [key: string]>({
      brief: "Take one out",
      flags: { project },
      short,
      positional: [word("key", "The setting")],
      load: async () => ({ default: (await import("./settings_action.ts")).settingsUnset }),
    }),
  },
  aliases: { ls: "list" },
  default: "list",
  hidden: true,
};

/** `box orphan`. */
export const boxOrphan: Command = command<{ readonly quiet: boolean; readonly json: boolean }>({
  brief: "List the boxes whose folder is gone",
  flags: { quiet: toggle("Names only"), json: toggle("Print JSON") },
  short: { q: "quiet" },
  hidden: true,
  load: async () => ({ default: (await import("./small_action.ts")).boxOrphan }),
});

/** `shared init|list`. */
export const shared: Group = {
  kind: "group",
  brief: "Caches that boxes share",
  commands: {
    init: command<{ readonly agent?: string }, [name: string]>({
      brief: "Make the folder of a cache, so that boxes get it",
      flags: { agent: text("ID", "Of the boxes of one agent only") },
      positional: [word("name", "The cache")],
      load: async () => ({ default: (await import("./shared_action.ts")).sharedInit }),
    }),
    list: command<{ readonly json: boolean }>({
      brief: "List the caches that are set, and whether they are there",
      flags: { json: toggle("Print JSON") },
      load: async () => ({ default: (await import("./shared_action.ts")).sharedList }),
    }),
  },
  aliases: { ls: "list" },
  default: "list",
  hidden: true,
};

/** Options of `init` and `new`. */
export interface MakeFlags extends ProjectFlag {
  readonly local: boolean;
  readonly noVault: boolean;
  readonly distinctAuth: boolean;
}

const makeFlags = {
  project,
  local: toggle("Keep all of its state inside the folder"),
  noVault: toggle("No vault folders"),
  distinctAuth: toggle("Do not share the host's login with the box"),
} as const;

/** `init --local`. */
export const init: Command = command<MakeFlags>({
  brief: "Make this folder a standalone project",
  flags: makeFlags,
  short,
  hidden: true,
  load: async () => ({ default: (await import("./make_action.ts")).initProject }),
});

/** `new --local PATH`. */
export const newProject: Command = command<MakeFlags, [path: string]>({
  brief: "Make a new folder a standalone project",
  flags: makeFlags,
  short,
  positional: [word("path", "The folder, which must not be there")],
  hidden: true,
  load: async () => ({ default: (await import("./make_action.ts")).newProject }),
});

/** `status`. */
export const status: Command = { ...boxInfo, hidden: true };

/** `remove`. */
export const remove: Command = command<{ readonly force: boolean }>({
  brief: "Delete the system's configuration file",
  flags: { force: toggle("Do not ask") },
  hidden: true,
  load: async () => ({ default: (await import("./small_action.ts")).removeConfig }),
});
