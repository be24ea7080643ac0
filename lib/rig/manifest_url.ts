/**
 * Where a registry has the manifest of an image. Asked at every launch, and so kept apart from what asks a registry.
 *
 * @module
 */

import { parseImageName, qualified } from "./image_name.ts";

/** The address of a reference's manifest; `undefined` for an image that only this machine has, or one fixed by digest. */
export function manifestUrl(reference: string): string | undefined {
  const name = parseImageName(qualified(reference));
  if (!name || name.digest || name.registry === "localhost") return undefined;
  // Docker Hub answers its interface elsewhere than under its own name.
  const host = name.registry === "docker.io" ? "registry-1.docker.io" : name.registry!;
  return `${registryScheme(host)}://${host}/v2/${name.repository}/manifests/${name.tag}`;
}

/** As engines do: a registry on this very machine needs no certificate. */
export function registryScheme(host: string): "http" | "https" {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host) ? "http" : "https";
}
