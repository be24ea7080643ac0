/**
 * Puts into the program where its releases are announced and who signs them. Run before a release is built.
 *
 *     GITHUB_REPOSITORY=owner/name RELEASE_PUBLIC_KEY=RW... deno run -A tools/release/origin.ts
 *
 * @module
 */

import { readPublicKey } from "../../lib/app/system/upgrade/minisign.ts";

/** The content of `origin.json`. `keys`: one, or several between spaces while one takes the place of another. Throws for what is none. */
export function originOf(repository: string, keys: string): { feed: string; keys: readonly string[] } {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error("GITHUB_REPOSITORY is no owner/name");
  const each = keys.split(/\s+/).filter((key) => key !== "");
  if (each.length === 0) throw new Error("RELEASE_PUBLIC_KEY is not set");
  each.forEach(readPublicKey);
  return { feed: `https://github.com/${repository}/releases/latest/download/release.json`, keys: each };
}

if (import.meta.main) {
  const origin = originOf(Deno.env.get("GITHUB_REPOSITORY") ?? "", Deno.env.get("RELEASE_PUBLIC_KEY") ?? "");
  const file = new URL("../../lib/app/system/upgrade/origin.json", import.meta.url);
  await Deno.writeTextFile(file, `${JSON.stringify(origin)}\n`);
  console.log(origin.feed);
}
