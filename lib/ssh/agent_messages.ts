/**
 * Messages between ssh and its agent (draft-miller-ssh-agent), and what OpenSSH adds to say which session it asks for (its
 * PROTOCOL.agent).
 *
 * @module
 */

import { joined } from "../host/bytes.ts";
import { number, Pieces, string } from "./bytes.ts";

/** What messages are. */
export const MESSAGE = {
  failure: 5,
  success: 6,
  list: 11,
  listed: 12,
  sign: 13,
  signed: 14,
  extension: 27,
} as const;

/** Says for which session ssh asks, and by which key it knows its host. */
export const SESSION_BIND = "session-bind@openssh.com";

/** Most bytes of a message, as in OpenSSH. */
const MAX_BYTES = 256 * 1024;

/** The next message; `undefined` at the end. Throws where it is cut off, or longer than any. */
export async function readMessage(conn: Pick<Deno.Conn, "read">): Promise<Uint8Array | undefined> {
  const head = await filled(conn, 4);
  if (!head) return undefined;
  const length = new Pieces(head).number();
  if (length < 1 || length > MAX_BYTES) throw new Error("a message is longer than any, or empty");
  const message = await filled(conn, length);
  if (!message) throw new Error("the connection ended within a message");
  return message;
}

async function filled(conn: Pick<Deno.Conn, "read">, length: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await conn.read(bytes.subarray(at));
    if (count === null) {
      if (at === 0) return undefined;
      throw new Error("the connection ended within a message");
    }
    at += count;
  }
  return bytes;
}

/** Sends a message. */
export async function sendMessage(conn: Pick<Deno.Conn, "write">, message: Uint8Array): Promise<void> {
  const bytes = joined(number(message.length), message);
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** A message of a kind without more. */
export function only(kind: number): Uint8Array {
  return Uint8Array.of(kind);
}

/** A key of an agent. */
export interface ListedKey {
  readonly key: Uint8Array;
  /** What its owner calls it. */
  readonly comment: Uint8Array;
}

/** The keys in an answer to `list`. */
export function listedKeys(message: Uint8Array): readonly ListedKey[] {
  const pieces = new Pieces(message);
  if (pieces.byte() !== MESSAGE.listed) throw new Error("the agent does not list its keys");
  const keys: ListedKey[] = [];
  for (let left = pieces.number(); left > 0; left--) {
    keys.push({ key: pieces.string(), comment: pieces.string() });
  }
  return keys;
}

/** An answer to `list`. */
export function keyList(keys: readonly ListedKey[]): Uint8Array {
  const parts = keys.flatMap(({ key, comment }) => [string(key), string(comment)]);
  return joined(only(MESSAGE.listed), number(keys.length), ...parts);
}

/** A session that ssh asks for. */
export interface BoundSession {
  readonly hostKey: Uint8Array;
  readonly id: Uint8Array;
  /** Of the id, by the host. */
  readonly signature: Uint8Array;
  /** Whether the agent is to be used from that host on. */
  readonly isForwarded: boolean;
}

/** Reads what says so, after its name. */
export function boundSession(pieces: Pieces): BoundSession {
  const [hostKey, id, signature] = [pieces.string(), pieces.string(), pieces.string()];
  const isForwarded = pieces.byte() !== 0;
  if (!pieces.atEnd) throw new Error("there is more than a session");
  return { hostKey, id, signature, isForwarded };
}

/** What is signed to log in (RFC 4252, section 7). */
export interface LoginRequest {
  readonly session: Uint8Array;
  readonly key: Uint8Array;
  /** The key of the host, where it is said. */
  readonly hostKey: Uint8Array | undefined;
}

const USERAUTH_REQUEST = 50;
/** Ways to log in by key; the second one says the key of the host, too. */
const PUBLIC_KEY = "publickey";
const BOUND_TO_HOST = "publickey-hostbound-v00@openssh.com";

/** Reads what is to be signed; `undefined` where it is anything but a login. */
export function loginRequest(data: Uint8Array): LoginRequest | undefined {
  try {
    const pieces = new Pieces(data);
    const session = pieces.string();
    if (pieces.byte() !== USERAUTH_REQUEST) return undefined;
    pieces.string(); // the user
    if (pieces.text() !== "ssh-connection") return undefined;
    const method = pieces.text();
    if (method !== PUBLIC_KEY && method !== BOUND_TO_HOST || pieces.byte() !== 1) return undefined;
    pieces.string(); // the kind of the signature
    const key = pieces.string();
    const hostKey = method === BOUND_TO_HOST ? pieces.string() : undefined;
    return pieces.atEnd ? { session, key, hostKey } : undefined;
  } catch {
    return undefined;
  }
}
