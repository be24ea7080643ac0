/**
 * Finds out for a script of 0.x whether there is a hub. Who a box is follows from its socket, so there is nothing to register; and a
 * connection that listened and ended at once would lose what was sent to it meanwhile.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";

/** Runs `kanibako crab helper register NUMBER`. Says nothing. */
export default async function register(this: Context, _flags: object, number: string): Promise<number> {
  if (!/^\d{1,9}$/.test(number)) return 1;
  try {
    using hub = await hubFor(this, {});
    await hub.ask("list", {});
    return 0;
  } catch (error) {
    if (error instanceof KanibakoError) return 1;
    throw error;
  }
}
