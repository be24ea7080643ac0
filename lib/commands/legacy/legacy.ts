/**
 * The commands of the 0.x versions that are not today's under another name; see `old_words.ts` for those. Help and
 * completions do not show them, `docs/legacy.md` lists them.
 *
 * @module
 */

import { type Command, command, type Group, optionalWord, text, toggle, word } from "../command.ts";

/** `-p DIR` of the older commands. */
export interface ProjectFlag {
  readonly project?: string;
}

const project = text("DIR", "The project's name or folder [default: this folder]", "project");
const short = { p: "project" } as const;

/** `env list`. */
export const env: Group = {
  kind: "group",
  brief: "List the variables of a box",
  commands: {
    list: command<ProjectFlag>({
      brief: "List the variables of a box",
      flags: { project },
      short,
      load: async () => ({ default: (await import("./small_action.ts")).envList }),
    }),
  },
  aliases: { ls: "list" },
  default: "list",
  hidden: true,
};

/** `box get KEY`. */
export const boxGet: Command = command<ProjectFlag, [key: string]>({
  brief: "Print one fact about a project",
  flags: { project },
  short,
  positional: [word("key", "shell, vault_ro, vault_rw, layout, vault_enabled, auth, metadata, mode, ...")],
  hidden: true,
  load: async () => ({ default: (await import("./small_action.ts")).boxGet }),
});

/** `workset auth WORKSET [shared|distinct]`. */
export const worksetAuth: Command = command<Record<never, never>, [workset: string, login?: string]>({
  brief: "Show or change whether a workset's boxes share the host's login",
  flags: {},
  positional: [
    word("workset", "The workset's name or folder", "workset"),
    { ...optionalWord("login", "shared or distinct"), values: ["shared", "distinct"] },
  ],
  hidden: true,
  load: async () => ({ default: (await import("./small_action.ts")).worksetAuth }),
});

/** `shared init|list`. */
export const shared: Group = {
  kind: "group",
  brief: "Manage the caches that boxes share",
  commands: {
    init: command<{ readonly agent?: string }, [name: string]>({
      brief: "Create the folder of a cache, so that boxes get it",
      flags: { agent: text("ID", "Create it for the boxes of one agent only") },
      positional: [word("name", "The cache")],
      load: async () => ({ default: (await import("./shared_action.ts")).sharedInit }),
    }),
    list: command<{ readonly json: boolean }>({
      brief: "List the configured caches and whether their folders exist",
      flags: { json: toggle("Print JSON") },
      load: async () => ({ default: (await import("./shared_action.ts")).sharedList }),
    }),
  },
  aliases: { ls: "list" },
  default: "list",
  hidden: true,
};

/** `remove`. */
export const remove: Command = command<{ readonly force: boolean }>({
  brief: "Delete the system's configuration file",
  flags: { force: toggle("Do not ask for confirmation") },
  hidden: true,
  load: async () => ({ default: (await import("./small_action.ts")).removeConfig }),
});
