/**
 * `kanibako run`: one command in a box of its own.
 *
 * @module
 */

import type { RuntimeKind } from "../../runtime/kinds.ts";
import { type SessionFlags, sessionOptions } from "../box/session/session_flags.ts";
import { type Command, command, type OptionsFor, text, toggle } from "../command.ts";
import { engine } from "../shared_options.ts";

/** Options of `run` that are no settings. What the others say is read as that of a session is. */
export interface RunFlags {
  readonly config?: string;
  readonly template?: string;
  readonly mountProject: boolean;
  readonly noProject: boolean;
  readonly noNetwork: boolean;
  readonly keep: boolean;
  readonly branch: boolean;
  readonly ttl?: string;
  readonly explain: boolean;
  readonly json: boolean;
  readonly noStdin: boolean;
  readonly engine?: RuntimeKind;
}

const OWN: OptionsFor<RunFlags> = {
  noNetwork: toggle("Same as --network none"),
  config: text("FILE", "Take image and settings from this agentkernel.toml"),
  template: text("TEMPLATE", "Take image and settings from a template: a name, or a TOML file"),
  mountProject: toggle("Fail if the current folder cannot be mounted"),
  noProject: toggle("Work in an empty folder instead of the current project"),
  keep: toggle("Keep the box afterwards, stopped; start, shell and rm take its name"),
  branch: toggle("Keep the box under the name of the git branch, and use it again"),
  ttl: text("TIME", "End the command, and remove a box that is kept, after this long, such as 1h"),
  explain: toggle("Say which image is used and why; without a command, do nothing else"),
  json: toggle("Print one JSON object with output and exit code when the command has ended"),
  noStdin: toggle("Do not read standard input, as with </dev/null; for loops that read a list"),
  engine,
};

const { flags, short, spellings, older: _older, exclusive: _exclusive } = sessionOptions("shell");
/** What says how a session is held, or is about a project's own box. */
const NOT_OURS = [
  "persistent",
  "ephemeral",
  "entrypoint",
  "distinctAuth",
  "record",
  "plan",
  "noHelpers",
  "gitAccess",
  "noAutoAuth",
] as const;

/** The settings that are options of `run`, too. */
const SETTINGS: Partial<typeof flags> = Object.fromEntries(
  Object.entries(flags).filter(([name]) => !(NOT_OURS as readonly string[]).includes(name) && !(name in OWN)),
);

/** The declaration of `run`. */
export const run: Command = command<RunFlags & Partial<SessionFlags>>({
  brief: "Run one command in a box of its own",
  description:
    `Works in the current project, which the command can change, and picks an image that fits the command or the project.
Passes input, output and signals through, and exits with the code of the command. Nothing is left afterwards but what
the command did to the project. Options come before CMD.`,
  flags: { ...SETTINGS, ...OWN } as OptionsFor<RunFlags & Partial<SessionFlags>>,
  short: { ...short, k: "keep", c: "config", p: "security" as never },
  spellings: { ...spellings, profile: "security" as never },
  exclusive: [["noNetwork", "network" as never], ["mountProject", "noProject"], ["config", "template"]],
  optionsFirst: true,
  more: { placeholder: "CMD", brief: "Command to run, with its arguments" },
  initialise: true,
  examples: [
    ["kanibako run npm test", "run the tests of this project in a box with Node"],
    ["kanibako run --no-network -- python3 -c 'print(1)'", "run without network access"],
    ["kanibako run --keep --image rust cargo build", "keep the box, to look into it afterwards"],
    ["kanibako run --explain", "show which image would be used for this project"],
  ],
  load: () => import("./run_action.ts"),
});
