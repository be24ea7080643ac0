/**
 * Features from a registry: an artifact with one layer, a tar archive. Asked anonymously; whatever comes is checked by its digest and
 * bounded in size and time.
 *
 * Source: Development Containers specification, "Features distribution"; OCI Distribution Specification 1.1.
 *
 * @module
 */

import { check, listOf, matching, number, optional, shape, tableOf, text } from "../../host/light_schema.ts";
import { sha256 } from "../../host/sha256.ts";
import { withToken } from "../../rig/remote_digest.ts";
import { registryScheme } from "../../rig/manifest_url.ts";
import type { FeaturePlace } from "./request.ts";
import { badFeature } from "./metadata.ts";

/** What is used of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const MANIFEST_BYTES = 1024 * 1024;
const MANIFEST_MS = 10_000;
/** Largest archive, in bytes. A feature is a script and what it needs. */
const ARCHIVE_BYTES = 64 * 2 ** 20;
const ARCHIVE_MS = 120_000;

const SCHEMA = shape({
  layers: listOf(shape({
    mediaType: text,
    digest: matching(/^sha256:[0-9a-f]{64}$/, "expected a SHA-256"),
    size: number,
  })),
  annotations: optional(tableOf(check<unknown>("", () => true))),
});

/** Where the content of a feature is. */
export interface FoundFeature {
  /** Of its manifest. */
  readonly digest: string;
  /** Of its archive. */
  readonly layer: string;
}

type RegistryPlace = Extract<FeaturePlace, { kind: "registry" }>;

/** Asks a registry for a feature. `version`: a tag or a digest. Throws `bad-feature`. */
export async function findFeature(
  id: string,
  place: RegistryPlace,
  version: string,
  fetch: Fetch,
  signal?: AbortSignal,
): Promise<FoundFeature> {
  const bytes = await got(
    id,
    place,
    `manifests/${version}`,
    MANIFEST,
    { most: MANIFEST_BYTES, ms: MANIFEST_MS },
    fetch,
    signal,
  );
  const digest = `sha256:${await sha256(bytes)}`;
  if (version.startsWith("sha256:") && version !== digest) {
    throw badFeature(id, "its registry answers with other content than the digest names");
  }
  const layer = layerOf(bytes);
  if (!layer) throw badFeature(id, "what its registry has is no feature");
  return { digest, layer };
}

/** The archive of a feature, whole. Throws `bad-feature`. */
export async function featureArchive(
  id: string,
  place: RegistryPlace,
  { layer }: FoundFeature,
  fetch: Fetch,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await got(
    id,
    place,
    `blobs/${layer}`,
    "*/*",
    { most: ARCHIVE_BYTES, ms: ARCHIVE_MS },
    fetch,
    signal,
  );
  if (`sha256:${await sha256(bytes)}` === layer) return bytes;
  throw badFeature(id, "its content is not what its digest says");
}

function layerOf(bytes: Uint8Array): string | undefined {
  try {
    const result = SCHEMA(JSON.parse(new TextDecoder().decode(bytes)));
    // Its archive is the one layer; some tools add others of other types.
    const layers = result.ok ? result.value.layers : [];
    return (layers.find(({ mediaType }) => mediaType.includes("devcontainers.layer")) ?? layers[0])?.digest;
  } catch {
    return undefined;
  }
}

async function got(
  id: string,
  { registry, repository }: RegistryPlace,
  what: string,
  accept: string,
  { most, ms }: { readonly most: number; readonly ms: number },
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const limit = AbortSignal.timeout(ms);
  const init = { signal: signal ? AbortSignal.any([signal, limit]) : limit };
  try {
    const url = `${registryScheme(host)}://${host}/v2/${repository}/${what}`;
    const response = await withToken(
      url,
      fetch,
      (headers) => fetch(url, { ...init, headers: { accept, ...headers } }),
    );
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(
        response.status === 404 ? "its registry does not have it" : `its registry answers ${response.status}`,
      );
    }
    return await bounded(response, most);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const why = limit.aborted
      ? `${host} does not answer in ${ms / 1000} s`
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw badFeature(
      id,
      why.replace(/\.$/, ""),
      "Check its name and the connection, or put the feature into a folder beside the file.",
    );
  }
}

async function bounded(response: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > most) throw new Error(`it is larger than ${most} bytes`);
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
