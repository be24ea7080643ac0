/**
 * The digest a registry has for a tag now, asked anonymously.
 *
 * Source: OCI Distribution Specification 1.1, and the token authentication of the Distribution project.
 *
 * @module
 */

import { manifestUrl } from "./manifest_url.ts";

/** What is used of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const ACCEPTED = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const TIMEOUT_MS = 5000;
const MAX_TOKEN_BYTES = 64 * 1024;

/**
 * Asks for the digest of a reference. A short name is Docker Hub's. Throws an `Error` that says what was wrong: no such
 * host, no access, no answer in 5 s for each of at most three requests.
 */
export async function remoteDigest(reference: string, fetch: Fetch = globalThis.fetch): Promise<string> {
  const url = manifestUrl(reference);
  if (url === undefined) throw new Error(`${reference} has no registry`);
  const response = await withToken(url, fetch, (headers) => ask(fetch, url, headers));
  if (!response.ok) throw new Error(`the registry answers ${response.status}`);
  const digest = response.headers.get("docker-content-digest") ?? "";
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error("the registry gives no digest");
  return digest;
}

/** Asks a registry, and once more with an anonymous token where it wants one. Throws an `Error` that says what was wrong. */
export async function withToken(
  url: string,
  fetch: Fetch,
  ask: (headers: Record<string, string>) => Promise<Response>,
): Promise<Response> {
  const response = await ask({});
  if (response.status !== 401) return response;
  await response.body?.cancel();
  const token = await anonymousToken(fetch, url, response.headers.get("www-authenticate") ?? "");
  return await ask({ authorization: `Bearer ${token}` });
}

/** The parameters of a `WWW-Authenticate: Bearer` header; `undefined` when it asks for something else. */
export function bearerChallenge(header: string): Readonly<Record<string, string>> | undefined {
  const rest = header.match(/^\s*bearer\s+(.*)$/is)?.[1];
  if (rest === undefined) return undefined;
  const parameters: Record<string, string> = {};
  for (const [, key, quoted, plain] of rest.matchAll(/([A-Za-z_]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/g)) {
    parameters[key!.toLowerCase()] = quoted ?? plain ?? "";
  }
  return parameters;
}

async function anonymousToken(fetch: Fetch, asked: string, header: string): Promise<string> {
  const { realm, service, scope } = bearerChallenge(header) ?? {};
  if (!realm || !URL.canParse(realm)) throw new Error("the registry wants a login");
  const url = new URL(realm);
  if (url.protocol !== "https:" && url.protocol !== new URL(asked).protocol) {
    throw new Error("the registry wants its login over a connection that is not secure");
  }
  if (service) url.searchParams.set("service", service);
  if (scope) url.searchParams.set("scope", scope);
  const response = await fetch(url.href, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await bounded(response, MAX_TOKEN_BYTES);
  if (!response.ok) throw new Error(`the registry's token service answers ${response.status}`);
  try {
    const body = JSON.parse(text) as { token?: unknown; access_token?: unknown } | null;
    const token = body?.token ?? body?.access_token;
    if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
  } catch { /* reported below */ }
  throw new Error("the registry's token service gives no token");
}

async function ask(fetch: Fetch, url: string, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(url, {
    method: "HEAD",
    headers: { accept: ACCEPTED, ...headers },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  return response;
}

async function bounded(response: Response, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > most) throw new Error("the registry's token service says too much");
  }
  return text;
}
