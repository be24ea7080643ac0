/**
 * The steward: the small process in a box through which the host starts commands there without asking an engine.
 *
 * It dials out, to a socket in the folder that the host hands in read-only: the host never connects to a path that a box can write.
 * Some connections wait, dialled already, so that a call does not. It holds no secret, and ends with the box.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { pause } from "../host/timer.ts";
import { closeQuietly } from "../wire/relay.ts";
import { serveConnection } from "./connection.ts";

/** Connections that wait for a call. */
const SPARE = 4;
/** How long until it is tried again to reach a host that does not listen, at first and at most. */
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 2000;

/** Where it dials, and how it starts commands. */
export interface StewardOptions {
  /** The socket. */
  readonly socket: string;
  /** The words that run the box's own script, which starts every command. */
  readonly enter: readonly string[];
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The steward's whole life. */
export async function steward(options: StewardOptions): Promise<void> {
  await Promise.all(Array.from({ length: SPARE }, () => keepOne(options)));
}

/** Keeps one connection waiting: as soon as it is taken, the next one is dialled. */
async function keepOne({ socket, enter, signal }: StewardOptions): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    let conn: Deno.UnixConn;
    try {
      conn = await Deno.connect({ transport: "unix", path: socket });
    } catch (error) {
      // The host's half was killed, and comes back.
      debug(() => `steward: ${error}`);
      await pause(waitMs);
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      continue;
    }
    const close = () => closeQuietly(conn);
    if (signal.aborted) return close();
    signal.addEventListener("abort", close, { once: true });
    const { promise: taken, resolve } = Promise.withResolvers<boolean>();
    serveConnection(conn, enter, () => resolve(true))
      .catch((error: unknown) => debug(() => `steward: ${error}`))
      .finally(() => {
        resolve(false);
        signal.removeEventListener("abort", close);
        close();
      });
    if (await taken) waitMs = FIRST_WAIT_MS;
    else {
      await pause(waitMs);
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
  }
}
