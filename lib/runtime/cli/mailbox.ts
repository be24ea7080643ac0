/**
 * A mailbox on this host: two folders that are mounted in the box, and FIFOs that the box's first process holds open.
 *
 * The kernel closes a FIFO whatever a box dies of, waiting on it costs nothing, and it is the same for every engine. Each run
 * has FIFOs of its own, made new: nothing that one run says or leaves can be taken for another's.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { isHeldOpen, makeFifo } from "../../host/fifo.ts";
import { giveTo } from "../../host/give.ts";
import { listenAt } from "../../host/unix_socket.ts";
import { openPlain } from "../../host/tree/plain_file.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { until } from "../../host/wait.ts";
import { BOX_IN } from "../../spec/box_paths.ts";
import type { BoxSpec, HandedFile, Mount } from "../../spec/box_spec.ts";
import { fromPart } from "../../spec/source.ts";
import type { Mailbox } from "../mailbox.ts";
import type { MailboxOptions } from "../runtime.ts";
import { AliveFifo } from "./alive_fifo.ts";
import { writeHanded, writeNew } from "./handed_files.ts";

/** Where the parts of a run's mailbox are on this host. */
interface Places {
  readonly in: string;
  readonly out: string;
  /** What is handed in elsewhere than at {@link BOX_IN}, a folder or file each. */
  readonly more: string;
  readonly alive: string;
  readonly guests: string;
  /** A folder for each time that the engine tried to start the box. */
  readonly tries: string;
}

/** Processes of ours that ask after the box let go of its end this soon. */
const LETTING_GO = { everyMs: 25, forMs: 500 };

function placesIn(folder: string): Places {
  const into = `${folder}/in`;
  return {
    in: into,
    out: `${folder}/out`,
    more: `${folder}/more`,
    alive: `${into}/alive`,
    guests: `${into}/guests`,
    tries: `${folder}/tries`,
  };
}

/** The mailbox of one run. */
export class HostMailbox implements Mailbox {
  readonly #places: Places;
  readonly #fifo: AliveFifo;

  private constructor(places: Places, fifo: AliveFifo) {
    this.#places = places;
    this.#fifo = fifo;
  }

  /** Makes the folders of a plan and all that is handed in. */
  static async prepare(spec: BoxSpec, folder: string, options: MailboxOptions = {}): Promise<HostMailbox> {
    const places = placesIn(folder);
    const ephemeral = spec.lifetime === "ephemeral";
    // The box's user must be able to pass: the state folder above is its owner's alone.
    Deno.mkdirSync(places.in, { recursive: true, mode: 0o700 });
    const handed = spec.mounts.filter((mount) => mount.type === "files");
    await makeFifo(places.alive, 0o600);
    if (options.guests ?? ephemeral) await makeFifo(places.guests, 0o600);
    Deno.mkdirSync(places.out, { mode: 0o700 });
    for (const mount of handed) writeNew(handedAt(places, mount, handed), mount.files);
    // Before the box can open it, so that its first process finds a reader.
    const fifo = ephemeral ? AliveFifo.watched(places.alive) : new AliveFifo(places.alive);
    if (spec.user.kind === "owner") {
      giveTo(places.in, spec.user);
      giveTo(places.out, spec.user);
      if (handed.length > 1) giveTo(places.more, spec.user);
    }
    return new HostMailbox(places, fifo);
  }

  /** The mailbox of a run that was prepared before. */
  static open(folder: string): HostMailbox {
    const places = placesIn(folder);
    return new HostMailbox(places, new AliveFifo(places.alive));
  }

  /** The same plan with mounts of this host in the place of those of content. */
  static bound(spec: BoxSpec, mailbox: Mailbox): BoxSpec {
    if (!(mailbox instanceof HostMailbox)) throw new Error("a mailbox of another runtime");
    const places = mailbox.#places;
    const handed = spec.mounts.filter((mount) => mount.type === "files");
    const mounts = spec.mounts.map((mount): Mount => {
      if (mount.type === "mailbox") return boundAt(places.out, mount);
      return mount.type === "files" ? boundAt(handedAt(places, mount, handed), mount) : mount;
    });
    if (!mounts.some(({ destination }) => destination === BOX_IN)) {
      mounts.push(
        boundAt(places.in, { destination: BOX_IN, readOnly: true, from: fromPart("housekeeping") }),
      );
    }
    return { ...spec, mounts };
  }

  /** A folder of the run that is not there yet, for what its engine writes while it tries to start the box. */
  static witnessFolder(mailbox: Mailbox, tries: number): string {
    if (!(mailbox instanceof HostMailbox)) throw new Error("a mailbox of another runtime");
    return `${mailbox.#places.tries}/${tries}`;
  }

