/**
 * Starts a box, and gets its rig at the moment the start turns out to lack it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { after } from "../host/timer.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { Run } from "../run/run.ts";
import type { Io } from "../runtime/io.ts";
import type { Started } from "../runtime/runtime.ts";
import { info } from "../spec/ui.ts";
import type { Prepared } from "./prepare.ts";

/** A start that takes longer than this many milliseconds is explained: most take less than a tenth of it. */
const SLOW_MS = 5_000;

/** Starts it. Says so, once, where the engine has not started it in `slowMs` milliseconds. Throws `no-rig` for a helper's that is not here, `engine`, `command`, `name-taken` or whatever kept the rig from being had. */
export async function startWithRig(
  { session, plan }: Prepared,
  run: Run,
  io: Io,
  slowMs: number = SLOW_MS,
): Promise<Exclude<Started, { kind: "no-image" }>> {
  const { host, runtime, settings } = session;
  const options = {
    mailbox: run.mailbox,
    state: host.dirs.state,
    // Nobody can act on it; `system diagnose` lists what was found necessary.
    note: (text: string) => debug(() => text),
  };
  const start = async (spec: typeof plan) => {
    const cancel = after(slowMs, () => info(host.ui, "start-slow", { engine: runtime.kind }));
    try {
      return await runtime.start(spec, io, options);
    } catch (error) {
      throw (error as Partial<KanibakoError>).code === "rig-damaged" ? damaged(settings.image.value) : error;
    } finally {
      cancel();
    }
  };
  const started = await start(plan);
  if (started.kind !== "no-image") return started;
  if (session.request.standIn?.role === "helper") throw notHere(settings.image.value);
  const image = await (await import("./get_rig.ts")).getImage(session);
  // What was planned for was another image.
  if (session.facts) throw new KanibakoError("stale", "The image of the box is there only now.");
  const again = await start({ ...plan, image });
  if (again.kind !== "no-image") return again;
  throw new KanibakoError("engine", `${runtime.kind} has the image ${image} but does not start it.`, {
    hint: "To find the cause: kanibako system diagnose",
  });
}

/** What a box names is not looked for on the network by this host: the name alone would say something out there. */
function notHere(rig: string): KanibakoError {
  return new KanibakoError("no-rig", `The rig ${shellQuote(rig)} is not on this machine.`, {
    hint: `A helper gets those that are. To have it, on the host: kanibako rig prep ${shellQuote(rig)}`,
  });
}

function damaged(rig: string): KanibakoError {
  const name = shellQuote(rig);
  return new KanibakoError("rig-damaged", `The rig ${name} is damaged: some of its files are gone.`, {
    hint: [
      `Make it again: kanibako rig rebuild ${name}`,
      // An engine does not pull what it believes to have.
      `If it was pulled, remove it first: kanibako rig rm ${name}`,
    ],
  });
}
