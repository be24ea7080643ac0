/**
 * Starts a box, and gets its rig at the moment the start turns out to lack it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Run } from "../run/run.ts";
import type { Io } from "../runtime/io.ts";
import type { Started } from "../runtime/runtime.ts";
import { warning } from "../spec/ui.ts";
import type { Prepared } from "./prepare.ts";

/** Starts it. Throws `engine`, `command`, `name-taken` or whatever kept the rig from being had. */
export async function startWithRig(
  { session, plan }: Prepared,
  run: Run,
  io: Io,
): Promise<Exclude<Started, { kind: "no-image" }>> {
  const { host, runtime, settings } = session;
  const options = {
    mailbox: run.mailbox,
    state: host.dirs.state,
    note: (text: string) => warning(host.ui, "workaround", { text }),
  };
  const started = await runtime.start(plan, io, options);
  if (started.kind !== "no-image") return started;
  const { getRig } = await import("./get_rig.ts");
  const image = await getRig(host, runtime, settings.image);
  const again = await runtime.start({ ...plan, image }, io, options);
  if (again.kind !== "no-image") return again;
  throw new KanibakoError("engine", `${runtime.kind} has the image ${image} but does not start it.`, {
    hint: "To find the cause: kanibako system diagnose",
  });
}
