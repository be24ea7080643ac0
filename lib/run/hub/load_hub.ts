/**
 * A hub with all that it has done by others: the boxes of helpers, their sockets, their folders.
 *
 * @module
 */

import { boxState, helpersLock } from "../../config/box_state.ts";
import { exists } from "../../host/path.ts";
import { FileLock, writeText } from "../../host/store.ts";
import type { Doors } from "../../hub/doors.ts";
import { groupFolders, groupOf, helperFolders, helperId, helpersRoot } from "../../hub/folders.ts";
import { Hub } from "../../hub/hub.ts";
import { readHubOptions } from "../../hub/options.ts";
import type { Helper } from "../../hub/record.ts";
import { serverOf } from "../../hub/server.ts";
import { readHelpers, writeHelpers } from "../../hub/state.ts";
import { stateText } from "../../hub/state_file.ts";
import type { Mailbox } from "../../runtime/mailbox.ts";
import type { ServiceSpec } from "../../spec/box_spec.ts";
import { type Run, runFolder } from "../run.ts";
import { helperLauncher } from "./launcher.ts";
import { boxDoors, type LoadedHub } from "./open_hub.ts";
import { helperWork } from "./work.ts";

/** Loads it, and goes on with the helpers there are. Throws `bad-file`. */
export async function loadHub(run: Run, options: ServiceSpec["options"], doors: Doors): Promise<LoadedHub> {
  // Those of an earlier run may still be ending.
  const lock = await FileLock.acquire(helpersLock(run.state));
  try {
    return await load(run, options, doors, lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function load(
  run: Run,
  options: ServiceSpec["options"],
  doors: Doors,
  lock: Disposable,
): Promise<LoadedHub> {
  const { host, box, state, record } = run;
  const root = helpersRoot(host.dirs, box);
  const { log } = groupFolders(root);
  Deno.mkdirSync(log, { recursive: true, mode: 0o755 });
  const sockets = new Sockets(run, doors);
  const states = new Map<number, string>();
  const hub = new Hub({
    crab: record.agent,
    endsAt: endOf(record),
    ...readHubOptions(options),
    helpers: await readHelpers(state),
    launcher: helperLauncher(host, box),
    work: helperWork(run),
    log: `${log}/messages.jsonl`,
    save: async (helpers) => {
      await writeHelpers(state, helpers);
      await writeStates(root, helpers, states);
    },
    begun: (helper) => sockets.open(helper),
    ended: ({ number }) => sockets.close(number),
  });
  await hub.resume();
  return {
    ...serverOf(hub),
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]();
      await sockets[Symbol.asyncDispose]();
      lock[Symbol.dispose]();
    },
  };
}

/** What the parents of helpers read of them. Only what has changed is written. */
async function writeStates(
  root: string,
  helpers: readonly Helper[],
  written: Map<number, string>,
): Promise<void> {
  for (const helper of helpers) {
    const { number } = helper;
    const { state, root: folder } = helperFolders(groupOf(root, helpers, number), number);
    const text = stateText(helper, helpers);
    if (written.get(number) === text || !exists(folder)) continue;
    await writeText(state, text, 0o644, { durable: false });
    written.set(number, text);
  }
}

/** The sockets in the boxes of helpers. */
class Sockets implements AsyncDisposable {
  readonly #run: Run;
  readonly #doors: Doors;
  readonly #open = new Map<number, { readonly run: string; readonly mailbox: Mailbox }>();

  constructor(run: Run, doors: Doors) {
    this.#run = run;
    this.#doors = doors;
  }

  /** Listens in the box of a run, if nobody does yet. */
  async open({ number, run }: Helper): Promise<void> {
    if (run === undefined || this.#open.get(number)?.run === run) return;
    this.close(number);
    const { host, box, runtime } = this.#run;
    const mailbox = await runtime.openMailbox(runFolder(boxState(host.dirs, helperId(box, number)), run));
    try {
      this.#doors.open(number, boxDoors(mailbox));
    } catch (error) {
      await mailbox[Symbol.asyncDispose]();
      // Its run is over, and has taken its folder with it: whoever watches it says so.
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    this.#open.set(number, { run, mailbox });
  }

  close(number: number): void {
    this.#doors.close(number);
    void this.#open.get(number)?.mailbox[Symbol.asyncDispose]();
    this.#open.delete(number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { mailbox } of this.#open.values()) await mailbox[Symbol.asyncDispose]();
    this.#open.clear();
  }
}

/** When a run's own time is over. */
function endOf({ startedAt, services }: Run["record"]): number | undefined {
  const seconds = services["time"]?.["seconds"];
  return typeof seconds === "number" ? startedAt + seconds * 1000 : undefined;
}
