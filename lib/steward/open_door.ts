/**
 * Opens the box's side of its only way out, where every program looks for it: on the port of names.
 *
 * @module
 */

import { pause } from "../host/timer.ts";
import { closeQuietly } from "../wire/relay.ts";
import { Door } from "./door.ts";

const NAMES = { hostname: "127.0.0.1", port: 53 };
/** One that was killed may still be ending. */
const TRIES = 20;
const WAIT_MS = 50;

/** How many handles the kernel gives this process; it has raised what it may itself. */
function maxHandles(): number {
  try {
    const limits = Deno.readTextFileSync("/proc/self/limits");
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}

/** Opens it. Rejects, in words, where it cannot stand. `socket`: the host's. */
export async function openDoor(socket: string): Promise<Door> {
  try {
    closeQuietly(await Deno.connect({ transport: "unix", path: socket }));
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new Error(`the host's side of the network cannot be reached: ${error.message}`);
    }
    // It was killed, and comes back.
  }
  for (let tries = 1;; tries++) {
    try {
      return new Door({ socket, names: { ...NAMES, own: Deno.hostname() }, maxHandles: maxHandles() });
    } catch (error) {
      if (tries < TRIES && error instanceof Deno.errors.AddrInUse) {
        await pause(WAIT_MS);
        continue;
      }
      throw new Error(`cannot answer for names on port ${NAMES.port}: ${(error as Error).message}`);
    }
  }
}
