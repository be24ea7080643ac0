/**
 * The security profiles: one table, so that more can be added.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Setting } from "../config/settings.ts";
import { DEFAULT, sourceText } from "../spec/source.ts";
import type { Security, SecurityName } from "../spec/box_spec.ts";

interface Profile {
  readonly boundingSet: readonly string[];
  readonly noNewPrivileges: boolean;
  /** Whether it may be used where root of the box is root of the host. */
  readonly needsUserNamespace: boolean;
  /**
   * Which system calls are left: see {@link Security}. Containers need `engine`, as they make user namespaces and mount in them;
   * packages bring setuid programs, so wherever they can be installed these cannot be refused.
   */
  readonly seccomp: Security["seccomp"];
  readonly meaning: string;
}

// What dpkg, apt and sudo need to install packages; nothing that reaches devices, networks or the kernel.
const STANDARD = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETFCAP", "SETGID", "SETUID"];

/** What each profile means. */
export const PROFILES: Readonly<Record<SecurityName, Profile>> = {
  standard: {
    boundingSet: STANDARD,
    noNewPrivileges: false,
    needsUserNamespace: true,
    seccomp: "narrowed",
    meaning: "sudo works inside; root of the box is nobody on the host",
  },
  strict: {
    boundingSet: [],
    noNewPrivileges: true,
    needsUserNamespace: false,
    seccomp: "no-setid",
    meaning: "no process of the box can gain any privilege, sudo included",
  },
  // Opens the parts of the kernel that user namespaces reach. For a single run only: no configuration file can set it.
  nested: {
    boundingSet: [...STANDARD, "SYS_CHROOT"],
    noNewPrivileges: false,
    needsUserNamespace: true,
    seccomp: "engine",
    meaning: "as standard, and containers can be run inside",
  },
};

/**
 * The profile to use: the one that is set, else the engine's default. `groupFolder`: the workspace hands its group on to what is
 * made in it, so that refusing the bit that says so would get in the way of copying a tree. Throws `security` for a profile
 * that is too weak for the engine.
 */
export function chooseSecurity(
  setting: Setting<"" | SecurityName>,
  rootless: boolean,
  groupFolder: boolean = false,
): Security {
  const name = setting.value || (rootless ? "standard" : "strict");
  const profile = PROFILES[name];
  if (profile.needsUserNamespace && !rootless) {
    throw new KanibakoError(
      "security",
      `Cannot use the security profile "${name}" (${
        sourceText(setting.from)
      }): root of the box would be root of the host.`,
      { hint: "Use the profile strict, or run podman without root." },
    );
  }
  return {
    profile: name,
    boundingSet: profile.boundingSet,
    noNewPrivileges: profile.noNewPrivileges,
    seccomp: profile.seccomp === "no-setid" && groupFolder ? "no-setuid" : profile.seccomp,
    readOnlyRoot: false,
    from: setting.value
      ? setting.from
      : rootless
      ? DEFAULT
      : { kind: "default", when: "for an engine that runs as root" },
  };
}
