/**
 * Commands the program gives itself. Not shown, not for people.
 *
 * @module
 */

import { type Command, command, word } from "../command.ts";

/** Waits for a box to end and cleans up after it. */
export const supervise: Command = command<Record<never, never>, [boxId: string]>({
  brief: "Supervise a running box",
  flags: {},
  positional: [word("box-id", "The box's identity")],
  initialise: false,
  load: () => import("./supervise_action.ts"),
});

/** Makes the checksums snapshots lack. */
export const vaultSeal: Command = command<Record<never, never>, [path: string]>({
  brief: "Make the checksums of a vault's snapshots",
  flags: {},
  positional: [word("path", "The project's folder")],
  initialise: false,
  load: () => import("./vault_seal_action.ts"),
});

/** Looks whether a rig has a newer image. */
export const freshness: Command = command<Record<never, never>, [engine: string, image: string]>({
  brief: "Look for a newer image",
  flags: {},
  positional: [word("engine", "The engine's name"), word("image", "The image's reference")],
  initialise: false,
  load: () => import("./freshness_action.ts"),
});
