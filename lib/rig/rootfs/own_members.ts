/**
 * What a root file system gets that its rig does not have: this program, and files that say which machine it is.
 *
 * @module
 */

import { nameBytes } from "../../host/tree/raw_name.ts";
import { MemberWriter } from "../../archive/member_writer.ts";
import { OWN_LIMITS } from "../../archive/limits.ts";
import type { OutStream } from "../../archive/out_stream.ts";
import { BLOCK, Type } from "../../archive/tar_header.ts";
import type { ProgramMount } from "../../host/self.ts";
import { cannot } from "../../host/store.ts";

/** A text that becomes a file of root's. */
export interface OwnText {
  /** Without a slash in front. */
  readonly path: string;
  readonly text: string;
  /** [default: 0644] */
  readonly mode?: number;
}

/** Adds members of ours, all of them root's, to an archive that goes on. */
export class OwnMembers {
  readonly #out: OutStream;
  readonly #members: MemberWriter;
  readonly #has: Set<string>;
  // Whole seconds need no header of their own.
  readonly #mtimeNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;

  /** `folders`: paths of those that the archive has. */
  constructor(out: OutStream, subject: string, folders: Set<string>) {
    this.#out = out;
    this.#members = new MemberWriter(out, undefined, subject, OWN_LIMITS);
    this.#has = folders;
  }

  /** Adds a text. */
  async addText({ path, text, mode = 0o644 }: OwnText): Promise<void> {
    const content = new TextEncoder().encode(text);
    await this.#addFolders(path);
    await this.#put(path, Type.FILE, mode, content.length);
    await this.#out.put(content);
    await this.#out.fill(BLOCK);
  }

  /** Adds the program. What is mounted at a place in a folder stands there instead of what the folder has. */
  async addProgram(mounts: readonly ProgramMount[]): Promise<void> {
    const places = new Set(mounts.map(({ destination }) => destination));
    for (const mount of mounts) await this.#addMount(mount, places);
  }

  async #addMount({ source, destination }: ProgramMount, places: ReadonlySet<string>): Promise<void> {
    const path = destination.slice(1);
    try {
      const info = await Deno.stat(source);
      if (!info.isDirectory) return await this.#addFile(source, path, info.size, info.mode);
      await this.#addFolders(`${path}/`);
      for (const { name } of Deno.readDirSync(source)) {
        const inside = `${destination}/${name}`;
        if (!places.has(inside)) {
          await this.#addMount({ source: `${source}/${name}`, destination: inside }, places);
        }
      }
    } catch (cause) {
      throw cause instanceof Deno.errors.NotFound ? cannot("read", source, cause) : cause;
    }
  }

  async #addFile(source: string, path: string, size: number, mode: number | null): Promise<void> {
    await this.#addFolders(path);
    await this.#put(path, Type.FILE, (mode ?? 0) & 0o111 ? 0o755 : 0o644, size);
    using file = await Deno.open(source, { read: true });
    const piece = new Uint8Array(256 * 1024);
    for (let left = size; left > 0;) {
      const count = await file.read(piece.subarray(0, Math.min(left, piece.length)));
      if (count === null) throw cannot("read", source, new Error("it has become shorter"));
      await this.#out.put(piece.subarray(0, count));
      left -= count;
    }
    await this.#out.fill(BLOCK);
  }

  async #addFolders(path: string): Promise<void> {
    const names = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= names.length; depth++) {
      const folder = names.slice(0, depth).join("/");
      if (this.#has.has(folder)) continue;
      this.#has.add(folder);
      await this.#put(`${folder}/`, Type.FOLDER, 0o755, 0);
    }
  }

  async #put(path: string, type: string, mode: number, size: number): Promise<void> {
    await this.#members.makeRoom();
    const about = { mode, uid: 0, gid: 0, mtimeNs: this.#mtimeNs };
    this.#members.putMember({ ...about, path: nameBytes(path), type, size });
  }
}
