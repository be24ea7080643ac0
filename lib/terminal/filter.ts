/**
 * The filter between a box and the user's terminal: passes text and drawing, drops what would act on the terminal itself.
 *
 * A sequence may come in any number of pieces; what cannot be decided yet is kept, up to a bound. What is dropped leaves nothing
 * behind, so no two halves can meet and become a sequence.
 *
 * @module
 */

import {
  allowsCommand,
  allowsControl,
  MAX_SEQUENCE_BYTES,
  type TerminalRights,
  UNCONDITIONAL_FINALS,
} from "./sequence.ts";

const ESC = 0x1b;
const BEL = 0x07;
const ENQ = 0x05;
const CAN = 0x18;
const SUB = 0x1a;
const DEL = 0x7f;
/** First byte of U+0080 to U+00BF in UTF-8, and so of C1 controls. */
const C1_LEAD = 0xc2;

/** Bytes that need a look when they come in ordinary text. */
const NOTABLE = new Uint8Array(256);
NOTABLE[ESC] = NOTABLE[ENQ] = 1;
for (let byte = 0x80; byte < 0x100; byte++) NOTABLE[byte] = 1;

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
  #state: State = "text";
  /** The sequence so far, from its introducer on. */
  #kept: number[] = [];
  #tooLong = false;
  /** In a string: the last byte was ESC, which may be half of its terminator. */
  #maybeEnd = false;
  /** Bytes of a character in UTF-8 that are still to come, and those that came. */
  #missing = 0;
  #character: number[] = [];

  constructor(rights: TerminalRights) {
    this.#rights = rights;
  }

  /** What of the next bytes reaches the terminal. */
  pass(bytes: Uint8Array): Uint8Array {
    // A control in eight bits becomes two bytes.
    const out = new Uint8Array(2 * bytes.length + this.#kept.length + this.#character.length + 2);
    let length = 0;
    const put = (byte: number) => {
      if (byte !== ENQ) out[length++] = byte;
    };
    for (let at = 0; at < bytes.length;) {
      if (this.#state === "text" && this.#missing === 0) {
        const end = harmlessUntil(bytes, at);
        out.set(bytes.subarray(at, end), length);
        length += end - at;
        at = end;
        if (at === bytes.length) break;
      }
      this.#next(bytes[at++]!, put);
    }
    return out.subarray(0, length);
  }

  #next(byte: number, put: (byte: number) => void): void {
    if (this.#missing > 0 || (byte >= 0x80 && this.#state !== "command" && this.#state !== "string")) {
      return this.#high(byte, put);
    }
    this.#plain(byte, put);
  }

  /** A byte above ASCII: part of a character, or a control in eight bits. */
  #high(byte: number, put: (byte: number) => void): void {
    if (this.#missing > 0) {
      const [lead] = this.#character;
      if ((byte & 0xc0) !== 0x80 || (this.#character.length === 1 && !mayFollow(lead!, byte))) {
        // Cut short: the half is dropped, the byte looked at for what it is.
        this.#missing = 0;
        this.#character = [];
        return this.#next(byte, put);
      }
      this.#character.push(byte);
      if (--this.#missing > 0) return;
      const character = this.#character;
      this.#character = [];
      if (character[0] === C1_LEAD && byte < 0xa0) return this.#eightBit(byte, put);
      if (this.#state !== "text") this.#abort();
      for (const part of character) put(part);
      return;
    }
    this.#missing = moreBytes(byte);
    if (this.#missing > 0) this.#character = [byte];
    else if (byte < 0xa0) this.#eightBit(byte, put);
    // Anything else is no text of any kind we pass on.
  }

  /** A C1 control: the same as ESC and another byte, in the only form that is passed on. */
  #eightBit(byte: number, put: (byte: number) => void): void {
    this.#abort();
    this.#plain(ESC, put);
    this.#plain(byte - 0x40, put);
  }

  #plain(byte: number, put: (byte: number) => void): void {
    switch (this.#state) {
      case "text":
        if (byte === ESC) this.#begin("escape");
        else put(byte);
        return;
      case "escape":
        return this.#afterEscape(byte, put);
      case "intermediate":
        if (this.#interrupted(byte, put)) return;
        this.#keep(byte);
        if (byte >= 0x30) this.#release(put, true);
        return;
      case "control":
        if (this.#interrupted(byte, put)) return;
        this.#keep(byte);
        if (byte >= 0x40) this.#release(put, allowsControl(this.#body(2)));
        return;
      case "command":
      case "string":
        return this.#inString(byte, put);
    }
  }

  #afterEscape(byte: number, put: (byte: number) => void): void {
    if (this.#interrupted(byte, put)) return;
    this.#keep(byte);
    if (byte === 0x5b) this.#state = "control";
    else if (byte === 0x5d) this.#state = "command";
    else if (byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f || byte === 0x6b) {
      this.#state = "string";
    } else if (byte < 0x30) this.#state = "intermediate";
    // DECID asks who the terminal is. A terminator without a string is what is left of one that was dropped.
    else this.#release(put, byte !== 0x5a && byte !== 0x5c);
  }

  /** CAN and SUB end a sequence, ESC begins another one, DEL is nothing. Other controls are done at once, in the middle of it. */
  #interrupted(byte: number, put: (byte: number) => void): boolean {
    if (byte === ESC) this.#begin("escape");
    else if (byte === CAN || byte === SUB) this.#abort();
    else if (byte < 0x20) put(byte);
    else return byte === DEL;
    return true;
  }

  #inString(byte: number, put: (byte: number) => void): void {
    if (this.#maybeEnd) {
      this.#maybeEnd = false;
      if (byte === 0x5c) return this.#endString(put, [ESC, 0x5c]);
      // Terminals end the string here, and read what follows as a sequence of its own.
      this.#begin("escape");
      return this.#next(byte, put);
    }
    if (byte === ESC) this.#maybeEnd = true;
    else if (byte === BEL) this.#endString(put, [BEL]);
    else if (byte === 0x9c && !this.#inCharacter()) this.#endString(put, [ESC, 0x5c]);
    else if (byte === CAN || byte === SUB) this.#abort();
    else this.#keep(byte);
  }

  /** Whether the bytes kept end in the middle of a character. */
  #inCharacter(): boolean {
    for (let back = 1; back <= 3; back++) {
      const byte = this.#kept.at(-back);
      if (byte === undefined || byte < 0x80) return false;
      if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
    }
    return false;
  }

  #endString(put: (byte: number) => void, terminator: readonly number[]): void {
    const pass = this.#state === "command" && !this.#tooLong && allowsCommand(this.#body(2), this.#rights);
    if (pass) this.#kept.push(...terminator);
    this.#release(put, pass);
  }

  #begin(state: State): void {
    this.#abort();
    this.#state = state;
    this.#kept.push(ESC);
  }

  #keep(byte: number): void {
    if (this.#kept.length < MAX_SEQUENCE_BYTES) this.#kept.push(byte);
    else this.#tooLong = true;
  }

  #body(from: number): string {
    return new TextDecoder().decode(new Uint8Array(this.#kept.slice(from)));
  }

  #release(put: (byte: number) => void, pass: boolean): void {
    if (pass && !this.#tooLong) { for (const byte of this.#kept) put(byte); }
    this.#abort();
  }

  #abort(): void {
    this.#state = "text";
    this.#kept = [];
    this.#tooLong = false;
    this.#maybeEnd = false;
  }
}

