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
  /** Whether processes may make user namespaces and mount in them, as containers need it. */
  readonly makesNamespaces: boolean;
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
    makesNamespaces: false,
    meaning: "sudo works inside; root of the box is nobody on the host",
  },
  strict: {
    boundingSet: [],
    noNewPrivileges: true,
    needsUserNamespace: false,
    makesNamespaces: false,
    meaning: "no process of the box can gain any privilege, sudo included",
  },
  // Opens the parts of the kernel that user namespaces reach. For a single run only: no configuration file can set it.
  nested: {
    boundingSet: [...STANDARD, "SYS_CHROOT"],
    noNewPrivileges: false,
    needsUserNamespace: true,
    makesNamespaces: true,
    meaning: "as standard, and containers can be run inside",
  },
};

/** The profile to use: the one that is set, else the engine's default. Throws `security` for one that is too weak for it. */
export function chooseSecurity(
  setting: Setting<"" | SecurityName>,
  rootless: boolean,
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
    seccomp: profile.makesNamespaces ? "engine" : "narrowed",
    readOnlyRoot: false,
    from: setting.value
      ? setting.from
      : rootless
      ? DEFAULT
      : { kind: "default", when: "for an engine that runs as root" },
  };
}
