/**
 * A set of 64-bit hashes in a few typed arrays: what is known of hundreds of thousands of files, in 8 bytes each.
 *
 * The hashes are keyed. A box knows neither key nor hashes, so it cannot make two entries look like one.
 *
 * @module
 */

/** A key: two lanes of 32 bits. */
export type HashKey = readonly [number, number];

/** A new key. */
export function newKey(): HashKey {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return [words[0]!, words[1]!];
}

/** Hashes words and text under a key, one value at a time. */
export class Hasher {
  readonly #key: HashKey;
  /** The result, low half. */
  low = 0;
  /** The result, high half. */
  high = 0;

  /** One for a key. */
  constructor(key: HashKey) {
    this.#key = key;
  }

  /** Begins again. */
  start(): void {
    [this.low, this.high] = this.#key;
  }

  /** Adds 32 bits. */
  word(value: number): void {
    this.low = mix(this.low ^ Math.imul(value, 0xcc9e2d51), 0x1b873593);
    this.high = mix(this.high ^ Math.imul(value ^ this.low, 0x85ebca6b), 0xc2b2ae35);
  }

  /** Adds bytes, their number included. */
  bytes(value: Uint8Array): void {
    const { length } = value;
    this.word(length);
    let at = 0;
    for (; at + 3 < length; at += 4) {
      this.word(value[at]! | value[at + 1]! << 8 | value[at + 2]! << 16 | value[at + 3]! << 24);
    }
    for (; at < length; at++) this.word(value[at]!);
  }

  /** Adds a text, its length included. */
  text(value: string): void {
    this.word(value.length);
    for (let at = 0; at < value.length; at++) this.word(value.charCodeAt(at));
  }

  /** Ends it. */
  finish(): void {
    this.low = mix(this.low ^ this.high, 0x85ebca6b) >>> 0;
    this.high = mix(this.high ^ this.low, 0xc2b2ae35) >>> 0;
  }
}

function mix(value: number, factor: number): number {
  const turned = Math.imul(value ^ (value >>> 15), factor);
  return turned ^ (turned >>> 13);
}

/** A set that only grows. */
export class HashSet64 {
  #pairs: Uint32Array<ArrayBuffer>;
  #table: Uint32Array<ArrayBuffer>;
  /** How many are in it. */
  size = 0;

  /** An empty one. */
  constructor(room = 1024) {
    this.#pairs = new Uint32Array(room * 2);
    this.#table = new Uint32Array(tableSize(room));
  }

  /** Adds a hash. */
  add(low: number, high: number): void {
    if (this.size * 2 === this.#pairs.length) this.#grow();
    this.#pairs[this.size * 2] = low;
    this.#pairs[this.size * 2 + 1] = high;
    this.size++;
    this.#place(this.size);
  }

  /** Whether a hash is in it. */
  has(low: number, high: number): boolean {
    const mask = this.#table.length - 1;
    for (let slot = low & mask;; slot = (slot + 1) & mask) {
      const at = this.#table[slot]!;
      if (at === 0) return false;
      if (this.#pairs[at * 2 - 2] === low && this.#pairs[at * 2 - 1] === high) return true;
    }
  }

  /** Its hashes, in pairs. */
  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#pairs.buffer, 0, this.size * 8);
  }

  /** One from what {@link HashSet64.bytes} gave. */
  static from(bytes: Uint8Array): HashSet64 {
    const count = Math.floor(bytes.length / 8);
    const set = new HashSet64(Math.max(16, count));
    const pairs = new Uint32Array(bytes.slice(0, count * 8).buffer);
    for (let at = 0; at < count; at++) set.add(pairs[at * 2]!, pairs[at * 2 + 1]!);
    return set;
  }

  #place(position: number): void {
    const mask = this.#table.length - 1;
    let slot = this.#pairs[position * 2 - 2]! & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = position;
  }

  #grow(): void {
    const pairs = new Uint32Array(this.#pairs.length * 2);
    pairs.set(this.#pairs);
    this.#pairs = pairs;
    this.#table = new Uint32Array(tableSize(pairs.length / 2));
    for (let position = 1; position <= this.size; position++) this.#place(position);
  }
}

function tableSize(room: number): number {
  return 2 ** Math.ceil(Math.log2(room * 2));
}
