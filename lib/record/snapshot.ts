/**
 * A record as it is at one moment, head and parts: whoever adds to it, or makes room in it, while it is read.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { FileLock } from "../host/store.ts";
import { type Head, readHead } from "./head.ts";
import { partName, partsOf, recordFolder, recordLock } from "./places.ts";

/** A part, open. What is added to it later is not read. */
interface OpenPart {
  readonly number: number;
  readonly file: Deno.FsFile;
  readonly size: number;
}

/** A record at one moment. */
export class Snapshot implements Disposable {
  /** How far it goes; the error where its head cannot be read. */
  readonly head: Head | Error | undefined;
  readonly #parts: readonly OpenPart[];

  private constructor(head: Head | Error | undefined, parts: readonly OpenPart[]) {
    this.head = head;
    this.#parts = parts;
  }

  /** Takes it. Whoever adds waits for no longer than it takes to open the files. */
  static async take(dirs: Pick<Dirs, "state">, box: string): Promise<Snapshot> {
    using _lock = await FileLock.acquire(recordLock(dirs, box), { shared: true });
    const head = await readHead(dirs, box).catch((error: unknown) => error as Error);
    const folder = recordFolder(dirs, box);
    using open = new DisposableStack();
    const parts: OpenPart[] = [];
    for (const number of await partsOf(folder)) {
      const file = open.use(Deno.openSync(`${folder}/${partName(number)}`));
      parts.push({ number, file, size: file.statSync().size });
    }
    open.move();
    return new Snapshot(head, parts);
  }

  /** The numbers of its parts, in order. */
  get parts(): readonly number[] {
    return this.#parts.map(({ number }) => number);
  }

  /** The content of a part, as it was. Once. */
  content(number: number): ReadableStream<Uint8Array> {
    return ReadableStream.from(bytesOf(this.#parts.find((part) => part.number === number)!));
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#parts) file.close();
  }
}

async function* bytesOf({ file, size }: OpenPart): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let left = size; left > 0;) {
    const piece = new Uint8Array(Math.min(left, 64 * 1024));
    const count = await file.read(piece);
    if (count === null) return;
    left -= count;
    yield piece.subarray(0, count);
  }
}
