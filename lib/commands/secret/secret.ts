/**
 * `kanibako secret ...`
 *
 * @module
 */

import { type Command, command, type Group, list as listOf, text, toggle, word } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `set`. */
export interface SetFlags {
  readonly from?: readonly string[];
  readonly command?: string;
  readonly quiet: boolean;
}

const set: Command = command<SetFlags, [name: string]>({
  brief: "Store a secret, or where to ask for it",
  description:
    `The value is asked for, or read from standard input; it is never an argument, which other users could see. A box gets it
only where a setting binds it to a host: kanibako box config secret.NAME=HOST

Of several origins the first with a value is used, and the next one where a service refuses it.`,
  flags: {
    from: listOf(
      "ORIGIN",
      "Ask there each time: env:VAR, secret-tool:SERVICE[/USER], pass:ENTRY, secret:NAME; may be repeated",
    ),
    command: text("COMMAND", "Take what this command of the shell prints, each time"),
    quiet: toggle("Print nothing"),
  },
  short: { q: "quiet" },
  exclusive: [["from", "command"]],
  positional: [word("name", "Name, which is also that of the variable in boxes", "secret")],
  initialise: false,
  examples: [
    ["kanibako secret set GITHUB_TOKEN", "type or paste the value, unseen"],
    ["gh auth token | kanibako secret set GITHUB_TOKEN", "store what a program prints"],
    ["kanibako secret set NPM_TOKEN --from pass:npm/token", "ask the password store each time"],
    [
      "kanibako secret set GITHUB_TOKEN --from pass:work --from pass:home",
      "use the second where the first is refused",
    ],
  ],
  load: () => import("./set_action.ts"),
});

/** Options of `list`. */
export interface ListFlags {
  readonly json: boolean;
  readonly quiet: boolean;
}

const list: Command = command<ListFlags>({
  brief: "List the secrets, without their values",
  flags: { json, quiet: toggle("Print names only, one per line") },
  short: { q: "quiet" },
  positional: [],
  initialise: false,
  load: () => import("./list_action.ts"),
});

/** Options of `rm`. */
export interface RmFlags {
  readonly quiet: boolean;
}

const rm: Command = command<RmFlags, [name: string]>({
  brief: "Forget a secret",
  flags: { quiet: toggle("Print nothing") },
  short: { q: "quiet" },
  positional: [word("name", "Name of the secret", "secret")],
  initialise: false,
  load: () => import("./rm_action.ts"),
});

/** Options of `get`. */
export interface GetFlags {
  readonly reveal: boolean;
}

const get: Command = command<GetFlags, [name: string]>({
  brief: "Show where a secret comes from, or its value",
  flags: { reveal: toggle("Print the value") },
  positional: [word("name", "Name of the secret", "secret")],
  initialise: false,
  examples: [["kanibako secret get GITHUB_TOKEN --reveal", "print the value"]],
  load: () => import("./get_action.ts"),
});

/** The group. */
export const secret: Group = {
  kind: "group",
  brief: "Store secrets that boxes use without having them",
  commands: { set, list, rm, get },
  aliases: { ls: "list", add: "set", delete: "rm", remove: "rm" },
  default: "list",
};
