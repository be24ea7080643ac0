/**
 * The system calls a box may make: a profile's, less what a box has no business with.
 *
 * podman's own lets an unprivileged process make user namespaces, mount inside them and use the kernel's keyrings, which
 * opens much of the kernel to it.
 *
 * @module
 */

import type { Security } from "../../../spec/box_spec.ts";
import { allow, ENOSYS, EPERM, masked, refuse, type SeccompProfile } from "./rules.ts";
import { MODE_CALLS, SETGID, SETUID, withoutBits } from "./mode_bits.ts";
import { ordinarySockets, SOCKET_CALLS } from "./sockets.ts";

/** Refused in every box. */
const REFUSED = [
  "acct",
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
  "open_tree_attr",
  "perf_event_open",
  "pivot_root",
  "quotactl",
  "quotactl_fd",
  "reboot",
  "request_key",
  "setns",
  "swapoff",
  "swapon",
  // Where anybody may read it, the kernel's log is the host's.
  "syslog",
  "umount",
  "umount2",
  "unshare",
  "userfaultfd",
];

// CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET}. Source: clone(2). Of the first of them clone(2) takes no notice.
const NEW_NAMESPACE = 0x7e020000;

/** How far a profile goes; see `Security` in `lib/spec/box_spec.ts`. */
export type Restriction = Exclude<Security["seccomp"], "engine">;

/** The bits of a file's mode that cannot be set. */
const REFUSED_BITS: Readonly<Record<Restriction, readonly number[]>> = {
  "narrowed": [],
  "no-setuid": [SETUID],
  "no-setid": [SETUID, SETGID],
};

/** A profile without what boxes are refused. Pure. */
export function restrict(profile: SeccompProfile, restriction: Restriction): SeccompProfile {
  const bits = REFUSED_BITS[restriction];
  const touched = new Set([
    ...REFUSED,
    "clone",
    "clone3",
    ...SOCKET_CALLS,
    ...bits.length > 0 ? MODE_CALLS : [],
  ]);
  const kept = profile.syscalls
    .map((rule) => ({ ...rule, names: rule.names.filter((name) => !touched.has(name)) }))
    .filter((rule) => rule.names.length > 0);
  return {
    ...profile,
    syscalls: [
      ...kept,
      refuse(REFUSED, EPERM),
      // Its flags are behind a pointer, which a filter cannot follow; without it the C library uses clone.
      refuse(["clone3"], ENOSYS),
      allow(["clone"], masked(0, NEW_NAMESPACE, 0)),
      ...ordinarySockets(),
      ...bits.length > 0 ? withoutBits(bits, allowedBy(profile)) : [],
    ],
  };
}

/** The calls a profile allows everybody. */
function allowedBy({ syscalls }: SeccompProfile): ReadonlySet<string> {
  const free = syscalls.filter(({ action, args, includes }) =>
    action === "SCMP_ACT_ALLOW" && (args ?? []).length === 0 &&
    Object.keys((includes as object | undefined) ?? {}).length === 0
  );
  return new Set(free.flatMap(({ names }) => names));
}
