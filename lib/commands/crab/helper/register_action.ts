/**
 * Checks that this box is the helper that a script takes it for: who a box is follows from its socket, so there is nothing to register.
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
    await hub.ask("register", { helper_num: Number(number) });
    return 0;
  } catch (error) {
    if (error instanceof KanibakoError) return 1;
    throw error;
  }
}
