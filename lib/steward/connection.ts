/**
 * One connection of the steward: waits until the host takes it, greets, and does the one thing it is asked for.
 *
 * @module
 */

import { FrameReader, FrameWriter } from "../wire/frame.ts";
import { nextMessage, REQUEST, TAKE, WIRE_VERSION } from "../wire/messages.ts";
import { serveCall } from "./call.ts";
import { tidyAfterCall } from "../host/tidy.ts";

/** Serves it until the host closes it or the call has ended. `taken`: called once the host has use for it. */
export async function serveConnection(
  conn: Deno.UnixConn,
  enter: readonly string[],
  taken: () => void,
): Promise<void> {
  try {
    await serveOnce(conn, enter, taken);
  } finally {
    tidyAfterCall();
  }
}

async function serveOnce(
  conn: Deno.UnixConn,
  enter: readonly string[],
  taken: () => void,
): Promise<void> {
  const reader = new FrameReader(conn);
  const writer = new FrameWriter(conn);
  if (!await nextMessage(reader, TAKE)) return;
  taken();
  await writer.message({ steward: WIRE_VERSION });
  const request = await nextMessage(reader, REQUEST);
  if (!request) return;
  if ("connect" in request) {
    const { serveConnect } = await import("./connect.ts");
    return await serveConnect(request.connect.port, conn, reader, writer);
  }
  const { call } = request;
  const words = call.kind === "attach"
    ? [...enter, "attach", ...call.argv]
    : [...enter, "exec", ...call.argv];
  if (!call.terminal) return await serveCall(call, words, reader, writer);
  const { serveTerminal } = await import("./terminal.ts");
  await serveTerminal({ ...call, terminal: call.terminal }, words, reader, writer);
}
