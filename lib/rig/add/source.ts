/**
 * What somebody wants to add, and what it would be called: pure, but for a look at a file.
 *
 * @module
 */

import { openArchive } from "../../archive/in_stream.ts";
import { limitsFrom } from "../../archive/limits.ts";
import { TarReader } from "../../archive/tar_reader.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { MAX_CONTAINERFILE_BYTES } from "../bundle/members.ts";
import { isShortName } from "../containerfiles.ts";
import { parseImageName } from "../image_name.ts";
import { isPrefabName } from "../reference.ts";

/** What a source can be taken for. */
export type AddedKind = "image" | "template";

/** In how many lines the first instruction of a Containerfile, or our header, is looked for. */
const HEAD_LINES = 20;
/** In how many members of an archive those of an image are looked for. */
const HEAD_MEMBERS = 64;

/** Whether it is the address of something to download. */
export function isAddress(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
}

/** Whether a word can only mean an image in a registry, or a file: not both, as whoever can write a file here would choose. */
export function meansOne(source: string): boolean {
  return parseImageName(source) === undefined || /\.(tar(\.(gz|xz|zst))?|tgz|txz|oci)$/.test(source);
}

/** An address as it is kept and shown: what stands after its `?` may be what gives access. */
export function keptAddress(source: string): string {
  const url = URL.parse(source);
  if (!url || (url.search === "" && url.hash === "")) return source;
  const more = url.search === "" ? "" : "?...";
  url.search = url.hash = "";
  return `${url.href}${more}`;
}

/** Whether a text is a Containerfile: our header, or `FROM` before any other instruction. */
export function isContainerfile(text: string): boolean {
  const lines = text.split("\n").slice(0, HEAD_LINES);
  if (lines.some((line) => /^#\s*kanibako-template:/.test(line))) return true;
  const first = lines.map((line) => line.trim())
    .find((line) => line !== "" && !line.startsWith("#") && !/^ARG\s/i.test(line));
  return first !== undefined && /^FROM\s+\S/i.test(first);
}

/** What a file is. `undefined` for one that is neither. */
export async function kindOfFile(path: string): Promise<AddedKind | undefined> {
  const text = await containerfileText(path);
  if (text !== undefined && isContainerfile(text)) return "template";
  return await isImageArchive(path) ? "image" : undefined;
}

/** A file's text; `undefined` where it is none, or too long for a Containerfile. */
export async function containerfileText(path: string): Promise<string | undefined> {
  const { size, isFile } = await Deno.stat(path);
  if (!isFile || size > MAX_CONTAINERFILE_BYTES) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
    return text.includes("\0") ? undefined : text;
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

async function isImageArchive(path: string): Promise<boolean> {
  const limits = limitsFrom();
  try {
    await using stream = await openArchive(path, "the file", limits);
    const reader = new TarReader(stream, "the file", limits);
    for (let members = 0; members < HEAD_MEMBERS; members++) {
      const entry = await reader.next();
      if (!entry) return false;
      if (/^(manifest\.json|oci-layout|index\.json|blobs(\/.*)?)$/.test(entry.path)) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof KanibakoError) return false;
    throw error;
  }
}

/** The name that a source would have; `undefined` where it gives none. */
export function derivedName(source: string, kind: AddedKind): string | undefined {
  if (isAddress(source)) {
    const last = URL.parse(source)?.pathname.split("/").at(-1) ?? "";
    return fileName(last, kind);
  }
  const reference = kind === "image" ? parseImageName(source) : undefined;
  const isReference = reference !== undefined && !source.endsWith(".tar") && !source.startsWith("/");
  if (!isReference) return fileName(source.split("/").at(-1) ?? "", kind);
  const { repository, tag } = reference;
  return tag === undefined ? repository : `${repository}:${tag}`;
}

function fileName(file: string, kind: AddedKind): string | undefined {
  const name = kind === "template"
    ? file.match(/^(?:Containerfile|Dockerfile)\.(?:template-)?(.+)$/)?.[1]
    : file.match(/^(.+?)(?:\.rig)?\.(?:tar(?:\.(?:gz|xz|zst))?|tgz|txz|oci)$/)?.[1];
  return name !== undefined && isShortName(name) ? name : undefined;
}

/** Throws `bad-rig` for a name that what is added cannot have. */
export function checkAddedName(name: string, kind: AddedKind): void {
  const parsed = parseImageName(name);
  const fits = kind === "template"
    ? isShortName(name)
    : parsed !== undefined && parsed.registry === undefined && parsed.digest === undefined;
  if (!fits) {
    throw new KanibakoError("bad-rig", `${shellQuote(name)} cannot be the name of a rig.`, {
      hint: kind === "template"
        ? "Use up to 63 small letters, digits, - and _, beginning with a letter or a digit."
        : "Use a short name such as db, or one such as corp/base:1.0, without a registry.",
    });
  }
  if (!isPrefabName(name) && !isPrefabName(name.replace(/:latest$/, ""))) return;
  throw new KanibakoError("bad-rig", `The name ${shellQuote(name)} is that of a rig of kanibako itself.`, {
    hint: "Choose another name: --name NAME",
  });
}
