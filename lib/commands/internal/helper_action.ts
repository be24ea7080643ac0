import type { Context } from "../context.ts";
import { findHelper } from "../../app/helper/find_helper.ts";
import { boxState } from "../../config/box_state.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock } from "../../host/store.ts";
import { settlesWithin } from "../../host/wait.ts";
import { helperId, helperLock } from "../../hub/folders.ts";
import { silentUi } from "../../spec/ui.ts";

/** Whoever has asked for it answers at once, or is not there any more. */
const ANSWER_MS = 2000;

/**
 * What a hub has done with a helper. It says lines of JSON: `{ run }` before the box is started, upon which a line is waited for;
 * `{ started }` once its command has begun; `{ error }`.
 */
export default async function helper(
  this: Context,
  _flags: Record<never, never>,
  what: string,
  director: string,
  number: string,
): Promise<void> {
  if (!/^[a-z0-9][a-z0-9._-]{0,200}$/.test(director) || !/^[1-9]\d{0,8}$/.test(number)) {
    throw new KanibakoError("no-helper", "There is no such helper.");
  }
  // The terminal's end is not the helper's.
  for (const signal of ["SIGHUP", "SIGINT"] as const) Deno.addSignalListener(signal, () => {});
  const plain = await this.host();
  const host = {
    ...plain,
    ui: silentUi,
    events: (event: Parameters<typeof plain.events>[0]) => {
      plain.events(event);
      if (event.kind === "launched") say({ started: event.box });
    },
  };
  if (what === "stop" || what === "remove") {
    const { removeHelper, stopHelper } = await import("../../app/helper/end_helper.ts");
    return await ended((what === "stop" ? stopHelper : removeHelper)(host, director, Number(number)));
  }
  const found = await findHelper(host, director, Number(number)).catch(failed);
  using _lock = await FileLock.tryAcquire(
    helperLock(boxState(host.dirs, helperId(director, found.helper.number))),
  );
  if (!_lock) failed(new KanibakoError("busy", `The helper ${number} is being started or ended.`));
  try {
    switch (what) {
      case "start": {
        const { startHelper } = await import("../../app/helper/start_helper.ts");
        await startHelper(host, found, {
          ready: async ({ record }) => {
            say({ run: record.run });
            await settlesWithin(Deno.stdin.read(new Uint8Array(1)), ANSWER_MS);
          },
        });
        break;
      }
      default:
        throw new KanibakoError("no-helper", `Nothing called ${what} can be done with a helper.`);
    }
  } catch (error) {
    failed(error);
  }
  // What still waits (a watcher, a listener) must not keep the process.
  Deno.exit(0);
}

async function ended(work: Promise<void>): Promise<never> {
  try {
    await work;
  } catch (error) {
    failed(error);
  }
  Deno.exit(0);
}

function failed(error: unknown): never {
  const { code, message, hints } = error instanceof KanibakoError
    ? error
    : { code: "failed", message: String(error), hints: [] };
  say({ error: { code, message, hints } });
  Deno.exit(1);
}

/** Nobody may read it any more. */
function say(line: Record<string, unknown>): void {
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  } catch { /* its hub is gone */ }
}
