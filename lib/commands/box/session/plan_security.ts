/**
 * What a plan keeps a box from, line by line.
 *
 * @module
 */

import type { Security } from "../../../spec/box_spec.ts";
import { PROFILES } from "../../../spec/profiles.ts";

const SYSTEM_CALLS: Readonly<Record<Security["seccomp"], string>> = {
  "engine": "the engine's own choice, with namespaces and mounts",
  "narrowed": "no namespaces, mounts, keyrings and more",
  "no-setuid": "as narrowed, and none that makes setuid programs",
  "no-setid": "as narrowed, and none that makes setuid or setgid programs",
};

/** Labels and what they say of it. What a profile leaves to the settings is not among them. */
export function securityLines(security: Security): readonly (readonly [label: string, text: string])[] {
  const { boundingSet, noNewPrivileges, seccomp, readOnlyRoot, profile } = security;
  const { environment, mounts, meaning } = PROFILES[profile];
  return [
    ["Security", `${profile}: ${meaning}`],
    ["Capabilities", boundingSet.length === 0 ? "none" : `none, through sudo: ${boundingSet.join(", ")}`],
    ["Privileges", noNewPrivileges ? "none can be gained" : "sudo and setuid programs work"],
    ["System calls", SYSTEM_CALLS[seccomp]],
    ...readOnlyRoot ? [["Rig's files", "read-only"] as const] : [],
    ...environment === "call" ? [["Variables", "of the user's, those of -e alone"] as const] : [],
    ...mounts === "own" ? [["Folders", "none that boxes share"] as const] : [],
  ];
}
