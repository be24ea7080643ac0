/**
 * Reading an archive: what is in it, and whether it is what was put in. Nothing is unpacked here.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { KanibakoError } from "../host/error.ts";
import { quotePath } from "../host/ui/quote_path.ts";
import { shellQuote } from "../host/ui/text.ts";
import { type InStream, openArchive } from "./in_stream.ts";
import { type ArchiveLimits, limitsFrom } from "./limits.ts";
import { MANIFEST_PATH, type ManifestDifference, type ManifestEntry, verify } from "./manifest.ts";
import { ManifestCheck, parseManifest } from "./manifest_check.ts";
import { cut, unsafe } from "./member_path.ts";
import { type ArchiveEntry, TarReader } from "./tar_reader.ts";

export type { ArchiveEntry } from "./tar_reader.ts";
export type { ArchiveLimits } from "./limits.ts";

/** Largest manifest that is taken apart to say what differs, and most that is kept of what is there. */
const MAX_EXPLAINED_BYTES = 64 * 2 ** 20;
/** What an entry takes in memory beside its texts, roughly. */
const ENTRY_BYTES = 128;
/** Most paths named in the error about what differs. */
const MAX_NAMED = 5;

/** How an archive is read. */
export interface ReadOptions {
  /** Missing ones have the default of `limits.ts`. */
  readonly limits?: Partial<ArchiveLimits>;
  /** Ends the work. */
  readonly signal?: AbortSignal;
  /** An archive without a manifest is refused, as `no-manifest`. Where there is one, it must always be right. */
  readonly needsManifest?: boolean;
  /** Called now and then, with what is done. */
  readonly onProgress?: (done: { files: number; bytes: number }) => void;
}

/** A member as it is met. */
export interface MetEntry extends ArchiveEntry {
  /** Some of its content, good until the next call; nothing at its end. What is not taken is passed over. */
  content(): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** Called for each member but the manifest. `"stop"` ends the reading: then nothing was verified. */
export type OnEntry = (entry: MetEntry) => Promise<void | "stop"> | void | "stop";

/** What was read. */
export interface ReadReport {
  /** Members, the manifest included. */
  readonly entries: number;
  /** Content as it is stored. */
  readonly bytes: number;
  /** Whether a manifest was there, and all was as it says. */
  readonly verified: boolean;
}

/**
 * Reads an archive from its first to its last byte: `.tar`, or that compressed with zstd, xz or gzip, whatever its name.
 * Every path given to `onEntry` is below the folder it would be unpacked into. What `onEntry` made must be thrown away
 * when this rejects.
 *
 * Throws `bad-archive` (damaged, cut off, not as its manifest says), `unsafe-archive` (made to do harm), `too-large`
 * (over a limit), `no-manifest`, `cannot-read`, `no-compressor`.
 */
export async function readArchive(
  file: string,
  onEntry: OnEntry,
  options: ReadOptions = {},
): Promise<ReadReport> {
  const subject = `the archive ${quotePath(file)}`;
  const limits = limitsFrom(options.limits);
  await using stream = await openArchive(file, subject, limits, options.signal);
  const reader = new TarReader(stream, subject, limits);
  const check = new ManifestCheck();
  let files = 0;
  for (let entry = await reader.next(); entry; entry = await reader.next()) {
    if (entry.path === MANIFEST_PATH && entry.kind === "file") {
      for (let piece = await reader.content(); piece; piece = await reader.content()) check.said(piece);
      const after = await reader.next();
      if (after) {
        throw unsafe(subject, `there is an entry behind its manifest, ${shellQuote(cut(after.path))}`);
      }
      break;
    }
    const met = new Met(entry, reader);
    if (await onEntry(met) === "stop") return { ...reader.counts, verified: false };
    check.found(await met.finish());
    if (entry.kind === "file") files++;
    options.onProgress?.({ files, bytes: reader.counts.bytes });
  }
  const result = check.result();
  if (result === "different") throw await different(file, subject, options);
  if (result === "unknown") {
    throw new KanibakoError(
      "bad-archive",
      `Cannot read ${subject}: its manifest is of a version that is not known`,
      {
        hint: "It may have been written by a newer version of this program: kanibako --version.",
      },
    );
  }
  if (result === "missing" && options.needsManifest) {
    throw new KanibakoError("no-manifest", `Cannot use ${subject}: it has no manifest`, {
      hint: "It was not written by kanibako, or is incomplete.",
    });
  }
  return { ...reader.counts, verified: result === "same" };
}

/** A member being read: hashed whether its content is wanted or not. */
class Met implements MetEntry {
  readonly path: string;
  readonly kind: ArchiveEntry["kind"];
  readonly size: number;
  readonly mode: number;
  readonly mtimeNs: bigint;
  declare readonly target?: string;
  declare readonly ranges?: NonNullable<ArchiveEntry["ranges"]>;
  readonly #reader: TarReader;
  readonly #hash;
  #line: ManifestEntry | undefined;

