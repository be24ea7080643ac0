/**
 * The file with the profile of a box. It is made from the one that comes with the host's engine, so that it follows the
 * engine's updates, and from our own where there is none: docker's is built in.
 *
 * @module
 */

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
  const { source, stamp } = await newest(sources);
  const path = `${cache}/seccomp-${EDITION}-${stamp}-${restriction}.json`;
  if (await isFile(path)) return path;
  const [{ restrict }, { baseProfile }] = await Promise.all([import("./restrict.ts"), import("./base.ts")]);
  const profile = source === undefined
    ? baseProfile()
    : JSON.parse(await Deno.readTextFile(source)) as SeccompProfile;
  await writeJson(path, restrict(profile, restriction));
  return path;
}

/** The host's profile that counts, and what says that it has changed. */
async function newest(sources: readonly string[]): Promise<{ source?: string; stamp: string }> {
  for (const source of sources) {
    const info = await Deno.stat(source).catch(() => undefined);
    if (info?.isFile) return { source, stamp: `${info.size}-${info.mtime?.getTime() ?? 0}` };
  }
  return { stamp: "own" };
}

function isFile(path: string): Promise<boolean> {
  return Deno.stat(path).then(({ isFile }) => isFile, () => false);
}
