/**
 * Joins two connections: each one's bytes go to the other, and so does each one's end. Whoever reads slowly makes the other wait.
 *
 * @module
 */

/** What is read at once at first; most connections are quiet. */
const FIRST_BYTES = 8 * 1024;
const MOST_BYTES = 128 * 1024;

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

/** Relays until both directions have ended, or one has failed; then both are closed. `count` is kept up to date meanwhile. */
export async function relay(
  a: HalfClosing,
  b: HalfClosing,
  count: Relayed = { sent: 0, received: 0 },
): Promise<Relayed> {
  try {
    await Promise.all([
      oneWay(a, b, (bytes) => count.sent += bytes),
      oneWay(b, a, (bytes) => count.received += bytes),
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
      rest = rest.subarray(count);
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

async function oneWay(from: HalfClosing, to: HalfClosing, counted: (bytes: number) => void): Promise<void> {
  let buffer = new Uint8Array(FIRST_BYTES);
  try {
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
      counted(count);
      if (count === buffer.length && count < MOST_BYTES) buffer = new Uint8Array(4 * count);
    }
    await to.closeWrite();
  } catch (error) {
    closeQuietly(from);
    closeQuietly(to);
    throw error;
  }
}
