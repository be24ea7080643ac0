/**
 * The programs that compress: the system's own, with all cores.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { findExecutable } from "../host/process.ts";
import { shellQuote } from "../host/ui/text.ts";

/** How an archive is compressed when it is written. */
export type Compression = "zst" | "xz" | "none";
/** How an archive that is read is compressed. */
export type FoundCompression = Compression | "gz";

/** Decompressing may take so much memory, whatever the file asks for: `xz -9` needs 65 MiB a core. */
const XZ_MEMORY = "1GiB";

const TOOLS = {
  zst: { program: "zstd", package: "zstd", pack: ["-T0", "-3", "-q", "-c"], unpack: ["-d", "-q", "-c"] },
  xz: {
    program: "xz",
    package: "xz-utils",
    pack: ["-T0", "-6", "-q", "-c"],
    unpack: ["-d", "-T0", `--memlimit-decompress=${XZ_MEMORY}`, "-q", "-c"],
  },
  // One core for all of it: a good part of the effect, for a third of the time.
  gz: { program: "gzip", package: "gzip", pack: ["-3", "-c"], unpack: ["-d", "-c"] },
} as const;

/** How files begin that are compressed in a way we know. */
const MAGIC: readonly { readonly bytes: readonly number[]; readonly is: FoundCompression | "bz2" }[] = [
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: "zst" },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], is: "xz" },
  { bytes: [0x1f, 0x8b], is: "gz" },
  { bytes: [0x42, 0x5a, 0x68], is: "bz2" },
];

/** The command that compresses from standard input to standard output; nothing for `none`. */
export function packCommand(compression: FoundCompression): readonly string[] | undefined {
  return compression === "none" ? undefined : command(compression, "pack");
}

/** The command that undoes it. */
export function unpackCommand(compression: FoundCompression): readonly string[] | undefined {
  return compression === "none" ? undefined : command(compression, "unpack");
}

/** How a file is compressed, by its first bytes; its name does not count. */
export function detectCompression(start: Uint8Array, subject: string): FoundCompression {
  const found = MAGIC.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte))?.is ?? "none";
  if (found === "bz2") {
    throw new KanibakoError("bad-archive", `Cannot read ${subject}: it is compressed with bzip2`, {
      hint: "Compress it again with zstd, xz or gzip.",
    });
  }
  return found;
}

function command(compression: keyof typeof TOOLS, what: "pack" | "unpack"): readonly string[] {
  const tool = TOOLS[compression];
  const path = findExecutable(tool.program);
  if (path === undefined) {
    throw new KanibakoError("no-compressor", `Cannot find the program ${shellQuote(tool.program)}.`, {
      hint: `Install it: it is in the package ${tool.package} (Debian's name).`,
    });
  }
  return [path, ...tool[what]];
}
