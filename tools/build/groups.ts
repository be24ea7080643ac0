/**
 * Which modules of the program are loaded together, and become one file each in what is built.
 *
 * To see what a command loads: `strace -f -e trace=openat dist/kanibako COMMAND`. Something that is missing here costs a
 * file of its own; something too much is loaded by commands that do not need it.
 *
 * @module
 */

import type { Group } from "./chunks.ts";

/** Each with all that it imports, as far as no earlier one has it. Later groups may build on earlier ones. */
export const GROUPS: readonly Group[] = [
  // Answered before anything else is loaded.
  { name: "version", entries: ["lib/host/version.ts"] },
  { name: "help", entries: ["lib/commands/help.ts"] },
  {
    // What a box's own process and every command need.
    name: "base",
    entries: [
      "lib/host/bytes.ts",
      "lib/host/open_process.ts",
      "lib/host/process.ts",
      "lib/spec/box_paths.ts",
      "lib/wire/accept.ts",
      "lib/wire/frame.ts",
      "lib/wire/messages.ts",
      "lib/wire/window.ts",
    ],
  },
  {
    // A box's own process, as long as nothing but calls is asked of it.
    name: "steward",
    entries: ["lib/steward/serve.ts", "lib/steward/steward.ts"],
  },
  // What both ends of a connection that is passed on have. Without it, each would load all that the other one has.
  { name: "relay", entries: ["lib/wire/door_messages.ts", "lib/wire/host_name.ts", "lib/wire/relay.ts"] },
  // The same process in a box with a filtered network.
  { name: "door", entries: ["lib/steward/open_door.ts"] },
  {
    // Every command.
    name: "usual",
    entries: [
      "lib/commands/dispatch.ts",
      "lib/commands/parse.ts",
      "lib/config/env.ts",
      "lib/config/system.ts",
      "lib/config/initialise.ts",
      "lib/host/toml.ts",
      "lib/project/change/journal.ts",
      "lib/project/locate.ts",
      "lib/spec/source.ts",
    ],
  },
  {
    // A command called into a session that runs: it needs nothing of what starts one.
    name: "call",
    entries: ["lib/commands/box/session/shell_action.ts", "lib/session/quick_call.ts"],
  },
  {
    // What a box's configuration says. What changes it is elsewhere: a launch does without.
    name: "levels",
    entries: [
      "lib/config/caches.ts",
      "lib/config/levels.ts",
      "lib/config/no_effect.ts",
      "lib/config/read.ts",
      "lib/config/resolve.ts",
      "lib/config/shares.ts",
      "lib/spec/mask.ts",
    ],
  },
  {
    // What asks an engine, and what it takes of the C library.
    name: "boxes",
    entries: [
      "lib/runtime/open.ts",
      "lib/runtime/cli/programs.ts",
      "lib/runtime/cli/podman.ts",
      "lib/host/pipe.ts",
      "lib/host/fifo.ts",
      "lib/host/tree/plain_file.ts",
      "lib/commands/box/report/list_action.ts",
    ],
  },
  {
    name: "agents",
    entries: [
      "targets/discover.ts",
      "lib/app/config/agent.ts",
    ],
  },
  {
    name: "session",
    entries: [
      "lib/commands/box/session/session_request.ts",
      "lib/commands/box/session/start_action.ts",
      "lib/host/tree/entry.ts",
    ],
  },
  // One command in a box of its own: what it takes beside a session.
  {
    name: "run",
    entries: ["lib/commands/run/run_action.ts", "lib/app/run/run.ts"],
  },
  // What a terminal takes.
  // A box of an image that is not ours, of which everything is known.
  {
    name: "fit",
    entries: [
      "lib/session/fit.ts",
      "lib/session/authorities.ts",
      "lib/runtime/cli/image_facts/image_facts.ts",
    ],
  },
  { name: "terminal", entries: ["lib/run/own_terminal.ts"] },
  // What is looked at before and after a session.
  { name: "report", entries: ["lib/report/session.ts"] },
  // What goes into a home and comes out of it again: a launch hands it in, and whoever finishes a run takes it out.
  {
    name: "logins",
    entries: ["lib/crab/collect_logins.ts", "lib/crab/delivery_record.ts", "lib/run/login_trouble.ts"],
  },
  // A box that runs.
  { name: "join", entries: ["lib/session/join.ts"] },
  // Loaded while an engine starts a box.
  { name: "after", entries: ["lib/session/after_start.ts"] },
  {
    // What a box's home gets, and what an agent needs.
    name: "delivery",
    entries: ["lib/session/find_agent.ts", "lib/session/delivery.ts"],
  },
  // What goes on beside a box into which commands can be called.
  { name: "services", entries: ["lib/run/calls.ts", "lib/run/ports/publishing.ts"] },
  {
    // A filtered network: what its door and a launch share, then what is the launch's, then the door.
    name: "rules",
    entries: [
      "lib/net/certificates.ts",
      "lib/net/network_file.ts",
      "lib/net/proxy.ts",
      "lib/net/written_rules.ts",
    ],
  },
  { name: "filtered", entries: ["lib/session/network.ts", "lib/session/network_files.ts"] },
  { name: "way_out", entries: ["lib/run/door.ts"] },
  // The browser beside a box: the host's side.
  { name: "browser", entries: ["lib/run/browser/beside.ts"] },
  { name: "trees", entries: ["lib/host/tree/remove.ts"] },
  {
    // Where places of the project are protected.
    name: "protect",
    entries: ["lib/protect/protection.ts", "lib/protect/hold.ts", "lib/protect/settle.ts"],
  },
  {
    // What a hub has started for a helper.
    name: "helper",
    entries: ["lib/commands/internal/helper_action.ts", "lib/app/helper/start_helper.ts"],
  },
  // One prompt in place of a session.
  { name: "prompt", entries: ["lib/commands/box/session/prompt_action.ts", "lib/session/prompt.ts"] },
  {
    name: "settings",
    entries: [
      "lib/commands/box/settings/config_action.ts",
      "lib/commands/system/config_action.ts",
      "lib/app/config/change.ts",
    ],
  },
];
