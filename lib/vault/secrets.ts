/**
 * What a snapshot of a box's home leaves out: what lets its holder act as somebody.
 *
 * @module
 */

import { targets } from "../../targets/discover.ts";
import type { Kind } from "../host/tree_walk.ts";

/** Places of other programs' secrets, relative to a home. */
const COMMON: readonly string[] = [
  ".ssh",
  ".gnupg",
  ".aws",
  ".azure",
  ".kube",
  ".netrc",
  ".git-credentials",
  ".config/gh/hosts.yml",
  ".config/git/credentials",
  ".config/gcloud",
  ".docker/config.json",
  ".config/containers/auth.json",
  ".npmrc",
  ".pypirc",
  ".cargo/credentials",
  ".cargo/credentials.toml",
  ".local/share/keyrings",
  ".password-store",
];

/** Paths below a home that no snapshot holds. */
export function secretPaths(): string[] {
  return [
    ...new Set([
      ...COMMON,
      ...targets().flatMap(({ credentials }) => credentials.map(({ boxPath }) => boxPath)),
    ]),
  ];
}

/** Leaves them out. */
export function withoutSecrets(): (path: string, kind: Kind) => boolean {
  const secrets = new Set(secretPaths());
  return (path) => secrets.has(path);
}
