/**
 * `kanibako replay`.
 *
 * @module
 */

import { type Command, command, text, word } from "../../command.ts";

/** Options of `replay`. */
export interface ReplayFlags {
  readonly speed?: string;
  readonly maxIdle?: string;
}

/** The declaration of `replay`. */
export const replay: Command = command<ReplayFlags, [file: string]>({
  brief: "Play a recording of a session",
  description:
    `Plays what --record has written, or any other asciicast of version 2. What a box cannot do to your terminal, a
recording cannot do either. Ctrl-c ends it.`,
  flags: {
    speed: text("N", "Play N times as fast, such as 2 or 0.5 [default: 1]"),
    maxIdle: text("SECONDS", "Shorten pauses to SECONDS [default: as recorded]"),
  },
  positional: [word("file", "The recording")],
  suggestFor: ["play"],
  examples: [
    ["kanibako replay fix.cast", "play a recording at its own pace"],
    ["kanibako replay fix.cast --speed 4 --max-idle 1", "play it quickly, without long pauses"],
  ],
  initialise: false,
  load: () => import("./replay_action.ts"),
});
