/**
 * The system calls a box may make: podman's own profile, less what a box has no business with.
 *
 * podman's profile lets an unprivileged process make user namespaces, mount inside them and use the kernel's keyrings,
 * which opens much of the kernel to it; docker's does not. This brings podman's in line, starting from the
 * host's own file so that it follows the engine's updates.
 *
 * @module
 */

import { writeJson } from "../../host/store.ts";

const HOST_PROFILES = ["/etc/containers/seccomp.json", "/usr/share/containers/seccomp.json"];

/** Refused in every box. */
const REFUSED = [
  "add_key",
  "bpf",
  "fsconfig",
  "fsmount",
  "fsopen",
  "fspick",
  "io_uring_enter",
  "io_uring_register",
  "io_uring_setup",
  "kexec_file_load",
  "kexec_load",
  "keyctl",
  "mount",
  "mount_setattr",
  "move_mount",
  "open_tree",
  "perf_event_open",
  "pivot_root",
  "request_key",
  "setns",
  "umount",
  "umount2",
  "unshare",
  "userfaultfd",
];

// CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}. Source: clone(2).
const NEW_NAMESPACE = 0x7e020000;
const EPERM = 1;
const ENOSYS = 38;

/** One rule of a profile. Source: containers/common, pkg/seccomp. */
interface Rule {
  names: string[];
  action: string;
  args?: unknown[];
  [other: string]: unknown;
}

/** A seccomp profile as engines read it. */
export interface SeccompProfile {
  syscalls: Rule[];
  [other: string]: unknown;
}

/** A profile without what boxes are refused. Pure. */
export function restrict(profile: SeccompProfile): SeccompProfile {
  const touched = new Set([...REFUSED, "clone", "clone3"]);
  const kept = profile.syscalls
    .map((rule) => ({ ...rule, names: rule.names.filter((name) => !touched.has(name)) }))
    .filter((rule) => rule.names.length > 0);
  return {
    ...profile,
    syscalls: [
      ...kept,
      { names: REFUSED, action: "SCMP_ACT_ERRNO", errnoRet: EPERM },
      // Its flags are behind a pointer, which a filter cannot follow; without it the C library uses clone.
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
      {
        names: ["clone"],
        action: "SCMP_ACT_ALLOW",
        args: [{ index: 0, value: NEW_NAMESPACE, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }],
      },
    ],
  };
}

/**
 * The path of the restricted profile, made when the host's own has changed. `undefined` when the host has none: the
 * engine then uses the one built into it.
 */
export async function seccompProfile(cache: string): Promise<string | undefined> {
  for (const source of HOST_PROFILES) {
    const info = await Deno.stat(source).catch(() => undefined);
    if (!info?.isFile) continue;
    const path = `${cache}/seccomp-2-${info.size}-${info.mtime?.getTime() ?? 0}.json`;
    const made = await Deno.stat(path).then(() => true, () => false);
    if (!made) await writeJson(path, restrict(JSON.parse(await Deno.readTextFile(source))));
    return path;
  }
  return undefined;
}
