/**
 * What a box is: its rig, its agent and its limits.
 *
 * @module
 */

import { BOX_LEVELS, setting } from "./declare.ts";
import { agentId, bytes, choice, cpus, duration, flag, integer, list, port, rig } from "./types.ts";

/** Settings of the box itself. */
export const BOX_SETTINGS = {
  image: setting({
    name: "box.image",
    aliases: ["image", "rig", "container_image", "container.image"],
    type: rig,
    default: "oci",
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: {
      placeholder: "RIG",
      brief: "Use this rig (container image)",
      short: "i",
      spellings: ["rig"],
    },
    meaning: "The rig: a short name such as oci, or an image reference.",
  }),
  crab: setting({
    name: "box.crab",
    aliases: ["crab", "target_name", "box.target"],
    type: agentId,
    default: "",
    levels: BOX_LEVELS,
    launchOnly: true,
    decisive: true,
    flag: { placeholder: "CRAB", brief: "Use this agent (crab)", spellings: ["agent"], startOnly: true },
    meaning: "The agent. Empty: the first one found on this host.",
  }),
  security: setting({
    name: "box.security",
    aliases: ["security"],
    type: choice(["", "permissive", "standard", "moderate", "strict", "restrictive", "paranoid"], [
      "nested",
      "minimal",
    ]),
    default: "",
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: {
      placeholder: "PROFILE",
      brief: "Security profile; nested allows running containers inside the box",
    },
    meaning:
      "The security profile: how strictly the box is confined. Empty: standard for podman without root, else strict.",
  }),
  network: setting({
    name: "box.network",
    aliases: ["network"],
    type: choice(["none", "filtered", "open"]),
    default: "open",
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: { placeholder: "NETWORK", brief: "Network access of the box" },
    meaning: "What the box can reach: nothing, what the rules allow, or everything this host can.",
  }),
  memory: setting({
    name: "box.memory",
    aliases: ["memory"],
    type: bytes,
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: { placeholder: "SIZE", brief: "Limit memory, such as 4g" },
    meaning: 'The maximum memory of the box, such as 2g. "none": no limit.',
  }),
  cpus: setting({
    name: "box.cpus",
    aliases: ["cpus"],
    type: cpus,
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: { placeholder: "N", brief: "Limit the number of processors, such as 1.5" },
    meaning: 'The maximum number of processors of the box, such as 1.5. "none": no limit.',
  }),
  pids: setting({
    name: "box.pids",
    aliases: ["pids"],
    type: integer(16, 4_194_304),
    default: 2048,
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: { placeholder: "N", brief: "Limit the number of processes" },
    meaning: "The maximum number of processes and threads of the box.",
  }),
  idleTimeout: setting({
    name: "box.idle_timeout",
    aliases: ["idle_timeout"],
    type: duration,
    levels: BOX_LEVELS,
    launchOnly: true,
    flag: {
      startOnly: true,
      placeholder: "TIME",
      brief: "Stop a persistent session that has been idle for this long, such as 2h",
    },
    meaning:
      'How long a persistent session may be idle before its box is stopped, such as 2h. It is idle while nothing is typed or shown in it, no shell is open beside it, and it uses next to nothing. "none": no limit.',
  }),
  maxDuration: setting({
    name: "box.max_duration",
    aliases: ["max_duration"],
    type: duration,
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: { placeholder: "TIME", brief: "Stop the box after this long, such as 8h" },
    meaning: 'How long the box may run before it is stopped, such as 8h. "none": no limit.',
  }),
  ports: setting({
    name: "box.ports",
    aliases: ["ports"],
    type: list(port),
    default: [],
    levels: BOX_LEVELS,
    flag: {
      option: "publish",
      placeholder: "[HOST:]PORT[:BOXPORT]",
      brief: "Publish a port of the box on this machine, also while it runs; may be repeated",
    },
    meaning:
      'Ports of the box that this machine listens for, such as ["3000", "8080:80"]; on localhost unless an address is named.',
  }),
  steward: setting({
    name: "box.steward",
    aliases: ["steward"],
    type: flag,
    default: true,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "Whether a box that runs on has a small process of its own that starts commands and terminals in it without the engine.",
  }),
  comms: setting({
    name: "box.comms",
    aliases: ["comms"],
    type: flag,
    default: true,
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "Whether the box has ~/comms, the folder for messages between boxes, which each of them can write. By default only with an open network.",
  }),
  workspacePath: setting({
    name: "box.workspace_path",
    aliases: ["workspace_path"],
    type: choice(["home", "host"]),
    default: "home",
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "Where the project is in the box. home: ~/workspace only. host: at its path on this machine; ~/workspace leads there.",
  }),
  shareImages: setting({
    name: "box.share_images",
    aliases: ["share_images"],
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    launchOnly: true,
    flag: {
      toggles: {
        shareImages: { value: true, brief: "Let containers in the box use this host's images, read-only" },
      },
    },
    meaning:
      "Whether containers inside the box may use this host's images, read-only. It acts with --security nested.",
  }),
  gitAccess: setting({
    name: "box.git_access",
    aliases: ["git_access"],
    type: choice(["none", "read", "write"]),
    default: "none",
    levels: BOX_LEVELS,
    launchOnly: true,
    safety: true,
    flag: {
      placeholder: "ACCESS",
      brief: "Show the box git data of this project that lies outside of it",
    },
    meaning:
      "What the box gets of git data outside of the project, such as a worktree's: nothing, a look at it, or also commits, branches and tags of that repository.",
  }),
  devcontainer: setting({
    name: "box.devcontainer",
    aliases: ["devcontainer"],
    type: choice(["ask", "no", "yes"]),
    default: "ask",
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "Whether the box has the environment that the project's devcontainer.json describes. ask: it is offered once, on a terminal. yes: it is used once its content is approved. no: it is ignored.",
  }),
  browser: setting({
    name: "box.browser",
    aliases: ["browser"],
    type: flag,
    default: false,
    levels: BOX_LEVELS,
    launchOnly: true,
    flag: {
      toggles: {
        browser: {
          value: true,
          brief: "Put a headless browser beside the box; BROWSER_WS_ENDPOINT is its address",
        },
      },
    },
    meaning: "Whether a headless browser stands beside the box, in the box's own network.",
  }),
  browserImage: setting({
    name: "box.browser_image",
    aliases: ["browser_image"],
    type: rig,
    default: "browser",
    levels: BOX_LEVELS,
    launchOnly: true,
    meaning:
      "The rig that the browser beside a box is from: a short name, or the reference of an image with Chromium.",
  }),
  sweep: setting({
    name: "box.sweep",
    aliases: ["sweep"],
    type: flag,
    default: true,
    levels: BOX_LEVELS,
    meaning:
      "Whether what an agent leaves is tidied once a day: telemetry, debug files and caches older than a week, large copies of its program.",
  }),
};
