/**
 * A caller's side of a connection to a port of a box.
 *
 * @module
 */

import { FrameReader, FrameWriter } from "./frame.ts";
import { CONNECT_ANSWER, nextMessage } from "./messages.ts";
import { closeQuietly, type HalfClosing, startingWith } from "./relay.ts";
import { awaitWelcome } from "./welcome.ts";

/** A connection into a box, or why there is none. `asked`: whether a steward has answered at all; it may only have been busy. */
export type Connected = { readonly conn: HalfClosing } | { readonly failed: string; readonly asked: boolean };

/**
 * Has a connection to the host's half lead to a port of the box. It is closed where that fails. What the box says is cut to one
 * short line, and is not escaped.
 */
export async function connectInto(conn: Deno.UnixConn, port: number): Promise<Connected> {
  let asked = false;
  try {
    const reader = new FrameReader(conn, MAX_ANSWER_BYTES);
    if (!await awaitWelcome(reader)) throw new Error("its steward does not answer");
    asked = true;
    await new FrameWriter(conn).message({ connect: { port } });
    const answer = await nextMessage(reader, CONNECT_ANSWER);
    if (!answer) throw new Error("its steward gave no answer");
    if ("connected" in answer) return { conn: startingWith(reader.rest(), conn) };
    throw new Error(answer.failed);
  } catch (error) {
    closeQuietly(conn);
    const message = error instanceof Error ? error.message : String(error);
    return { failed: message.split("\n")[0]!.slice(0, MAX_WORDS), asked };
  }
}

const MAX_WORDS = 200;
/** Most bytes of what is said before it is connected: hundreds of connections may wait for that at once. */
const MAX_ANSWER_BYTES = 4096;
