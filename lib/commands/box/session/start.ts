/**
 * `kanibako start`, the default command.
 *
 * @module
 */

import type { FlagSettings } from "../../../config/settings.ts";
import { type Command, command, text, toggle } from "../../command.ts";
import { project } from "../../shared_options.ts";
import {
  defined,
  type SessionFlags,
  sessionFlags,
  sessionOlder,
  sessionSettings,
  sessionShort,
  sessionSpellings,
} from "./session_flags.ts";

/** Options of `start`. */
export interface StartFlags extends SessionFlags {
  readonly new: boolean;
  readonly continue: boolean;
  readonly resume: boolean;
  readonly autonomous: boolean;
  readonly secure: boolean;
  readonly model?: string;
  readonly crab?: string;
}

/** The declaration of `start`. */
export const start: Command = command<StartFlags, [project?: string]>({
  brief: "Work with an agent in a project's box",
  description:
    `Starts the box of a project and connects you to the agent in it, or to the session that is already running. Press
Ctrl-b d to leave: the session keeps running.`,
  flags: {
    new: toggle("Start a new conversation"),
    continue: toggle("Continue the latest conversation [default]"),
    resume: toggle("Choose an earlier conversation to resume"),
    autonomous: toggle("Let the agent act without asking [default]"),
    secure: toggle("Make the agent ask before it acts"),
    model: text("MODEL", "Model of the agent for this run"),
    crab: text("CRAB", "Agent to use"),
    ...sessionFlags,
  },
  short: { N: "new", C: "continue", R: "resume", A: "autonomous", S: "secure", M: "model", ...sessionShort },
  spellings: { agent: "crab", ...sessionSpellings },
  older: { safe: "secure", ...sessionOlder },
  exclusive: [["new", "continue", "resume"], ["autonomous", "secure"], ["persistent", "ephemeral"]],
  projectOption: true,
  positional: [project],
  passthrough: { placeholder: "ARGS", brief: "Arguments for the agent, passed on untouched" },
  suggestFor: ["attach", "run"],
  examples: [
    ["kanibako", "work in this folder's box, or return to its session"],
    ["kanibako start api -N", "start a new conversation in the project api"],
    ["kanibako start --plan", "show what the box would get and where it comes from"],
    ["kanibako start --ephemeral -- --version", "run the agent once with an argument"],
  ],
  load: () => import("./start_action.ts"),
});

/** What the options of `start` say about settings. */
export function startSettings(flags: StartFlags): FlagSettings {
  return {
    ...sessionSettings(flags),
    ...defined({ model: flags.model, crab: flags.crab }),
    ...(flags.new
      ? { startMode: "new" }
      : flags.continue
      ? { startMode: "continue" }
      : flags.resume
      ? { startMode: "resume" }
      : {}),
    ...(flags.autonomous ? { autonomous: true } : flags.secure ? { autonomous: false } : {}),
  };
}
