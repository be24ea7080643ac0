/**
 * A connection of the host to a port of this box: to its own loopback and nowhere else, as no way into other networks is to lead
 * through a box.
 *
 * @module
 */

import type { FrameReader, FrameWriter } from "../wire/frame.ts";
import { type HalfClosing, relay, startingWith } from "../wire/relay.ts";

/** Where programs of the box listen: most at the first, some at the second only. */
const LOOPBACK = ["127.0.0.1", "::1"] as const;

/** Connects, says whether it did, and relays bytes until both directions have ended. */
export async function serveConnect(
  port: number,
  conn: HalfClosing,
  reader: FrameReader,
  writer: FrameWriter,
): Promise<void> {
  const inside = await connectHere(port);
  if (inside instanceof Error) return await writer.message({ failed: inside.message });
  try {
    await writer.message({ connected: 1 });
  } catch (error) {
    inside.close();
    throw error;
  }
  await relay(startingWith(reader.rest(), conn), inside);
}

/** A connection, or why there is none. */
async function connectHere(port: number): Promise<Deno.TcpConn | Error> {
  let why = new Error("nothing listens there");
  for (const hostname of LOOPBACK) {
    try {
      const conn = await Deno.connect({ hostname, port });
      conn.setNoDelay(true);
      return conn;
    } catch (error) {
      // A box without IPv6 says so at the second address; what the first one said is of use.
      if (hostname === LOOPBACK[0]) why = error instanceof Error ? error : new Error(String(error));
    }
  }
  return why;
}
