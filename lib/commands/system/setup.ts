/**
 * `kanibako setup`.
 *
 * @module
 */

import type { RuntimeKind } from "../../runtime/kinds.ts";
import { choice, type Command, command, text, toggle } from "../command.ts";
import { engine, json } from "../shared_options.ts";

/** Options of `setup`: each is the answer to one of its questions. */
export interface SetupFlags {
  readonly engine?: RuntimeKind;
  readonly crab?: string;
  readonly logIn?: string;
  readonly rig?: string;
  readonly prepare: boolean;
  readonly network?: "filtered" | "agent-only" | "open" | "none";
  readonly own?: "none" | "texts" | "all";
  readonly servers?: "none" | "all";
  readonly linger: boolean;
  readonly completions?: "bash" | "zsh" | "fish";
  readonly again: boolean;
  readonly check: boolean;
  readonly json: boolean;
}

/** What answers a question; nothing of it belongs to a mere look. */
export const ANSWERS = [
  "engine",
  "crab",
  "logIn",
  "rig",
  "prepare",
  "network",
  "own",
  "servers",
  "linger",
  "completions",
] as const;

/** The declaration of `setup`. */
export const setup: Command = command<SetupFlags>({
  brief: "Set this machine up, or show what is left to do",
  description:
    `Checks the container engine, the agents and their logins, the rig, the network of boxes, what of your own configuration
they get, whether they outlive your login, and the completions of your shell. On a terminal it asks what nobody has
decided yet, and stores the answers. Elsewhere it reports. It can be repeated. Each option is the answer to a question.`,
  flags: {
    engine: { ...engine, brief: "Use this container engine from now on" },
    crab: text("CRAB", "Use this agent from now on, where a project names none"),
    logIn: text("CRAB", "Log in to this agent on this machine"),
    rig: text("RIG", "Use this rig from now on, where a project names none"),
    prepare: toggle("Pull or build the rig now"),
    network: choice(["filtered", "agent-only", "open", "none"], "Let boxes reach this"),
    own: choice(["none", "texts", "all"], "Give boxes a copy of your own configuration of agents"),
    servers: choice(["none", "all"], "Give boxes the MCP servers of your own configuration"),
    linger: toggle("Keep boxes running when you log out"),
    completions: choice(["bash", "zsh", "fish"], "Write the completions of this shell"),
    again: toggle("Ask again what is decided already"),
    check: toggle("Ask nothing; exit with 1 where a box with an agent could not start"),
    json: { ...json, brief: "Print JSON; asks nothing" },
  },
  exclusive: (["check", "json"] as const).flatMap((look) =>
    [...ANSWERS, "again" as const].map((flag) => [look, flag])
  ),
  initialise: false,
  examples: [
    ["kanibako setup --network filtered --prepare --linger", "answer some of the questions in a script"],
    ["kanibako setup --check", "see whether a box could start"],
  ],
  load: () => import("./setup_action.ts"),
});
