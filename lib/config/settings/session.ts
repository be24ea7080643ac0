/**
 * How a session opens, and what its agent is asked to be.
 *
 * @module
 */

import { EVERY_LEVEL, setting } from "./declare.ts";
import { choice, flag, text } from "./types.ts";

/** Settings of a session. */
export const SESSION_SETTINGS = {
  startMode: setting({
    name: "start_mode",
    stored: "crab.start_mode",
    type: choice(["continue", "new", "resume"]),
    default: "continue",
    levels: EVERY_LEVEL,
    launchOnly: true,
    flag: {
      startOnly: true,
      toggles: {
        new: { value: "new", short: "N", brief: "Start a new conversation" },
        continue: { value: "continue", short: "C", brief: "Continue the latest conversation [default]" },
        resume: { value: "resume", short: "R", brief: "Choose an earlier conversation to resume" },
      },
    },
    meaning: "Which conversation a session opens with.",
  }),
  autonomous: setting({
    name: "autonomous",
    stored: "crab.autonomous",
    type: flag,
    default: true,
    levels: EVERY_LEVEL,
    launchOnly: true,
    safety: true,
    flag: {
      startOnly: true,
      toggles: {
        autonomous: { value: true, short: "A", brief: "Let the agent act without asking [default]" },
        secure: {
          value: false,
          short: "S",
          older: ["safe"],
          brief: "Make the agent ask before it acts",
        },
      },
    },
    meaning: "Whether the agent works without asking for each step.",
  }),
  persistence: setting({
    name: "persistence",
    stored: "box.persistence",
    type: choice(["persistent", "ephemeral"]),
    default: "persistent",
    levels: EVERY_LEVEL,
    launchOnly: true,
    decisive: true,
    flag: {
      toggles: {
        persistent: { value: "persistent", brief: "Keep the session running when you leave it" },
        ephemeral: { value: "ephemeral", brief: "Run in the foreground and leave no container behind" },
      },
    },
    meaning: "Whether a session outlives the terminal.",
  }),
};

/** Settings that are handed to the agent. An agent may have more of its own, below `crab`. */
export const AGENT_SETTINGS = {
  model: setting({
    name: "model",
    stored: "crab.model",
    type: text,
    levels: EVERY_LEVEL,
    agent: true,
    launchOnly: true,
    flag: { placeholder: "MODEL", brief: "Use this model for this run", short: "M", startOnly: true },
    meaning: "The agent's model. Empty: the agent's own choice.",
  }),
  access: setting({
    name: "access",
    stored: "crab.access",
    type: text,
    levels: EVERY_LEVEL,
    agent: true,
    meaning: "The agent's own permission setting.",
  }),
};
