/**
 * The little of DNS that a box needs: one question in, one answer out (RFC 1035). Written here and not taken from a library, as those
 * there are bring Node's buffers with them, which alone are more than this process may use.
 *
 * @module
 */

/** Kinds of records that are distinguished. */
export const TYPE = { A: 1, PTR: 12, AAAA: 28, ANY: 255 } as const;
const CLASS_IN = 1;

/** Codes of an answer. */
export const CODE = { ok: 0, malformed: 1, failed: 2, noSuchName: 3, notImplemented: 4, refused: 5 } as const;

const HEADER_BYTES = 12;
const MAX_LABEL = 63;
const MAX_NAME = 255;
const FLAG_ANSWER = 0x8000;
const FLAG_RECURSION_DESIRED = 0x0100;
const FLAG_RECURSION_AVAILABLE = 0x0080;
const OPCODE = 0x7800;

/** A question. */
export interface Question {
  /** As it was asked, without a final dot. Bytes that are no ASCII are there as they are, one character each. */
  readonly name: string;
  readonly type: number;
  /** The bytes of the question itself, which an answer repeats. */
  readonly bytes: Uint8Array;
}

/** A query as far as it could be read. */
export interface Query {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** Absent for what is no question of ours: `code` says what to answer. */
  readonly question?: Question;
  readonly code: number;
}

/** Reads a query. `undefined` for bytes that deserve no answer: too short, or an answer themselves. */
export function readQuery(bytes: Uint8Array): Query | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [id, flags, questions] = [view.getUint16(0), view.getUint16(2), view.getUint16(4)];
  if ((flags & FLAG_ANSWER) !== 0) return undefined;
  const head = { id, recursionDesired: (flags & FLAG_RECURSION_DESIRED) !== 0 };
  if ((flags & OPCODE) !== 0) return { ...head, code: CODE.notImplemented };
  const found = questions === 1 ? readName(bytes, HEADER_BYTES) : undefined;
  if (!found || found.end + 4 > bytes.length) return { ...head, code: CODE.malformed };
  const [type, kind] = [view.getUint16(found.end), view.getUint16(found.end + 2)];
  const question = { name: found.name, type, bytes: bytes.slice(HEADER_BYTES, found.end + 4) };
  return { ...head, question, code: kind === CLASS_IN ? CODE.ok : CODE.refused };
}

/** A name without pointers: a question has none. */
function readName(bytes: Uint8Array, from: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  let at = from;
  for (;;) {
    const length = bytes[at++];
    if (length === undefined || length > MAX_LABEL || at - from > MAX_NAME) return undefined;
    if (length === 0) return { name: labels.join("."), end: at };
    const label = bytes.subarray(at, at + length);
    if (label.length < length) return undefined;
    // A dot in a label is not one between labels: no name of a host has one.
    if (label.includes(0x2e)) return undefined;
    labels.push(String.fromCharCode(...label));
    at += length;
  }
}

/** An answer: records of the type that was asked for, or none. `ttl`: seconds for which it may be kept. */
export function answer(
  { id, recursionDesired, question }: Query,
  code: number,
  record?: { readonly type: number; readonly data: Uint8Array; readonly ttl: number },
): Uint8Array {
  const body = question?.bytes ?? new Uint8Array();
  const extra = record ? 12 + record.data.length : 0;
  const bytes = new Uint8Array(HEADER_BYTES + body.length + extra);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint16(
    2,
    FLAG_ANSWER | FLAG_RECURSION_AVAILABLE | (recursionDesired ? FLAG_RECURSION_DESIRED : 0) | code,
  );
  view.setUint16(4, question ? 1 : 0);
  view.setUint16(6, record ? 1 : 0);
  bytes.set(body, HEADER_BYTES);
  if (!record) return bytes;
  const at = HEADER_BYTES + body.length;
  view.setUint16(at, 0xc000 | HEADER_BYTES); // the name of the question
  view.setUint16(at + 2, record.type);
  view.setUint16(at + 4, CLASS_IN);
  view.setUint32(at + 6, record.ttl);
  view.setUint16(at + 10, record.data.length);
  bytes.set(record.data, at + 12);
  return bytes;
}

/** A name as the data of a record. */
export function nameData(name: string): Uint8Array {
  const parts = name.split(".").flatMap((label) =>
    [label.length, ...label].map((part) => typeof part === "number" ? part : part.charCodeAt(0))
  );
  return Uint8Array.from([...parts, 0]);
}

/** The bytes of an IPv4 address. */
export function addressData(address: string): Uint8Array {
  return Uint8Array.from(address.split("."), Number);
}
