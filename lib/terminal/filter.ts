/**
 * The filter between a box and the user's terminal: passes text and drawing, drops what would act on the terminal itself.
 *
 * A sequence may come in any number of pieces; what cannot be decided yet is kept, up to a bound. What is dropped leaves nothing
 * behind, so no two halves can meet and become a sequence.
 *
 * @module
 */

import { C1_LEAD, harmlessUntil, mayFollow, moreBytes } from "./harmless.ts";
import {
  allowsCommand,
  allowsControl,
  allowsEscape,
  MAX_SEQUENCE_BYTES,
  type TerminalRights,
} from "./sequence.ts";

const ESC = 0x1b;
const BEL = 0x07;
const ENQ = 0x05;
const CAN = 0x18;
const SUB = 0x1a;
const DEL = 0x7f;

/** Bytes that may end a string, or what is in it. */
const ENDS_STRING = new Uint8Array(256);
for (const byte of [ESC, BEL, CAN, SUB, 0x9c]) ENDS_STRING[byte] = 1;

type State =
  | "text"
  /** After ESC. */
  | "escape"
  /** ESC and intermediate bytes: until a final one. */
  | "intermediate"
  /** A control sequence, until its final byte. */
  | "control"
  /** An operating system command, until its terminator. */
  | "command"
  /** A device string, a message, a private one: until its terminator, and dropped. */
  | "string";

/** One direction of one terminal. */
export class TerminalFilter {
  readonly #rights: TerminalRights;
  readonly #decoder = new TextDecoder();
  #state: State = "text";
  /** The sequence so far, from its introducer on: this many bytes. Of a string that is dropped anyway, its last ones. */
  #kept = new Uint8Array(256);
  #length = 0;
  #tooLong = false;
  /** In a string: the last byte was ESC, which may be half of its terminator. */
  #maybeEnd = false;
  /** Bytes of a character in UTF-8 that are still to come, and those that came. */
  #missing = 0;
  #character: number[] = [];
  #out = new Uint8Array(0);
  #outLength = 0;

  constructor(rights: TerminalRights) {
    this.#rights = rights;
  }

  /** What of the next bytes reaches the terminal. It may be the very bytes given, and is valid until the next call. */
  pass(bytes: Uint8Array): Uint8Array {
    const isText = this.#state === "text" && this.#missing === 0;
    let at = isText ? harmlessUntil(bytes, 0) : 0;
    if (at === bytes.length) return bytes;
    // A control in eight bits becomes two bytes.
    const most = 2 * bytes.length + this.#length + this.#character.length + 2;
    if (this.#out.length < most) this.#out = new Uint8Array(most);
    this.#out.set(bytes.subarray(0, at));
    this.#outLength = at;
    while (at < bytes.length) {
      if (this.#state === "text" && this.#missing === 0) {
        const end = harmlessUntil(bytes, at);
        if (end > at) this.#putAll(bytes, at, end);
        if (end === bytes.length) break;
        at = end;
      } else if ((this.#state === "command" || this.#state === "string") && !this.#maybeEnd) {
        const end = ordinaryUntil(bytes, at);
        if (end > at) this.#keepAll(bytes, at, end);
        if (end === bytes.length) break;
        at = end;
      }
      this.#next(bytes[at++]!);
    }
    return this.#out.subarray(0, this.#outLength);
  }

  #put(byte: number): void {
    if (byte !== ENQ) this.#out[this.#outLength++] = byte;
  }

  #putAll(bytes: Uint8Array, from: number, to: number): void {
    this.#out.set(bytes.subarray(from, to), this.#outLength);
    this.#outLength += to - from;
  }

