/**
 * Joins two connections: each one's bytes go to the other, and so does each one's end. Whoever reads slowly makes the other wait.
 *
 * @module
 */

/** What a connection that waits keeps. Thousands of them do. */
const SMALL_BYTES = 8 * 1024;
/** What is lent to one that has much to pass on, and to so many at most. */
const LARGE_BYTES = 128 * 1024;
const MAX_LENT = 128;
const MAX_FREE = 16;

/** A connection whose two directions end apart. */
export interface HalfClosing {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** What passed. */
export interface Relayed {
  /** Bytes from the first to the second. */
  sent: number;
  /** Bytes from the second to the first. */
  received: number;
}

/** How it is relayed. */
export interface RelayOptions {
  /** Kept up to date meanwhile. */
  readonly count?: Relayed;
  /** Asked before bytes are passed on: they wait until it resolves. What it throws ends both connections. */
  readonly gate?: (bytes: number) => Promise<void> | undefined;
  /** Most bytes that are read at once. */
  readonly most?: number;
}

/** Relays until both directions have ended, or one has failed; then both are closed. */
export async function relay(a: HalfClosing, b: HalfClosing, options: RelayOptions = {}): Promise<Relayed> {
  const count = options.count ?? { sent: 0, received: 0 };
  try {
    await Promise.all([
      oneWay(a, b, options, (bytes) => count.sent += bytes),
      oneWay(b, a, options, (bytes) => count.received += bytes),
    ]);
  } catch {
    /* a connection that is reset ends the other, too */
  } finally {
    closeQuietly(a);
    closeQuietly(b);
  }
  return count;
}

/** A connection of which some bytes have been read already: they are read first. */
export function startingWith(early: Uint8Array, conn: HalfClosing): HalfClosing {
  let rest = early;
  return {
    read: (into) => {
      if (rest.length === 0) return conn.read(into);
      const count = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, count));
      // What has been read is let go of, as the connection may last.
      rest = count < rest.length ? rest.subarray(count) : new Uint8Array();
      return Promise.resolve(count);
    },
    write: (bytes) => conn.write(bytes),
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
  };
}

/** Closes a connection that may be closed already. */
export function closeQuietly(conn: { close(): void }): void {
  try {
    conn.close();
  } catch { /* it was */ }
}

async function oneWay(
  from: HalfClosing,
  to: HalfClosing,
  { gate, most = LARGE_BYTES }: RelayOptions,
  counted: (bytes: number) => void,
): Promise<void> {
  const small = new Uint8Array(Math.min(SMALL_BYTES, most));
  let large: Uint8Array | undefined;
  try {
    for (;;) {
      const buffer = large ?? small;
      const count = await from.read(buffer);
      if (count === null) break;
      const wait = gate?.(count);
      if (wait) await wait;
      for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
      counted(count);
      if (!large && count === SMALL_BYTES && most >= LARGE_BYTES) large = borrow();
      else if (large && count < SMALL_BYTES) large = giveBack(large);
    }
    await to.closeWrite();
  } catch (error) {
    closeQuietly(from);
    closeQuietly(to);
    throw error;
  } finally {
    if (large) giveBack(large);
  }
}

const free: Uint8Array[] = [];
let lent = 0;

function borrow(): Uint8Array | undefined {
  if (lent >= MAX_LENT) return undefined;
  lent++;
  return free.pop() ?? new Uint8Array(LARGE_BYTES);
}

function giveBack(buffer: Uint8Array): undefined {
  lent--;
  if (free.length < MAX_FREE) free.push(buffer);
}
