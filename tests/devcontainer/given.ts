/** A `devcontainer.json` that says nothing, for tests to add to. */

import type { DevContainer, Lifecycle } from "../../lib/devcontainer/types.ts";

const NO_COMMANDS: Lifecycle = {
  onCreate: [],
  updateContent: [],
  postCreate: [],
  postStart: [],
  postAttach: [],
};

export function devContainer(
  { lifecycle, ...parts }: Partial<Omit<DevContainer, "lifecycle">> & { lifecycle?: Partial<Lifecycle> } = {},
): DevContainer {
  return {
    path: ".devcontainer/devcontainer.json",
    folder: ".devcontainer",
    hash: "0123456789abcdef".repeat(4),
    image: "registry.example/base:1",
    features: [],
    overrideFeatureInstallOrder: [],
    containerEnv: {},
    remoteEnv: {},
    mounts: [],
    forwardPorts: [],
    appPorts: [],
    portsAttributes: {},
    updateRemoteUserUID: true,
    overrideCommand: true,
    init: false,
    entrypoints: [],
    waitFor: "updateContentCommand",
    localEnv: [],
    widening: [],
    unsupported: [],
    configuration: { forwardPorts: parts.forwardPorts ?? [] },
    lifecycle: { ...NO_COMMANDS, ...lifecycle },
    ...parts,
  } as DevContainer;
}

/** One command of the file itself. */
export function own(command: Lifecycle["onCreate"][number]["command"]): Lifecycle["onCreate"] {
  return [{ from: "devcontainer.json", command }];
}
