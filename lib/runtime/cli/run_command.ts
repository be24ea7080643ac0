/**
 * The part of `run` and `exec` that is the same for every engine.
 *
 * @module
 */

import { BOX_RUN } from "../../spec/box_paths.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import type { Command, ExecSpec } from "./command.ts";

/**
 * What the script that every command starts with reads, as it is where nothing else is said. An image may set variables of its
 * own, and these would then reach every command called into the box, too.
 */
const SCRIPT_VARIABLES: Readonly<Record<string, string>> = {
  KANIBAKO_RUN: BOX_RUN,
  KANIBAKO_BEGUN: "",
  KANIBAKO_CALL: "",
  KANIBAKO_KEEP: "",
  KANIBAKO_AT: "",
  KANIBAKO_READY: "",
};

/** Words that create a container from a plan, engine and mapping aside. `network`: the engine's word for the plan's. */
export function commonRunWords(spec: BoxSpec, network: string, mounts: readonly string[]): string[] {
  const words = [`--name=${spec.name}`, "--init", "--pull=never"];
  // docker takes the name along with the network.
  if (spec.beside === undefined) {
    // podman leaves the variable as an image has it, and gives each image of a container the name that this one had.
    words.push(`--hostname=${spec.hostname}`, `--env=HOSTNAME=${spec.hostname}`);
  }
  if (spec.lifetime === "ephemeral" && !spec.stays) words.push("--rm");
  words.push(...terminalWords(spec.terminal));
  if (spec.terminal === "none") words.push("--detach", "--log-opt=max-size=1m");
  else words.push("--log-driver=none");
  words.push(`--workdir=${spec.workdir}`, `--entrypoint=${spec.entrypoint}`);
  // An image has no say in how a box ends, and starts nothing beside it: podman would ask the host's systemd for timers.
  words.push("--stop-signal=SIGTERM", "--no-healthcheck");
  words.push(`--network=${network}`, "--ipc=private", "--privileged=false");
  // The box's own process answers for names and on their ports, which no user could otherwise.
  if (spec.network.kind === "filtered" && spec.beside === undefined) {
    words.push("--sysctl=net.ipv4.ip_unprivileged_port_start=0");
  }
  for (const mount of mounts) words.push(`--mount=${mount}`);
  for (const [name, entry] of sorted(spec.env)) {
    if (entry.via !== "file") words.push(`--env=${name}=${entry.value}`);
  }
  for (const [name, value] of Object.entries(SCRIPT_VARIABLES)) words.push(`--env=${name}=${value}`);
  for (const [name, value] of sorted(spec.labels)) words.push(`--label=${name}=${value}`);
  if (spec.security.noNewPrivileges) words.push("--security-opt=no-new-privileges");
  if (spec.security.readOnlyRoot) words.push("--read-only");
  return words;
}

/** Words that connect a command to our terminal or streams. */
function terminalWords(terminal: BoxSpec["terminal"]): string[] {
  return terminal === "tty"
    ? ["--interactive", "--tty", "--detach-keys="]
    : terminal === "pipe"
    ? ["--interactive"]
    : [];
}

/** The `exec` command; the values of its variables stay out of the process list. */
export function execWords(binary: string, spec: ExecSpec): Command {
  const words = [binary, "exec", ...terminalWords(spec.terminal), `--workdir=${spec.workdir}`];
  for (const name of Object.keys(spec.env).sort()) words.push(`--env=${name}`);
  return { argv: [...words, spec.container, ...spec.argv], env: spec.env };
}

/** Capabilities of Linux 6.x, without `CAP_`. Source: capabilities(7). */
export const ALL_CAPABILITIES: readonly string[] = [
  "AUDIT_CONTROL",
  "AUDIT_READ",
  "AUDIT_WRITE",
  "BLOCK_SUSPEND",
  "BPF",
  "CHECKPOINT_RESTORE",
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "IPC_LOCK",
  "IPC_OWNER",
  "KILL",
  "LEASE",
  "LINUX_IMMUTABLE",
  "MAC_ADMIN",
  "MAC_OVERRIDE",
  "MKNOD",
  "NET_ADMIN",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_RAW",
  "PERFMON",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_CHROOT",
  "SYS_MODULE",
  "SYS_NICE",
  "SYS_PACCT",
  "SYS_PTRACE",
  "SYS_RAWIO",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "SYSLOG",
  "WAKE_ALARM",
];

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1);
}
