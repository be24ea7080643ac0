/**
 * What this host allows its processes, as far as engines stumble over it.
 *
 * @module
 */

/** Hard and soft limit of a resource. */
export interface ProcessLimit {
  readonly soft: number;
  readonly hard: number;
}

// podman lowers its own limit on processes to this when it may not raise it.
const PODMAN_PROCESSES = 32768;

/** `--ulimit` values for open files and processes that this process may hand on. */
export function ulimits(limits: string = readLimits()): { nofile: ProcessLimit; nproc: ProcessLimit } {
  const nofile = limit(limits, "Max open files");
  const nproc = limit(limits, "Max processes");
  const processes = Math.min(nproc.hard, PODMAN_PROCESSES);
  return { nofile, nproc: { soft: processes, hard: processes } };
}

function readLimits(): string {
  try {
    return Deno.readTextFileSync("/proc/self/limits");
  } catch {
    return "";
  }
}

function limit(limits: string, name: string): ProcessLimit {
  const match = limits.match(new RegExp(`^${name}\\s+(\\S+)\\s+(\\S+)`, "m"));
  const value = (text: string | undefined) =>
    text === undefined || text === "unlimited" ? 1048576 : Number(text);
  return { soft: value(match?.[1]), hard: value(match?.[2]) };
}

/** Whether this host uses cgroup version 2 alone; rootless limits need it. */
export function hasCgroup2(): boolean {
  try {
    Deno.statSync("/sys/fs/cgroup/cgroup.controllers");
    return true;
  } catch {
    return false;
  }
}

/** Whether SELinux is on, so that mounts need a label. */
export function hasSelinux(): boolean {
  try {
    Deno.statSync("/sys/fs/selinux/enforce");
    return true;
  } catch {
    return false;
  }
}
