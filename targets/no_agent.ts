/**
 * No agent: a shell.
 *
 * @module
 */

import type { Target } from "./target.ts";

/** The shell. It needs nothing on the host and changes nothing in a box. */
export const noAgent: Target = {
  name: "no_agent",
  displayName: "Shell",
  hasBinary: false,
  installHint: "Nothing is needed.",
  entrypoint: "/bin/bash",
  configDir: ".no_agent",
  hosts: [],
  settings: [],
  resources: [],
  credentials: [],
  instructionFiles: [],
  defaultEnv: {},
  find: () => Promise.resolve(undefined),
  mounts: () => Promise.resolve([]),
  homeFiles: () => Promise.resolve([]),
  authStatus: () => Promise.resolve({ loggedIn: true, detail: "no login needed" }),
  command: ({ extra }) => ({ args: extra, env: {} }),
  shouldRetryNew: () => false,
};