  #next(byte: number): void {
    if (this.#missing > 0 || (byte >= 0x80 && this.#state !== "command" && this.#state !== "string")) {
      return this.#high(byte);
    }
    this.#plain(byte);
  }

  /** A byte above ASCII: part of a character, or a control in eight bits. */
  #high(byte: number): void {
    if (this.#missing > 0) {
      const [lead] = this.#character;
      if ((byte & 0xc0) !== 0x80 || (this.#character.length === 1 && !mayFollow(lead!, byte))) {
        // Cut short: the half is dropped, the byte looked at for what it is.
        this.#missing = 0;
        this.#character = [];
        return this.#next(byte);
      }
      this.#character.push(byte);
      if (--this.#missing > 0) return;
      const character = this.#character;
      this.#character = [];
      if (character[0] === C1_LEAD && byte < 0xa0) return this.#eightBit(byte);
      if (this.#state !== "text") this.#abort();
      for (const part of character) this.#put(part);
      return;
    }
    this.#missing = moreBytes(byte);
    if (this.#missing > 0) this.#character = [byte];
    else if (byte < 0xa0) this.#eightBit(byte);
    // Anything else is no text of any kind we pass on.
  }

  /** A C1 control: the same as ESC and another byte, in the only form that is passed on. */
  #eightBit(byte: number): void {
    this.#abort();
    this.#plain(ESC);
    this.#plain(byte - 0x40);
  }

  #plain(byte: number): void {
    switch (this.#state) {
      case "text":
        if (byte === ESC) this.#begin("escape");
        else this.#put(byte);
        return;
      case "escape":
        return this.#afterEscape(byte);
      case "intermediate":
        if (this.#interrupted(byte)) return;
        this.#keep(byte);
        if (byte >= 0x30) this.#release(allowsEscape(this.#body(1)));
        return;
      case "control":
        if (this.#interrupted(byte)) return;
        this.#keep(byte);
        if (byte >= 0x40) this.#release(allowsControl(this.#body(2)));
        return;
      case "command":
      case "string":
        return this.#inString(byte);
    }
  }

  #afterEscape(byte: number): void {
    if (this.#interrupted(byte)) return;
    this.#keep(byte);
    if (byte === 0x5b) this.#state = "control";
    else if (byte === 0x5d) this.#state = "command";
    else if (byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f || byte === 0x6b) {
      this.#state = "string";
    } else if (byte < 0x30) this.#state = "intermediate";
    else this.#release(allowsEscape(this.#body(1)));
  }

  /** CAN and SUB end a sequence, ESC begins another one, DEL is nothing. Other controls are done at once, in the middle of it. */
  #interrupted(byte: number): boolean {
    if (byte === ESC) this.#begin("escape");
    else if (byte === CAN || byte === SUB) this.#abort();
    else if (byte < 0x20) this.#put(byte);
    else return byte === DEL;
    return true;
  }

  #inString(byte: number): void {
    if (this.#maybeEnd) {
      this.#maybeEnd = false;
      if (byte === 0x5c) return this.#endString([ESC, 0x5c]);
      // Terminals end the string here, and read what follows as a sequence of its own.
      this.#begin("escape");
      return this.#next(byte);
    }
    if (byte === ESC) this.#maybeEnd = true;
    else if (byte === BEL) this.#endString([BEL]);
    else if (byte === 0x9c && !this.#inCharacter()) this.#endString([ESC, 0x5c]);
    else if (byte === CAN || byte === SUB) this.#abort();
    else this.#keep(byte);
  }

  /** Whether the bytes kept end in the middle of a character. */
  #inCharacter(): boolean {
    for (let back = 1; back <= 3 && back <= this.#length; back++) {
      const byte = this.#kept[this.#length - back]!;
      if (byte < 0x80) return false;
      if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
    }
    return false;
  }

  #endString(terminator: readonly number[]): void {
    const pass = this.#state === "command" && !this.#tooLong && allowsCommand(this.#body(2), this.#rights);
    if (pass) { for (const byte of terminator) this.#keep(byte); }
    this.#release(pass);
  }

  #begin(state: State): void {
    this.#abort();
    this.#state = state;
    this.#keep(ESC);
  }

  #keep(byte: number): void {
    if (this.#length === this.#kept.length) this.#grow(1);
    if (this.#length < this.#kept.length) this.#kept[this.#length++] = byte;
    else this.#slide(Uint8Array.of(byte));
  }

  #keepAll(bytes: Uint8Array, from: number, to: number): void {
    const part = bytes.subarray(from, to);
    if (this.#state === "string") return this.#slide(part);
    if (this.#length + part.length > this.#kept.length) this.#grow(part.length);
    if (this.#length + part.length > this.#kept.length) return this.#slide(part);
    this.#kept.set(part, this.#length);
    this.#length += part.length;
  }

  /** Makes room, where the sequence may be that long. */
  #grow(by: number): void {
    const needed = this.#length + by;
    if (this.#state === "string" || needed > MAX_SEQUENCE_BYTES) return;
    const larger = new Uint8Array(Math.min(MAX_SEQUENCE_BYTES, Math.max(2 * this.#kept.length, needed)));
    larger.set(this.#kept.subarray(0, this.#length));
    this.#kept = larger;
  }

  /** What is dropped anyway: its last bytes are kept, as they tell whether a character has ended. */
  #slide(part: Uint8Array): void {
    this.#tooLong = true;
    const last = [...this.#kept.subarray(Math.max(0, this.#length - 3), this.#length), ...part.subarray(-3)];
    this.#kept.set(last.slice(-3));
    this.#length = Math.min(3, last.length);
  }

  #body(from: number): string {
    return this.#decoder.decode(this.#kept.subarray(from, this.#length));
  }

  #release(pass: boolean): void {
    if (pass && !this.#tooLong) this.#putAll(this.#kept, 0, this.#length);
    this.#abort();
  }

  #abort(): void {
    this.#state = "text";
    this.#length = 0;
    this.#tooLong = false;
    this.#maybeEnd = false;
    if (this.#kept.length > 4096) this.#kept = new Uint8Array(256);
  }
}

/** Where the part of a string ends that can be kept as it is. */
function ordinaryUntil(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && ENDS_STRING[bytes[at]!] === 0) at++;
  return at;
}
