/**
 * Answers on the connections to a hub.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { serve } from "./connection.ts";
import type { Server } from "./doors.ts";
import { type Face, FRAMES, LINES } from "./face.ts";
import { type Hub, refusal } from "./hub.ts";
import { Outbox } from "./outbox.ts";

const FACES: Readonly<Record<"frames" | "lines", Face>> = { frames: FRAMES, lines: LINES };

/** What answers for a hub. */
export function serverOf(hub: Hub): Server {
  const { connections } = hub.limits;
  return {
    connections,
    serve: async (conn, number, face, refused) => {
      if (!refused) return await serve(hub, conn, number, FACES[face]);
      const outbox = new Outbox(conn, { drained: () => {}, failed: () => {} });
      const reply = refusal(
        new KanibakoError("too-many", `Too many connections: a box has at most ${connections} to its hub.`),
      );
      outbox.push(FACES[face].encode(reply.json));
      await outbox.flushed();
    },
  };
}
