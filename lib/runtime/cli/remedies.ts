/**
 * Known troubles of engines: how each shows itself, what to tell the user, and what fixes it. A failed run is matched
 * here, the remedy remembered as a fact about the engine, and the run tried again.
 *
 * @module
 */

import type { EngineFacts } from "./facts.ts";
import type { EngineKind } from "./kinds.ts";
import { exists } from "../../host/path.ts";
import { findExecutable } from "../../host/process.ts";
import { noRoom } from "../../host/room.ts";
import { shellQuote } from "../../host/ui/text.ts";

/** What a failure turned out to be. */
export interface Diagnosis {
  /** `image-missing`: get the image; `image-damaged`: get it again; `name-taken`, `not-running`: our idea of the box is stale; the others are final. */
  readonly kind:
    | "remedy"
    | "image-missing"
    | "image-damaged"
    | "name-taken"
    | "not-running"
    | "host"
    | "command"
    | "unknown";
  /** One sentence for the user. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** What to do differently, when this program can do it. */
  readonly learn?: EngineFacts;
}

interface Row {
  readonly engine?: EngineKind;
  readonly signature: RegExp;
  readonly diagnose: (facts: EngineFacts, match: RegExpMatchArray) => Diagnosis | undefined;
}

const TABLE: readonly Row[] = [
  {
    signature: /image not known|No such image|Unable to find image|unable to find a name and tag match/i,
    diagnose: () => ({ kind: "image-missing", message: "The rig is not on this machine yet." }),
  },
  {
    signature: /name .{0,300}already in use|Conflict\. The container name/i,
    diagnose: () => ({ kind: "name-taken", message: "A container of that name exists already." }),
  },
  {
    signature:
      /no such container|container state improper|is not running|no container with (name|id)|exec in a stopped container|has already been removed|does not exist in database/i,
    diagnose: () => ({ kind: "not-running", message: "The box is not running." }),
  },
  {
    engine: "podman",
    signature:
      /cannot re-exec process to join the existing user namespace|invalid internal status, try resetting the pause process/,
    diagnose: () => ({
      kind: "host",
      message: "podman has lost the process that keeps the user namespace of its containers.",
      hint: "podman system migrate   (it also ends what is left of this user's containers)",
    }),
  },
  {
    engine: "podman",
    // One such image keeps podman from listing all others.
    signature:
      /retrieving label for image "([0-9a-f]{12})[0-9a-f]*"|locating item named "\w{1,30}" for image with ID "([0-9a-f]{12})[0-9a-f]*"/,
    diagnose: (_facts, match) => ({
      kind: "host",
      message: `An image in podman's storage is damaged: ${match[1] ?? match[2]}.`,
      hint: `podman image rm --force ${match[1] ?? match[2]}   (a rig is made again at its next start)`,
    }),
  },
  {
    // Our script is there, so it is what should run it that is not.
    signature:
      /failed to exec pid1: (No such file|Permission denied)|exec \/run\/kanibako\/\S{1,40} failed: No such file/,
    diagnose: () => ({
      kind: "command",
      message: "The rig has no /bin/sh, which a box needs.",
      hint: "Use a rig that has a shell: --image",
    }),
  },
  {
    // Of an image's own files, before anything of it runs. A layer of which only the name is left is "not known".
    signature:
      /mounting storage for container .{0,80}(overlay mount.*no such file or directory|readlink .*no such file|layer not known)|(error )?creating overlay mount to .*no such file or directory|layer not known|creating read-write layer .{0,300}(no such file|not known)|stat \S{0,300}\/(overlay|vfs)\/[0-9a-f]{64}\S{0,100}: no such file or directory|failed to (mount|prepare) .{0,200}(snapshot|layer).*(no such file|does not exist)/,
    diagnose: () => ({
      kind: "image-damaged",
      message: "Files of the rig are missing in the engine's storage.",
    }),
  },
  {
    engine: "podman",
    signature: /statfs (\/[^\n]{0,4000}?): no such file or directory/,
    diagnose: (_facts, [, path = ""]) =>
      exists(path)
        ? {
          kind: "host",
          message: `podman does not see ${
            shellQuote(path)
          }: its file system was mounted after podman was first used.`,
          hint: "podman system migrate   (it also ends what runs of this user's containers)",
        }
        : undefined,
  },
  {
    engine: "podman",
    signature: /cgroups in hybrid mode not supported/,
    diagnose: (facts) => {
      if (facts.runtime === "runc") return undefined;
      if (!findExecutable("runc") && !findExecutable("/usr/sbin/runc")) {
        return {
          kind: "host",
          message: "The container runtime crun cannot work with this host's mix of cgroup versions.",
          hint: "Install the package runc. It is then used automatically.",
        };
      }
      return {
        kind: "remedy",
        message: "This host mixes cgroup versions, so runc is used instead of crun.",
        learn: { runtime: "runc" },
      };
    },
  },
  {
    signature: /RLIMIT_(NOFILE|NPROC)|error setting rlimit/,
    diagnose: (facts) =>
      facts.clampUlimits ? undefined : {
        kind: "remedy",
        message:
          "This host allows fewer open files and processes than the engine asks for; its limits are used.",
        learn: { clampUlimits: true },
      },
  },
  {
    engine: "podman",
    signature:
      /invalid (option|parameter|value).{0,80}keep-id|keep-id:.{0,60}(unknown|invalid|unrecogni[sz]ed)/i,
    diagnose: (facts) =>
      facts.plainKeepId || Deno.uid() !== 1000 ? undefined : {
        kind: "remedy",
        message: "This podman version cannot map to a chosen user id; using your own.",
        learn: { plainKeepId: true },
      },
  },
  {
    engine: "podman",
    signature: /keep-id:.{0,60}|unrecognized namespace mode keep-id/i,
    diagnose: () => ({
      kind: "host",
      message: "This podman cannot map your user into a box.",
      hint: "Use podman 4.3 or later.",
    }),
  },
  {
    signature: /\/dev\/net\/tun/,
    diagnose: () => ({
      kind: "host",
      message: "The network of a box needs /dev/net/tun, which your user cannot open.",
      hint: [
        "sudo chmod 0666 /dev/net/tun   (the mode the system gives it by default)",
        "or use no network: --network none",
      ].join("\n"),
    }),
  },
  {
    engine: "podman",
    signature:
      /netavark: [^\n]{0,300}(No such file|iptables|nftables)|could not find "netavark"|"?iptables"?: executable file not found/,
    diagnose: () => ({
      kind: "host",
      message: "The engine's network helper is incomplete.",
      hint: "Install the packages netavark, iptables and nftables, or use --network none.",
    }),
  },
  {
    engine: "podman",
    signature:
      /could not find (slirp4netns|pasta)|(slirp4netns|pasta)[^\n]{0,80}(executable file not found|no such file)/,
    diagnose: (_facts, match) => ({
      kind: "host",
      message: `The engine's network helper ${match[1] ?? match[2] ?? ""} is missing.`.replace("  ", " "),
      hint: "Install the package slirp4netns (or passt), or use --network none.",
    }),
  },
  {
    engine: "podman",
    signature: /container-init binary not found|catatonit: .{0,80}not found/,
    diagnose: () => ({
      kind: "host",
      message: "The engine has no init to run in boxes.",
      hint: "Install the package catatonit.",
    }),
  },
  {
    engine: "podman",
    signature: /newuidmap|no subuid ranges found|cannot find (UID|GID) mappings|insufficient UIDs/i,
    diagnose: () => ({
      kind: "host",
      message: "Your user has no range of user ids for containers.",
      hint: [
        "Install the package uidmap (or shadow-utils), then:",
        'sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$USER"',
        "podman system migrate",
      ].join("\n"),
    }),
  },
  {
    engine: "podman",
    signature: /controller `?(\w{1,30})`? is not available|\b(\w{1,30}) cgroup controller.{0,40}not/i,
    diagnose: (_facts, match) => ({
      kind: "host",
      message: `This host does not let your user limit ${match[1] ?? match[2]}.`,
      hint: "Run without that limit, or let systemd delegate the cgroup controller to users (Delegate=yes).",
    }),
  },
  {
    engine: "docker",
    signature: /Cannot connect to the Docker daemon|permission denied .{0,80}docker.*sock/i,
    diagnose: (_facts, match) => ({
      kind: "host",
      message: match[0].startsWith("Cannot")
        ? "The docker daemon does not answer."
        : "Your user cannot use the docker daemon.",
      hint: "Start docker (sudo systemctl start docker), or use podman: --engine podman",
    }),
  },
  {
    signature: /[\s"](\/[^\s:"']{1,1000})['"]?: (no space left on device|disk quota exceeded)/i,
    diagnose: (_facts, [, path = "", what = ""]) => {
      const code = what.toLowerCase().startsWith("no")
        ? "No space left on device (os error 28)"
        : "quota exceeded (os error 122)";
      const full = noRoom(new Error(`${code}: at '${path}'`));
      return full && { kind: "host", message: full.message, hint: full.hints.join("\n") };
    },
  },
  {
    signature: /no space left on device|disk quota exceeded/i,
    diagnose: () => ({
      kind: "host",
      message: "There is no space left for containers.",
      hint: "To see what is used: kanibako system diagnose",
    }),
  },
  {
    engine: "podman",
    signature:
      /default OCI runtime|runtime "?runc"? not found|invalid OCI runtime|executable file `runc` not found/,
    diagnose: () => undefined,
  },
  {
    signature:
      /exec: "[^"]*": (executable file not found|stat|permission denied)|executable file `[^`]*` not found/,
    diagnose: (_facts, match) => ({
      kind: "command",
      message: `The rig cannot run the command: ${match[0]}`,
      hint: "Check the command, or use a rig that has it: --image",
    }),
  },
];

