/**
 * What fills an archive.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { nameBytes } from "../host/tree/raw_name.ts";
import { treeSteps } from "../host/tree/walk.ts";
import type { ArchiveLimits } from "./limits.ts";
import { MANIFEST_PATH } from "./manifest.ts";
import type { ManifestFile } from "./manifest_file.ts";
import { MemberWriter, type PackedCounts } from "./member_writer.ts";
import type { OutStream } from "./out_stream.ts";
import { BLOCK, Type } from "./tar_header.ts";
import { type AddTreeOptions, TreeAdder } from "./tree_adder.ts";

/** Fills an archive. Members come in the order they are added; within a tree, in the order of their names' bytes. */
export class TarWriter {
  readonly #out: OutStream;
  readonly #manifest: ManifestFile | undefined;
  readonly #members: MemberWriter;

  /** Use `packArchive`. No manifest: it goes straight into the program that unpacks it. */
  constructor(out: OutStream, manifest: ManifestFile | undefined, subject: string, limits: ArchiveLimits) {
    this.#out = out;
    this.#manifest = manifest;
    this.#members = new MemberWriter(out, manifest, subject, limits);
  }

  /** What went in so far. */
  get counts(): Readonly<PackedCounts> {
    return this.#members.counts;
  }

  /**
   * Adds a folder with all it holds as `prefix` (`""`: without a folder of its own). No symlink is followed; FIFOs,
   * sockets and devices are not opened, but listed as skipped.
   *
   * Throws as a walk does, and `too-large` when a path is longer than an archive may have.
   */
  async addTree(root: string, prefix: string, options: AddTreeOptions = {}): Promise<void> {
    const above = prefix === "" ? new Uint8Array() : nameBytes(`${checkedPath(prefix)}/`);
    const tree = new TreeAdder(this.#members, root, above, options);
    const { exclude, limits = {}, unreadable = "refuse" } = options;
    const onUnreadable = (path: string) =>
      this.#members.skip(prefix === "" ? path : `${prefix}/${path}`, "unreadable");
    const steps = treeSteps(root, { sorted: true, exclude, limits, unreadable, onUnreadable });
    for (const { entry, leaving } of steps) {
      if (leaving) continue;
      // To wait costs as much as a small file: only where it is needed.
      if (this.#members.isFull) await this.#members.makeRoom();
      const more = tree.add(entry);
      if (more) await more;
    }
  }

  /** Adds a text of ours as a file. */
  async addText(path: string, text: string, mode = 0o600): Promise<void> {
    const content = new TextEncoder().encode(text);
    const pathBytes = nameBytes(checkedPath(path));
    await this.#members.makeRoom();
    this.#members.putMember({ ...ours(mode), path: pathBytes, type: Type.FILE, size: content.length });
    await this.#out.put(content);
    await this.#out.fill(BLOCK);
    const sha256 = createHash("sha256").update(content).digest("hex");
    this.#members.counts.files++;
    this.#members.counts.bytes += content.length;
    this.#manifest?.add({ path, kind: "file", size: content.length, mode, sha256 });
  }

  /** Adds an empty folder. */
  async addFolder(path: string, mode = 0o700): Promise<void> {
    const pathBytes = nameBytes(`${checkedPath(path)}/`);
    await this.#members.makeRoom();
    this.#members.putMember({ ...ours(mode), path: pathBytes, type: Type.FOLDER, size: 0 });
    this.#members.counts.folders++;
    this.#manifest?.add({ path, kind: "folder", size: 0, mode });
  }

  /** Ends the archive: the manifest, and the blocks of zeros that say that nothing was cut off. */
  async finish(): Promise<void> {
    if (this.#manifest) await this.#putManifest(this.#manifest);
    await this.#out.put(new Uint8Array(2 * BLOCK));
    await this.#out.finish();
  }

  async #putManifest(manifest: ManifestFile): Promise<void> {
    const size = manifest.size;
    await this.#members.makeRoom();
    this.#members.putMember({ ...ours(0o600), path: nameBytes(MANIFEST_PATH), type: Type.FILE, size });
    for (const piece of manifest.pieces()) await this.#out.put(piece);
    await this.#out.fill(BLOCK);
  }
}

function ours(mode: number): { mode: number; uid: number; gid: number; mtimeNs: bigint } {
  return { mode, uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0, mtimeNs: BigInt(Date.now()) * 1_000_000n };
}

/** A path that we choose; a mistake of ours if it is not sound. */
function checkedPath(path: string): string {
  if (path.split("/").some((name) => name === "" || name === "." || name === "..") || path.includes("\0")) {
    throw new TypeError(`not a path in an archive: ${path}`);
  }
  return path;
}
