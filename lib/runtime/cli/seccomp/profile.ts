/**
 * The file with the profile of a box. It is made from the one that comes with the host's engine, so that it follows the
 * engine's updates, and from our own where there is none: docker's is built in.
 *
 * @module
 */

import { isFile } from "../../../host/path.ts";
import { writeJson } from "../../../host/store.ts";
import type { Restriction } from "./restrict.ts";
import type { SeccompProfile } from "./rules.ts";

const HOST_PROFILES = ["/etc/containers/seccomp.json", "/usr/share/containers/seccomp.json"];
/** Of our rules. A change of them makes files of another name. */
const EDITION = 3;

/** The path of the profile, made when the host's own has changed. */
export async function seccompProfile(
  cache: string,
  restriction: Restriction,
  sources: readonly string[] = HOST_PROFILES,
): Promise<string> {
  const { source, stamp } = newest(sources);
  const path = `${cache}/seccomp-${EDITION}-${stamp}-${restriction}.json`;
  if (isFile(path)) return path;
  const [{ restrict }, { baseProfile }] = await Promise.all([import("./restrict.ts"), import("./base.ts")]);
  const profile = source === undefined
    ? baseProfile()
    : JSON.parse(await Deno.readTextFile(source)) as SeccompProfile;
  await writeJson(path, restrict(profile, restriction));
  return path;
}

/** The host's profile that counts, and what says that it has changed. */
function newest(sources: readonly string[]): { source?: string; stamp: string } {
  const source = sources.find(isFile);
  if (source === undefined) return { stamp: "own" };
  const { size, mtime } = Deno.statSync(source);
  return { source, stamp: `${size}-${mtime?.getTime() ?? 0}` };
}
