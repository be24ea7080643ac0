/**
 * Commands the program gives itself. Not shown, not for people. `internal steward` is answered before commands are looked for.
 *
 * @module
 */

import { type Command, command, word } from "../command.ts";

/** Waits for a box to end and cleans up after it. */
export const supervise: Command = command<Record<never, never>, [boxId: string]>({
  brief: "Supervise a running box",
  flags: {},
  positional: [word("box-id", "Identity of the box")],
  initialise: false,
  load: () => import("./supervise_action.ts"),
});

/** Makes the checksums snapshots lack. */
export const vaultSeal: Command = command<Record<never, never>, [path: string]>({
  brief: "Write the missing checksums of a vault's snapshots",
  flags: {},
  positional: [word("path", "Folder of the project")],
  initialise: false,
  load: () => import("./vault_seal_action.ts"),
});

/** Answers what hubs ask about the work of helpers. */
export const helperWork: Command = command<Record<never, never>, []>({
  brief: "Look at the work of a helper",
  flags: {},
  positional: [],
  initialise: false,
  load: () => import("./helper_work_action.ts"),
});

/** Starts, stops and removes the boxes of helpers, for their hub. */
export const helperBox: Command = command<
  Record<never, never>,
  [what: string, director: string, number: string]
>({
  brief: "Start, stop or remove a helper",
  flags: {},
  positional: [
    word("what", "start, stop or remove"),
    word("director", "Identity of the box whose hub asks"),
    word("number", "Number of the helper"),
  ],
  initialise: false,
  load: () => import("./helper_action.ts"),
});

/** Checks whether a rig has a newer image. */
export const freshness: Command = command<Record<never, never>, [engine: string, image: string]>({
  brief: "Check for a newer image",
  flags: {},
  positional: [word("engine", "Name of the engine"), word("image", "Reference of the image")],
  initialise: false,
  load: () => import("./freshness_action.ts"),
});
