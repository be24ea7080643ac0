/**
 * What was found out about images, kept by their ids: an image never changes, so it is looked at once. A start trusts this.
 *
 * @module
 */

import { exists } from "../../../host/path.ts";
import { flag, listOf, oneOf, optional, schemaOf, shape, text } from "../../../host/light_schema.ts";
import { debug } from "../../../host/log.ts";
import { readJson, type Schema, writeJson } from "../../../host/store.ts";
import type { ImageFacts } from "../../../spec/image_facts.ts";

/** Most files that are kept: a few kilobytes each, and now and then a shell. */
const MOST_FILES = 200;

const SCHEMA: Schema<ImageFacts> = schemaOf(shape({
  id: text,
  own: flag,
  architecture: text,
  shell: optional(text),
  shellCopy: optional(text),
  missing: listOf(text),
  tmux: flag,
  bash: flag,
  certificates: flag,
  libc: oneOf("glibc", "musl", "other"),
  program: flag,
  node: optional(text),
  passwd: optional(text),
  group: optional(text),
}));

/** The name of an image's files in the cache; `undefined` for what is no id of an engine. */
export function fileNameOf(id: string): string | undefined {
  return id.match(/^(?:sha256:)?([0-9a-f]{12,64})$/)?.[1];
}

/** The folder of these files, in that of the cache. */
export function factsFolder(cache: string): string {
  return `${cache}/images`;
}

/** What is known of an image; `undefined` where nothing is, or it cannot be read. */
export async function readFacts(cache: string, id: string): Promise<ImageFacts | undefined> {
  const name = fileNameOf(id);
  if (name === undefined) return undefined;
  try {
    const facts = await readJson(`${factsFolder(cache)}/${name}.json`, SCHEMA);
    // The copy of a shell is of no use without that.
    if (facts?.shellCopy !== undefined && !exists(facts.shellCopy)) return undefined;
    return facts?.id === id ? facts : undefined;
  } catch (error) {
    debug(() => `image facts are found out again: ${error}`);
    return undefined;
  }
}

/** Keeps it. What was found out longest ago is dropped where there is a lot: it is found out again. */
export async function keepFacts(cache: string, facts: ImageFacts): Promise<void> {
  const name = fileNameOf(facts.id);
  if (name === undefined) return;
  const folder = factsFolder(cache);
  await writeJson(`${folder}/${name}.json`, facts);
  const files = [...Deno.readDirSync(folder)].map((entry) => `${folder}/${entry.name}`);
  if (files.length <= MOST_FILES) return;
  const ages = files.map((path) => ({ path, atMs: Deno.lstatSync(path).mtime?.getTime() ?? 0 }));
  ages.sort((one, other) => other.atMs - one.atMs);
  for (const { path } of ages.slice(MOST_FILES / 2)) await Deno.remove(path).catch(() => {});
}
