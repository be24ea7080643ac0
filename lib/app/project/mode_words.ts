/**
 * The words for a project's mode on a command line.
 *
 * @module
 */

/** The words for a mode, also those of earlier versions. */
export const MODES = ["default", "standalone", "workset", "account-centric", "decentralized"] as const;

/** A mode, also in the words of earlier versions. */
export type ModeWord = typeof MODES[number];
