/**
 * Which security profile a box gets, and what of it concerns its privileges.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Setting } from "../config/settings.ts";
import { DEFAULT, sourceText } from "../spec/source.ts";
import type { Security, SecurityName } from "../spec/box_spec.ts";
import { gainsNothing, PROFILES } from "../spec/profiles.ts";

/** The name of the profile: the one that is set, else the engine's default. `rootless`: root of the box is nobody on the host. */
export function profileName(
  { value }: Pick<Setting<"" | SecurityName>, "value">,
  rootless: boolean,
): SecurityName {
  return value || (rootless ? "standard" : "strict");
}

/**
 * The profile to use. `groupFolder`: the workspace hands its group on to what is made in it, so that refusing the bit that says so
 * would get in the way of copying a tree. Throws `security` for a profile that is too weak for the engine.
 */
export function chooseSecurity(
  setting: Setting<"" | SecurityName>,
  rootless: boolean,
  groupFolder: boolean = false,
): Security {
  const name = profileName(setting, rootless);
  const profile = PROFILES[name];
  if (!rootless && !gainsNothing(profile)) {
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
    readOnlyRoot: profile.readOnlyRoot !== undefined,
    from: setting.value
      ? setting.from
      : rootless
      ? DEFAULT
      : { kind: "default", when: "for an engine that runs as root" },
  };
}
