import { boxState, supervisorLog } from "../../config/box_state.ts";
import type { Context } from "../context.ts";
import { supervise as superviseBox } from "../../run/supervisor.ts";
import { KanibakoError } from "../../host/error.ts";
import { writeText } from "../../host/store.ts";

/** Supervises a running box until it ends. There is nobody to tell of a failure: it is left in the box's state folder. */
export default async function supervise(
  this: Context,
  _flags: Record<never, never>,
  boxId: string,
): Promise<void> {
  if (!/^[a-z0-9][a-z0-9._-]{0,200}$/.test(boxId)) {
    throw new KanibakoError("bad-box", "There is no such box.");
  }
  const host = await this.host();
  // The terminal's end is not the box's.
  for (const signal of ["SIGHUP", "SIGINT"] as const) Deno.addSignalListener(signal, () => {});
  try {
    await superviseBox(host, boxId);
  } catch (error) {
    await writeText(
      supervisorLog(boxState(host.dirs, boxId)),
      `${new Date().toISOString()} ${error}\n`,
    );
    throw error;
  }
  // What still waits (a watcher, a listener) must not keep the process.
  Deno.exit(0);
}
