/**
 * Where an archive goes and how it is compressed.
 *
 * @module
 */

import { absolutePath, isFolder } from "../../host/path.ts";
import type { Compression } from "../../archive/write.ts";
import { UsageError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";

/** File name endings, and what they mean. */
const ENDINGS: readonly (readonly [ending: string, compression: Compression])[] = [
  [".txz", "xz"],
  [".tar.xz", "xz"],
  [".tar.zst", "zst"],
  [".tzst", "zst"],
  [".tar", "none"],
];

/** Whether a file's name looks like one of our archives. */
export function looksLikeArchive(name: string): boolean {
  return name.startsWith("kanibako-") && ENDINGS.some(([ending]) => name.endsWith(ending));
}

/** The compression a file's name asks for. */
export function compressionOf(file: string): Compression | undefined {
  return ENDINGS.find(([ending]) => file.endsWith(ending))?.[1];
}

/**
 * The archive's file (absolute) and its compression: as asked for, else by the file's ending, else xz. A folder gets a
 * file named after the project and the time.
 */
export function archiveFile(
  name: string,
  asked: string | undefined,
  compression: Exclude<Compression, "none"> | undefined,
  cwd: string,
  now: Date,
): { file: string; compression: Compression } {
  const path = asked === undefined ? cwd : absolutePath(asked, cwd);
  if (asked === undefined || asked.endsWith("/") || isFolder(path)) {
    const chosen = compression ?? "xz";
    const stamp = now.toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
    const ending = chosen === "xz" ? ".txz" : ".tar.zst";
    return {
      file: `${path.replace(/(?<=.)\/+$/, "")}/kanibako-${name}-${stamp}${ending}`,
      compression: chosen,
    };
  }
  const byName = compressionOf(path);
  if (compression === undefined && byName === undefined) {
    throw new UsageError(`The name ${shellQuote(asked)} does not say how to compress it.`, {
      hint: "Use a name that ends with .txz or .tar.zst, or add --xz or --zstd.",
    });
  }
  if (compression !== undefined && byName !== undefined && compression !== byName) {
    throw new UsageError(
      `The name ${shellQuote(asked)} does not match --${compression === "xz" ? "xz" : "zstd"}.`,
    );
  }
  return { file: path, compression: compression ?? byName! };
}
