/**
 * Whom this host trusts, for a box whose image says nothing of that.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { readText } from "../host/store.ts";
import { AUTHORITIES_FILE } from "../plan/parts/image.ts";
import type { HandedFile } from "../spec/box_spec.ts";

/** Where systems keep all of it in one file. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** What is handed in of it. Nothing where this host has none either. */
export async function authorities(
  bundles: readonly string[] = BUNDLES,
): Promise<readonly (readonly [string, HandedFile])[]> {
  for (const path of bundles) {
    const content = await readText(path).catch((error: unknown) => debug(() => `${path}: ${error}`));
    if (content) return [[AUTHORITIES_FILE, { content, mode: 0o644 }]];
  }
  return [];
}