  get begun(): Promise<boolean> {
    return this.#fifo.begun;
  }

  hasBegun(): Promise<boolean> {
    return this.#fifo.hasBegun();
  }

  async put(files: ReadonlyMap<string, HandedFile>): Promise<void> {
    writeHanded(this.#places.in, files);
    // Whoever the box's user is has been given this folder.
    const { uid, gid } = await Deno.stat(this.#places.in);
    if (uid !== null && gid !== null) giveTo(this.#places.in, { uid, gid });
  }

  async take(name: string, maxBytes: number): Promise<Uint8Array | undefined> {
    // One name in a folder that the box cannot move: only the name itself may lead elsewhere, and that is not followed.
    if (!/^[^/\0]+$/.test(name) || name === "." || name === "..") throw suspect(name, "its name is no name");
    const path = `${this.#places.out}/${name}`;
    let found: Deno.FileInfo;
    try {
      found = await Deno.lstat(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw suspect(path, "it cannot be looked at");
    }
    using file = found.isFile ? openGiven(path) : undefined;
    if (!file) throw suspect(path, "it is not a regular file");
    const content = new Uint8Array(Math.min(maxBytes, file.statSync().size) + 1);
    let length = 0;
    while (length < content.length) {
      const count = file.readSync(content.subarray(length));
      if (count === null) break;
      length += count;
    }
    if (length > maxBytes) throw suspect(path, `it is larger than ${maxBytes} bytes`);
    return content.subarray(0, length);
  }

  wait(): Promise<"said" | "silent"> {
    return this.#fifo.wait();
  }

  async alive(): Promise<boolean> {
    // Until the box begins, a FIFO that is watched has a writer that is us.
    if (this.#fifo.isWatched && !await this.#fifo.hasBegun()) return false;
    return isHeldOpen(this.#places.alive);
  }

  async isInhabited(): Promise<boolean> {
    const held = () => isHeldOpen(this.#places.alive);
    // A process of ours opens it for a moment, and is none of the box; one of another user's box is not seen.
    const { containedHolders } = await import("../../host/processes.ts");
    return await this.alive() &&
      (containedHolders(this.#places.alive).length > 0 || !await until(() => !held(), LETTING_GO));
  }

  async endBox(graceMs: number): Promise<void> {
    const { endContained } = await import("../../host/processes.ts");
    const left = await endContained(this.#places.alive, graceMs);
    if (left.length === 0 && !await this.isInhabited()) return;
    const which = left.length === 0
      ? "They belong to another user."
      : `They began with process ${left.join(" and ")}.`;
    throw new KanibakoError("cannot-end", `The processes of the box cannot be ended. ${which}`, {
      hint: left.length === 0 ? "Restart this machine." : `sudo kill -9 ${left.join(" ")}`,
    });
  }

  async enter(): Promise<Disposable> {
    // For both directions, so that it does not wait for the box.
    const fifo = await Deno.open(this.#places.guests, { read: true, write: true }).catch(() => undefined);
    return { [Symbol.dispose]: () => fifo?.close() };
  }

  listen(name: string): Deno.Listener {
    // Whoever can pass the folders above is its owner or the box.
    return listenAt(`${this.#places.in}/${name}`, 0o666);
  }

  async remove(): Promise<void> {
    await this.#fifo[Symbol.asyncDispose]();
    for (const path of [this.#places.in, this.#places.more, this.#places.tries]) {
      try {
        Deno.removeSync(path, { recursive: true });
      } catch { /* it is gone, or goes with the next sweep */ }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#fifo[Symbol.asyncDispose]();
  }
}

/** Where what one mount hands in is written. */
function handedAt(places: Places, mount: Mount, all: readonly Mount[]): string {
  return mount.destination === BOX_IN ? places.in : `${places.more}/${all.indexOf(mount)}`;
}

function boundAt(source: string, mount: Pick<Mount, "destination" | "readOnly" | "from">): Mount {
  const { destination, readOnly, from } = mount;
  return { type: "bind", source, destination, readOnly, relabel: "private", from };
}

function openGiven(path: string): Deno.FsFile | undefined {
  try {
    return openPlain(path);
  } catch (error) {
    throw suspect(path, error instanceof Error ? error.message : String(error));
  }
}

function suspect(path: string, why: string): KanibakoError {
  return new KanibakoError("out-folder", `Cannot take ${shellQuote(path)} from the box: ${why}.`);
}
