/**
 * Which address of the box's own network stands for which name. Addresses are of 127.64.0.0/10. A name's address follows from the name:
 * a program that has kept it still reaches that name and no other one when this process has been killed and started again. When there
 * are too many, that of the name goes which was asked for longest ago and has no connection.
 *
 * @module
 */

/** First address: 127.64.0.1. */
const FIRST = 0x7f400001;
/** How many there are; far more than are ever in use. */
const COUNT = 2 ** 22 - 2;

/** A name that has an address. */
export interface Entry<T> {
  readonly name: string;
  readonly address: string;
  /** What belongs to it. */
  readonly value: T;
}

/** Names and addresses. */
export class AddressBook<T> {
  /** In the order in which they were asked for. */
  readonly #byName = new Map<string, Entry<T>>();
  readonly #byAddress = new Map<string, Entry<T>>();
  readonly #most: number;
  readonly #inUse: (entry: Entry<T>) => boolean;
  readonly #leave: (entry: Entry<T>) => void;

  /** `most`: so many names at once. `inUse`: whether one must stay. `leave`: called for one that goes. */
  constructor(most: number, inUse: (entry: Entry<T>) => boolean, leave: (entry: Entry<T>) => void) {
    this.#most = most;
    this.#inUse = inUse;
    this.#leave = leave;
  }

  /** The entry of a name, which counts as asked for now. */
  of(name: string): Entry<T> | undefined {
    const entry = this.#byName.get(name);
    if (entry) {
      this.#byName.delete(name);
      this.#byName.set(name, entry);
    }
    return entry;
  }

  /** The entry of an address. */
  at(address: string): Entry<T> | undefined {
    return this.#byAddress.get(address);
  }

  /** Gives a name an address. `undefined`: all are in use. */
  add(name: string, make: (address: string) => T): Entry<T> | undefined {
    if (this.#byName.size >= this.#most && !this.makeRoom()) return undefined;
    const address = this.#free(name);
    const entry = { name, address, value: make(address) };
    this.#byName.set(name, entry);
    this.#byAddress.set(address, entry);
    return entry;
  }

  /** Every entry. */
  entries(): Iterable<Entry<T>> {
    return this.#byName.values();
  }

  /** Takes a name's address back. */
  remove(entry: Entry<T>): void {
    this.#byName.delete(entry.name);
    this.#byAddress.delete(entry.address);
    this.#leave(entry);
  }

  /** Takes one address back that is not in use. False when all are; `but` stays in any case. */
  makeRoom(but?: Entry<T>): boolean {
    for (const entry of this.#byName.values()) {
      if (entry === but || this.#inUse(entry)) continue;
      this.remove(entry);
      return true;
    }
    return false;
  }

  /** The address of a name; the next one where another name has it. */
  #free(name: string): string {
    for (let at = hash(name);; at++) {
      const number = FIRST + at % COUNT;
      const address = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join(".");
      if (!this.#byAddress.has(address)) return address;
    }
  }
}

/** FNV-1a: spreads well, and nothing depends on its being hard to turn round. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return sum;
}
