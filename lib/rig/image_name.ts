/**
 * Image references: their parts, and the several ways the same image is written.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";

/** The parts of a reference. */
export interface ImageName {
  /** Host and port of the registry; absent in a short name. */
  readonly registry: string | undefined;
  /** The path below the registry. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:...` */
  readonly digest: string | undefined;
}

const REFERENCE =
  /^(?:((?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|localhost|[A-Za-z0-9-]+(?=:\d+\/))(?::\d{1,5})?)\/)?([a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;
const MAX_LENGTH = 512;

/** Takes a reference apart; `undefined` when it is none. Options, paths and transports are none. */
export function parseImageName(text: string): ImageName | undefined {
  const match = text.length <= MAX_LENGTH ? text.match(REFERENCE) : null;
  return match ? { registry: match[1], repository: match[2]!, tag: match[3], digest: match[4] } : undefined;
}

/** Throws `bad-rig` for a word that can be neither a rig's name nor an image reference. */
export function checkImageName(word: string): ImageName {
  const name = parseImageName(word);
  if (name) return name;
  throw new KanibakoError("bad-rig", `"${word}" is not a rig's name or an image reference.`, {
    hint: "Use a name such as oci, or a reference such as registry.example/owner/image:tag.",
  });
}

/** The reference with a tag: `:latest` where there is neither tag nor digest. */
export function tagged(reference: string): string {
  const name = parseImageName(reference);
  return name && name.tag === undefined && name.digest === undefined ? `${reference}:latest` : reference;
}

/** The registry an image can be pulled from, when its reference names one. `localhost` is this machine's own store. */
export function registryOf(reference: string): string | undefined {
  const registry = parseImageName(reference)?.registry;
  return registry === "localhost" ? undefined : registry;
}

/** The reference in full: a short name is Docker Hub's, and a tag is always there. */
export function qualified(reference: string): string {
  const name = parseImageName(reference);
  if (!name || name.registry) return tagged(reference);
  return `docker.io/${name.repository.includes("/") ? "" : "library/"}${tagged(reference)}`;
}

/** The image's own name: the last part of the path, without tag and digest. */
export function baseName(reference: string): string {
  return parseImageName(reference)?.repository.split("/").at(-1) ?? reference;
}

/** Registry and owner, such as `ghcr.io/o`, by which more rigs of the same origin are reached. */
export function registryPrefix(reference: string): string | undefined {
  const name = parseImageName(reference);
  if (!name?.registry || name.registry === "localhost" || !name.repository.includes("/")) return undefined;
  return `${name.registry}/${name.repository.slice(0, name.repository.lastIndexOf("/"))}`;
}

/** The name under which an engine lists this image among `local`, or `undefined`. */
export function findLocal(reference: string, local: readonly string[]): string | undefined {
  return sameImage(reference).find((spelling) => local.includes(spelling));
}

// An engine completes a short name: podman finds what it built as localhost/..., docker hides its default registry.
function sameImage(reference: string): string[] {
  const full = tagged(reference);
  const name = parseImageName(full);
  if (!name) return [full];
  const rest = full.slice(name.registry ? name.registry.length + 1 : 0);
  if (!name.registry) {
    return [full, `localhost/${full}`, `docker.io/${full}`, `docker.io/library/${full}`];
  }
  if (name.registry === "localhost") return [full, rest];
  if (name.registry === "docker.io") return [full, rest, rest.replace(/^library\//, "")];
  return [full];
}
