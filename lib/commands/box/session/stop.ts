/**
 * `kanibako stop`.
 *
 * @module
 */

import { choice, type Command, command, optionalWord, toggle } from "../../command.ts";

/** Options of `stop`. */
export interface StopFlags {
  readonly all: boolean;
  readonly force: boolean;
  readonly engine?: "podman" | "docker";
}

/** The declaration of `stop`. */
export const stop: Command = command<StopFlags, [project?: string]>({
  brief: "Stop a running box, or all of them",
  flags: {
    all: toggle("Stop every running box"),
    force: toggle("Do not ask"),
    engine: choice(["podman", "docker"], "Use this container engine"),
  },
  projectOption: true,
  positional: [optionalWord("project", "A folder or a project's name; this folder unless told")],
  examples: [
    ["kanibako stop", "stop this folder's box"],
    ["kanibako stop --all", "stop every box, after asking"],
  ],
  load: () => import("./stop_action.ts"),
});
