/**
 * Reads the name of a server from the first message of TLS, as far as it has come: it may arrive in any number of pieces, and in
 * any number of records. What two readers could read differently is no message at all.
 *
 * Sources: RFC 8446 (records, ClientHello), RFC 6066 (server_name).
 *
 * @module
 */

/** What the bytes so far come to. */
export type ClientHello =
  /** They are the start of one, and too few to say more. */
  | { readonly kind: "more" }
  /** This is not TLS. */
  | { readonly kind: "other" }
  /** It is TLS, and no server would have to understand it. */
  | { readonly kind: "malformed" }
  /** The server that it is meant for; `undefined` where none is named. The text is the client's: any bytes, a character each. */
  | { readonly kind: "hello"; readonly serverName: string | undefined };

const HANDSHAKE = 22;
const MAJOR = 3;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const MAX_RECORD = 16_384;
/** Larger than any that is in use, keys that withstand quantum computers included. */
const MAX_HELLO = 16_384;
/** Some clients use several, none so many. */
const MAX_RECORDS = 64;

const MORE: ClientHello = { kind: "more" };
const OTHER: ClientHello = { kind: "other" };
const MALFORMED: ClientHello = { kind: "malformed" };

/** Reads what a client has sent from the connection's first byte on. */
export function readClientHello(bytes: Uint8Array): ClientHello {
  if (bytes.length === 0) return MORE;
  if (bytes[0] !== HANDSHAKE) return OTHER;
  if (bytes.length === 1) return MORE;
  if (bytes[1] !== MAJOR) return OTHER;
  const message = new Gathered();
  let records = 0;
  for (let at = 0; at < bytes.length;) {
    if (++records > MAX_RECORDS) return MALFORMED;
    const header = bytes.subarray(at, at + 5);
    if (header[0] !== HANDSHAKE || header.length > 1 && header[1] !== MAJOR) return MALFORMED;
    if (header.length < 5) return MORE;
    const length = header[3]! << 8 | header[4]!;
    if (length === 0 || length > MAX_RECORD) return MALFORMED;
    message.add(bytes.subarray(at + 5, at + 5 + length));
    const read = message.read();
    if (read.kind !== "more") return read;
    at += 5 + length;
  }
  return MORE;
}

/** What of the message has come, its records put together. */
class Gathered {
  readonly #room = new Uint8Array(MAX_HELLO + 4);
  #length = 0;

  /** More than fits is beyond the message. */
  add(part: Uint8Array): void {
    const fitting = part.subarray(0, this.#room.length - this.#length);
    this.#room.set(fitting, this.#length);
    this.#length += fitting.length;
  }

  read(): ClientHello {
    const bytes = this.#room.subarray(0, this.#length);
    if (bytes.length > 0 && bytes[0] !== CLIENT_HELLO) return MALFORMED;
    if (bytes.length < 4) return MORE;
    const length = bytes[1]! << 16 | bytes[2]! << 8 | bytes[3]!;
    if (length > MAX_HELLO) return MALFORMED;
    if (bytes.length < 4 + length) return MORE;
    try {
      return { kind: "hello", serverName: serverName(new Reader(bytes.subarray(4, 4 + length))) };
    } catch {
      return MALFORMED;
    }
  }
}

/** The name in a message. Throws for one that is not as it should be. */
function serverName(hello: Reader): string | undefined {
  hello.take(2 + 32); // version, random
  hello.vector(1); // session
  hello.vector(2); // ciphers
  hello.vector(1); // compressions
  if (hello.done) return undefined;
  const extensions = hello.vector(2);
  hello.end();
  const seen = new Set<number>();
  let name: string | undefined;
  while (!extensions.done) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (seen.has(type)) throw new Error("an extension twice");
    seen.add(type);
    if (type === SERVER_NAME) name = nameOf(content);
  }
  return name;
}

function nameOf(content: Reader): string {
  const names = content.vector(2);
  content.end();
  if (names.number(1) !== HOST_NAME) throw new Error("a name of another kind");
  const name = names.vector(2).rest();
  names.end();
  if (name.length === 0) throw new Error("no name");
  return String.fromCharCode(...name);
}

/** Takes a message apart, never beyond its end. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    if (part.length < length) throw new Error("too short");
    this.#at += length;
    return part;
  }

  number(length: number): number {
    return this.take(length).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  /** What has its length before it, of so many bytes. */
  vector(lengthBytes: number): Reader {
    return new Reader(this.take(this.number(lengthBytes)));
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }

  end(): void {
    if (!this.done) throw new Error("too long");
  }
}
