/**
 * Reads the image in a file that an engine has saved, whoever wrote it.
 *
 * @module
 */

import { openArchive } from "../../archive/in_stream.ts";
import { limitsFrom } from "../../archive/limits.ts";
import { TarReader } from "../../archive/tar_reader.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { type ImageParts, onlyImage, PartFiles } from "./image_parts.ts";
import { withoutSizeHint } from "./size_hint.ts";

/** Takes it apart into a folder of ours. Throws `bad-archive`, `unsafe-archive`, `too-large`, `cannot-read`. */
export function readImageFile(file: string, scratch: string, signal?: AbortSignal): Promise<ImageParts> {
  return withoutSizeHint(read(file, scratch, signal));
}

async function read(file: string, scratch: string, signal: AbortSignal | undefined): Promise<ImageParts> {
  const subject = `the image ${quotePath(file)}`;
  const limits = limitsFrom();
  const folder = `${scratch}/parts`;
  await Deno.mkdir(folder);
  await using stream = await openArchive(file, subject, limits, signal);
  return await onlyImage(
    await PartFiles.read(new TarReader(stream, subject, limits), folder, subject, signal),
  );
}
