/**
 * The newest release, by a feed whose signature is checked before anything of it is believed.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { KanibakoError } from "../../../host/error.ts";
import { fetchBytes } from "./fetch.ts";
import { type PublicKey, readPublicKey, verify } from "./minisign.ts";
import origin from "./origin.json" with { type: "json" };
import { readRelease, type Release } from "./release.ts";

const MAX_FEED_BYTES = 256 * 1024;
const MAX_SIGNATURE_BYTES = 4096;

/** Where releases of this program are announced, and who signs them. */
export interface Feed {
  readonly url: string;
  readonly keys: readonly PublicKey[];
}

/**
 * The feed of this program: what its settings say, else what was put into it when it was built for a release. `undefined`: none.
 * Throws `no-key` for a feed whose signature nobody could check, `bad-value` for an address of another kind.
 */
export function feedOf({ system }: Host, built: typeof origin = origin): Feed | undefined {
  const set = system.config.values["upgrade.feed"];
  const url = typeof set === "string" && set !== "" ? set : built.feed;
  if (url === "") return undefined;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new KanibakoError("bad-value", `Cannot use ${JSON.stringify(url)} as a release feed.`, {
      hint: "Set upgrade.feed to an address that begins with https://.",
    });
  }
  const own = system.config.values["upgrade.key"];
  const keys = Array.isArray(own) && own.length > 0
    ? own as readonly string[]
    : built.keys as readonly string[];
  if (keys.length === 0) {
    throw new KanibakoError("no-key", "Cannot trust a release: there is no key to check its signature.", {
      hint: "Set the publisher's key: kanibako system config upgrade.key=RW...",
    });
  }
  return { url, keys: keys.map(readPublicKey) };
}

/** The newest release that a feed announces. Throws `cannot-fetch`, `bad-signature`, `bad-release`. */
export async function newestRelease({ url, keys }: Feed): Promise<Release> {
  const [content, signature] = await Promise.all([
    fetchBytes(url, MAX_FEED_BYTES),
    fetchBytes(`${url}.minisig`, MAX_SIGNATURE_BYTES),
  ]);
  await verify(content, new TextDecoder().decode(signature), keys);
  return readRelease(new TextDecoder().decode(content));
}