/** Where the part ends that needs no second look: text, whole characters, and control sequences that always pass. */
function harmlessUntil(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length) {
    const byte = bytes[at]!;
    if (NOTABLE[byte] === 0) {
      at++;
      continue;
    }
    const next = byte === ESC ? afterControl(bytes, at) : byte >= C1_LEAD ? afterCharacter(bytes, at) : at;
    if (next === at) break;
    at = next;
  }
  return at;
}

/** The place after a whole character of several bytes; `at` where there is none, or one that is a control. */
function afterCharacter(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const more = moreBytes(lead);
  if (more === 0 || at + more >= bytes.length) return at;
  if (lead === C1_LEAD && bytes[at + 1]! < 0xa0) return at;
  if (!mayFollow(lead, bytes[at + 1]!)) return at;
  for (let index = 1; index <= more; index++) if ((bytes[at + index]! & 0xc0) !== 0x80) return at;
  return at + more + 1;
}

/** The place after a whole control sequence that always passes; `at` for any other one. */
function afterControl(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== 0x5b) return at;
  let end = at + 2;
  while (end < bytes.length && bytes[end]! >= 0x20 && bytes[end]! < 0x40) end++;
  const final = bytes[end];
  if (final === undefined || final < 0x40 || final > 0x7e) return at;
  if (UNCONDITIONAL_FINALS[final] === 1) return end + 1;
  // Colours, by far the most frequent.
  return final === 0x6d && (bytes[at + 2]! < 0x3c || end === at + 2) ? end + 1 : at;
}

/** How many bytes of a character follow its first one. */
function moreBytes(lead: number): number {
  if (lead < C1_LEAD || lead >= 0xf5) return 0;
  return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/** Whether a second byte fits the first: a longer form than needed could hide a control, and is no UTF-8 (RFC 3629). */
function mayFollow(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second < 0x90;
}
