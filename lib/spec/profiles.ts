/**
 * The security profiles: one table of what each of them sets. Names that other programs use for their profiles are points on it.
 *
 * @module
 */

import type { Network, Security, SecurityName } from "./box_spec.ts";

/** A place that can be written where the rig's own files cannot. */
export interface ScratchPlace {
  /** Absolute path in the box. */
  readonly path: string;
  /** Most bytes it may hold. */
  readonly sizeBytes: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What a profile sets. */
export interface Profile {
  /** Capabilities left in the bounding set, without `CAP_`. */
  readonly boundingSet: readonly string[];
  /** Whether no process can gain privileges by running a program. */
  readonly noNewPrivileges: boolean;
  /**
   * Which system calls are left: see {@link Security}. Containers need `engine`, as they make user namespaces and mount in them;
   * packages bring setuid programs, so wherever they can be installed these cannot be refused.
   */
  readonly seccomp: Security["seccomp"];
  /** Places in memory that can be written, where nothing else of the rig can; no program runs from them. Absent: all can be written. */
  readonly readOnlyRoot?: readonly ScratchPlace[];
  /** Most processes and threads. Absent: whatever the settings say. */
  readonly pids?: number;
  /** The networks that it allows, the default first. Absent: whatever the settings say. */
  readonly networks?: readonly Network["kind"][];
  /**
   * The user's variables: `locale`: also the host's language; `configured`: those of files and of the call; `call`: only those that
   * the call itself gives, and those that say how things look.
   */
  readonly environment: "locale" | "configured" | "call";
  /** Folders of the host: `shared`: also those that boxes share; `own`: only the box's own workspace, home and vault. */
  readonly mounts: "shared" | "own";
  /** In a few words. */
  readonly meaning: string;
}

// What dpkg, apt and sudo need to install packages; nothing that reaches devices, networks or the kernel.
const STANDARD = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETFCAP", "SETGID", "SETUID"];

const NOTHING_GAINED = { boundingSet: [], noNewPrivileges: true, seccomp: "no-setid" } as const;
const AS_SET = { environment: "configured", mounts: "shared" } as const;
const OWN_ALONE = { environment: "call", mounts: "own" } as const;

const MIB = 2 ** 20;

/** What programs write outside of the home. The rest is for root, who cannot be had there. */
function scratch(tmp: number): readonly ScratchPlace[] {
  return [
    { path: "/run", sizeBytes: 16 * MIB, mode: 0o755 },
    { path: "/tmp", sizeBytes: tmp, mode: 0o1777 },
    { path: "/var/tmp", sizeBytes: 64 * MIB, mode: 0o1777 },
  ];
}

/** All profiles. */
export const PROFILES: Readonly<Record<SecurityName, Profile>> = {
  permissive: {
    ...NOTHING_GAINED,
    environment: "locale",
    mounts: "shared",
    meaning: "as strict, with the host's language",
  },
  standard: {
    ...AS_SET,
    boundingSet: STANDARD,
    noNewPrivileges: false,
    seccomp: "narrowed",
    meaning: "sudo works inside; root of the box is nobody on the host",
  },
  moderate: {
    ...NOTHING_GAINED,
    environment: "configured",
    mounts: "own",
    meaning: "as strict, without folders that boxes share",
  },
  strict: {
    ...AS_SET,
    ...NOTHING_GAINED,
    meaning: "no process of the box can gain any privilege, sudo included",
  },
  restrictive: {
    ...OWN_ALONE,
    ...NOTHING_GAINED,
    readOnlyRoot: scratch(64 * MIB),
    pids: 500,
    networks: ["none"],
    meaning: "as strict, read-only, without a network, and with nothing but the box's own",
  },
  paranoid: {
    ...OWN_ALONE,
    ...NOTHING_GAINED,
    readOnlyRoot: scratch(256 * MIB),
    pids: 300,
    networks: ["filtered", "none"],
    meaning: "as strict, read-only, with a filtered network, and with nothing but the box's own",
  },
  // These two open the parts of the kernel that user namespaces reach. For a single run only: no configuration file can set them.
  nested: {
    ...AS_SET,
    boundingSet: [...STANDARD, "SYS_CHROOT"],
    noNewPrivileges: false,
    seccomp: "engine",
    meaning: "as standard, and containers can be run inside",
  },
  minimal: {
    ...AS_SET,
    boundingSet: [...STANDARD, "NET_BIND_SERVICE", "SETPCAP", "SYS_CHROOT"],
    noNewPrivileges: false,
    seccomp: "engine",
    meaning: "what the engine does by default, and nothing beyond",
  },
};

/** Whether nothing in a box of this profile gains a privilege: where root of the box is root of the host, nothing less will do. */
export function gainsNothing({ boundingSet, noNewPrivileges, seccomp }: Profile): boolean {
  return boundingSet.length === 0 && noNewPrivileges && !letsSetuid(seccomp);
}

/** Whether setuid programs can be made. */
export function letsSetuid(seccomp: Security["seccomp"]): boolean {
  return seccomp === "engine" || seccomp === "narrowed";
}
