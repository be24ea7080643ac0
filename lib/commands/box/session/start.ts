/**
 * `kanibako start`, the default command.
 *
 * @module
 */

import type { FlagSettings } from "../../../config/settings.ts";
import { type Command, command, optionalWord, text, toggle } from "../../command.ts";
import {
  defined,
  type SessionFlags,
  sessionFlags,
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
  brief: "Work with an agent in the project's box",
  description:
    `Opens the box of a project (of this folder, unless told) and connects you to the agent in it. A session that is
still running is picked up again. Leave it with Ctrl-b d: it keeps running.`,
  flags: {
    new: toggle("Begin a new conversation"),
    continue: toggle("Continue the latest conversation (the default)"),
    resume: toggle("Choose an earlier conversation"),
    autonomous: toggle("Let the agent work without asking (the default)"),
    secure: toggle("Let the agent ask before it acts"),
    model: text("MODEL", "The agent's model for this run"),
    crab: text("CRAB", "Use this agent"),
    ...sessionFlags,
  },
  short: { N: "new", C: "continue", R: "resume", A: "autonomous", S: "secure", M: "model", ...sessionShort },
  spellings: { safe: "secure", agent: "crab", ...sessionSpellings },
  exclusive: [["new", "continue", "resume"], ["autonomous", "secure"], ["persistent", "ephemeral"]],
  projectOption: true,
  positional: [optionalWord("project", "A folder or a project's name; this folder unless told")],
  passthrough: { placeholder: "ARGS", brief: "Given to the agent as they are" },
  examples: [
    ["kanibako", "work in this folder's box, or go back to the session there"],
    ["kanibako start api -N", "a new conversation in the project api"],
    ["kanibako start --plan", "see what the box would get, and from where"],
    ["kanibako start --ephemeral -- --version", "run the agent once, with arguments of its own"],
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
