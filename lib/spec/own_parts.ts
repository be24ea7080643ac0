/**
 * The parts of what users have of their own for their agents.
 *
 * @module
 */

/** By the names that a setting chooses them with, and declarations give them. */
export const OWN_PARTS = ["settings", "instructions", "skills", "commands", "agents", "plugins"] as const;