  constructor(entry: ArchiveEntry, reader: TarReader) {
    this.path = entry.path;
    this.kind = entry.kind;
    this.size = entry.size;
    this.mode = entry.mode;
    this.mtimeNs = entry.mtimeNs;
    if (entry.target !== undefined) this.target = entry.target;
    if (entry.ranges) this.ranges = entry.ranges;
    this.#reader = reader;
    this.#hash = entry.kind === "file" ? createHash("sha256") : undefined;
    if (entry.map) this.#hash?.update(entry.map);
  }

  async content(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const piece = await this.#reader.content();
    if (piece) this.#hash?.update(piece);
    return piece;
  }

  /** Reads what nobody wanted, and says what the member was. */
  async finish(): Promise<ManifestEntry> {
    if (this.#line) return this.#line;
    while (await this.content()) { /* for the hash */ }
    const { path, size, mode, target } = this;
    // No manifest of ours says `other`: such a member is then one too many.
    const kind = this.kind as ManifestEntry["kind"];
    const sha256 = this.#hash?.digest("hex");
    return this.#line = {
      path,
      kind,
      size,
      mode,
      ...(sha256 ? { sha256 } : {}),
      ...(target === undefined ? {} : { target }),
    };
  }
}

/** The error for an archive that is not what its manifest says: reads it again to find out what differs. */
async function different(file: string, subject: string, options: ReadOptions): Promise<KanibakoError> {
  const difference = await explain(file, subject, options).catch(() => undefined);
  const lists = Object.entries(difference ?? {}).filter(([, paths]) => paths.length > 0);
  const what = lists.map(([how, paths]: [string, readonly string[]]) => {
    const named = paths.slice(0, MAX_NAMED).map((path) => shellQuote(cut(path))).join(", ");
    return `${how}: ${named}${paths.length > MAX_NAMED ? `, and ${paths.length - MAX_NAMED} more` : ""}`;
  });
  return new KanibakoError("bad-archive", `Cannot use ${subject}: it is not what its manifest says`, {
    hint: [...what, "It was damaged or changed after it was written. Use another copy."],
  });
}

async function explain(
  file: string,
  subject: string,
  options: ReadOptions,
): Promise<ManifestDifference | undefined> {
  const limits = limitsFrom(options.limits);
  await using stream: InStream = await openArchive(file, subject, limits, options.signal);
  const reader = new TarReader(stream, subject, limits);
  const found: ManifestEntry[] = [];
  let kept = 0;
  for (let entry = await reader.next(); entry; entry = await reader.next()) {
    if (entry.path !== MANIFEST_PATH || entry.kind !== "file") {
      kept += entry.path.length + (entry.target?.length ?? 0) + ENTRY_BYTES;
      if (kept > MAX_EXPLAINED_BYTES) return undefined;
      found.push(await new Met(entry, reader).finish());
      continue;
    }
    if (entry.size > MAX_EXPLAINED_BYTES) return undefined;
    let text = "";
    const decoder = new TextDecoder();
    for (let piece = await reader.content(); piece; piece = await reader.content()) {
      text += decoder.decode(piece, { stream: true });
    }
    return verify(parseManifest(text), found);
  }
  return undefined;
}
