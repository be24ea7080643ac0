import type { Mount } from "../../spec/box_spec.ts";
import { PROFILES } from "../../spec/profiles.ts";
import { fromProfile } from "../../config/under_profile.ts";
import type { Part } from "./part.ts";

/**
 * What a security profile brings beside privileges: where the rig's own files cannot be changed, the places that programs write. And
 * whatever the settings came to, no wider network than it allows.
 */
export const profile: Part = {
  name: "profile",
  contribute: ({ security, settings, networkRules: rules }) => {
    const { networks, readOnlyRoot = [] } = PROFILES[security.profile];
    const from = fromProfile(security.profile);
    const mounts = readOnlyRoot.map(({ path, sizeBytes, mode }): Mount => ({
      type: "tmpfs",
      destination: path,
      readOnly: false,
      sizeBytes,
      mode,
      noExec: true,
      from,
    }));
    const kind = networks?.[0];
    const isAllowed = kind === undefined || networks!.includes(settings.network.value);
    if (isAllowed) return { mounts };
    return { mounts, network: kind === "filtered" ? { kind, rules, from } : { kind, from } };
  },
};
