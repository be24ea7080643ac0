/**
 * Standard error of an engine's client, held back until it is known whose words it carries.
 *
 * A client that cannot start a command says so on the stream that is the command's afterwards. What comes before the command
 * has begun is the engine's; from then on every byte is the command's and passes as it is.
 *
 * @module
 */

import { joined } from "../../host/bytes.ts";
import { withoutNoise } from "./remedies.ts";

/** What the box's script says on standard error when it was asked to, as the last thing before the command. */
const BEGUN = new TextEncoder().encode("\u0001begun\n");
/** podman's words when nobody reads our output any more, where another program would end by SIGPIPE. */
const BROKEN_PIPE = "write /dev/stdout: broken pipe";
const NO_READER = /^.*(write \/dev\/stdout: broken pipe|level=error msg="container not running").*\n?/gm;
/** An engine says less before it gives up. Whatever says more is shown. */
const HELD_BYTES = 64 * 1024;

/** How a stream of errors is held. */
export interface HeldErrorsOptions {
  /** Takes what may be shown. */
  readonly write: (bytes: Uint8Array) => void | Promise<void>;
  /** The box's script says on this stream when the command begins. */
  readonly saysBegun?: boolean;
  /** Whether whoever read our standard output has gone. Asked only when the engine says so. */
  readonly readerGone?: () => boolean;
}

/** Holds one client's standard error. */
export class HeldErrors {
  /** Whether the box's script has said that the command begins. */
  begun = false;
  /** Resolves when it says so. */
  readonly whenBegun: Promise<void>;
  /** Whether the engine met the end of whoever read our output. */
  readerGone = false;
  readonly #options: HeldErrorsOptions;
  #held: Uint8Array = new Uint8Array(0);
  #released = false;
  readonly #begin: () => void;

  /** Holds everything from the first byte on. */
  constructor(options: HeldErrorsOptions) {
    this.#options = options;
    ({ promise: this.whenBegun, resolve: this.#begin } = Promise.withResolvers<void>());
  }

  /** Takes a piece of the stream. */
  async push(piece: Uint8Array): Promise<void> {
    const bytes = this.#withoutReader(piece);
    if (this.#released) return await this.#write(bytes);
    this.#held = joined(this.#held, bytes);
    if (this.#options.saysBegun) {
      const at = indexOf(this.#held, BEGUN);
      if (at !== -1) {
        this.begun = true;
        this.#begin();
        const own = this.#held.subarray(at + BEGUN.length);
        this.#held = this.#held.subarray(0, at);
        await this.release();
        return await this.#write(own);
      }
    }
    if (this.#held.length > HELD_BYTES) await this.release();
  }

  /** The command has begun: what was held is shown, without the engine's idle remarks, and nothing is held any more. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    const held = this.#held;
    this.#held = new Uint8Array(0);
    // One character for each byte, so that what is no text stays what it is.
    await this.#write(bytesOf(withoutNoise(charactersOf(held))));
  }

  /** What the engine complained about; empty when everything was released. */
  get complaint(): string {
    return withoutNoise(new TextDecoder().decode(this.#held)).trim();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.#options.write(bytes);
  }

  #withoutReader(piece: Uint8Array): Uint8Array {
    const { readerGone } = this.#options;
    if (!readerGone || indexOf(piece, encoded) === -1 || !readerGone()) return piece;
    this.readerGone = true;
    return bytesOf(charactersOf(piece).replace(NO_READER, ""));
  }
}

const encoded = new TextEncoder().encode(BROKEN_PIPE);

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0]!); at !== -1; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (at + wanted.length > bytes.length) return -1;
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}

function charactersOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

function bytesOf(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