/** As much of a failure's words as is looked at, from its beginning and from its end: they may be a box's, who makes them long. */
const HALF_WORDS = 8 * 1024;

/** Finds what a failed engine call meant. */
export function diagnose(engine: EngineKind, words: string, facts: EngineFacts): Diagnosis {
  const output = words.length <= 2 * HALF_WORDS
    ? words
    : `${words.slice(0, HALF_WORDS)}\n${words.slice(-HALF_WORDS)}`;
  for (const row of TABLE) {
    if (row.engine && row.engine !== engine) continue;
    const match = output.match(row.signature);
    const diagnosis = match && row.diagnose(facts, match);
    if (diagnosis) return diagnosis;
  }
  return { kind: "unknown", message: `${engine} failed.` };
}

/** Lines an engine says that mean nothing to the user. */
export function withoutNoise(output: string): string {
  return output.split("\n").filter((line) => !NOISE.test(line)).join("\n");
}

const NOISE =
  /\\?"\/\\?" is not a shared mount|Resource limits are not supported and ignored on cgroups V1|See '\w+ run --help'|^Run '\w+ run --help'|Error validating CNI config|Failed to load cached network config|cgroupv2 manager is set to systemd but there is no systemd user session|For using systemd, you may need to login|Alternatively, you can enable lingering|Falling back to --cgroup-manager=cgroupfs|Using cgroups-v1 which is deprecated/;
