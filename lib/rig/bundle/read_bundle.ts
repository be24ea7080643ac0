/**
 * Reads a bundle, which may come from anywhere: nothing in it is believed, and nothing leaves the folder it is unpacked into.
 *
 * @module
 */

import { archiveFrom } from "../../archive/in_stream.ts";
import { limitsFrom, tooBig } from "../../archive/limits.ts";
import { cut, unsafe } from "../../archive/member_path.ts";
import { type MetEntry, readArchive } from "../../archive/read.ts";
import { TarReader } from "../../archive/tar_reader.ts";
import { KanibakoError } from "../../host/error.ts";
import { parse } from "../../host/toml.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { BUNDLED_METADATA, MAX_METADATA_BYTES, METADATA, type RigMetadata } from "../create/metadata.ts";
import { type ImageParts, onlyImage, PartFiles } from "./image_parts.ts";
import { withoutSizeHint } from "./size_hint.ts";
import { CONTAINERFILE, IMAGE, MAX_CONTAINERFILE_BYTES } from "./members.ts";

/** What was in a bundle. */
export interface Bundle {
  readonly metadata: RigMetadata;
  readonly image: ImageParts;
  /** The Containerfile of what the rig was extended from. */
  readonly containerfile: string | undefined;
}

/** How it is read. */
export interface ReadBundleOptions {
  /** An empty folder for what is in it. */
  readonly folder: string;
  /** Called with the metadata before the image is read, where they come first. What it throws ends the work. */
  readonly onMetadata?: (metadata: RigMetadata) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Reads it from its first to its last byte. Throws as `readArchive` does, and `bad-archive` for one that is no bundle. */
export async function readBundle(file: string, options: ReadBundleOptions): Promise<Bundle> {
  const subject = `the bundle ${quotePath(file)}`;
  const { folder, signal } = options;
  let metadata: RigMetadata | undefined;
  let files: PartFiles | undefined;
  let containerfile: string | undefined;
  const seen = new Set<string>();
  await withoutSizeHint(readArchive(file, async (entry) => {
    if (entry.kind === "folder" && entry.path === "") return;
    const known = [BUNDLED_METADATA, IMAGE, CONTAINERFILE].includes(entry.path);
    if (!known || entry.kind !== "file" || entry.ranges || seen.has(entry.path)) {
      throw unsafe(subject, `it has an entry ${shellQuote(cut(entry.path))} that no bundle has`);
    }
    seen.add(entry.path);
    if (entry.path === IMAGE) {
      files = await readImage(entry, folder, subject, signal);
    } else if (entry.path === CONTAINERFILE) {
      containerfile = await textOf(entry, MAX_CONTAINERFILE_BYTES, subject);
    } else {
      metadata = parseMetadata(await textOf(entry, MAX_METADATA_BYTES, subject), subject);
      options.onMetadata?.(metadata);
    }
  }, signal ? { signal } : {}));
  if (!metadata) throw notABundle(subject, BUNDLED_METADATA);
  if (!files) throw notABundle(subject, IMAGE);
  return { metadata, image: await onlyImage(files), containerfile };
}

/** Takes the archive of an image apart as it comes out of another one. */
async function readImage(
  entry: MetEntry,
  folder: string,
  subject: string,
  signal: AbortSignal | undefined,
): Promise<PartFiles> {
  const limits = limitsFrom();
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const piece = await entry.content();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  }, { highWaterMark: 0 });
  await using input = archiveFrom(stream, limits, () => tooBig(subject, limits), signal);
  const reader = new TarReader(input, `the image in ${subject}`, limits);
  return await PartFiles.read(reader, folder, `the image in ${subject}`, signal);
}

async function textOf(entry: MetEntry, most: number, subject: string): Promise<string> {
  if (entry.size > most) throw unsafe(subject, `its ${entry.path} is larger than ${most} bytes`);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    let text = "";
    for (let piece = await entry.content(); piece; piece = await entry.content()) {
      text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new KanibakoError("bad-archive", `Cannot read ${subject}: its ${entry.path} is not text`);
  }
}

function parseMetadata(text: string, subject: string): RigMetadata {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    throw new KanibakoError(
      "bad-archive",
      `Cannot read ${subject}: its ${BUNDLED_METADATA} is not valid TOML`,
    );
  }
  const result = METADATA.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join(".");
  throw new KanibakoError(
    "bad-archive",
    `Cannot read ${subject}: its ${BUNDLED_METADATA} does not say a valid ${path}`,
  );
}

function notABundle(subject: string, missing: string): KanibakoError {
  return new KanibakoError("bad-archive", `Cannot read ${subject}: it has no ${missing}`, {
    hint:
      "Write a bundle with kanibako rig export. To add an image that an engine has saved: kanibako rig add",
  });
}
