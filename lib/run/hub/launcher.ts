/**
 * Starts and ends the boxes of helpers by this program, once more: each is a process of its own, which outlives the hub that asks.
 *
 * @module
 */

import { boxState, supervisorLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { FileLock } from "../../host/store.ts";
import { pause } from "../../host/timer.ts";
import { groupOf, helperFolders, helperId, helperLock, helpersRoot } from "../../hub/folders.ts";
import type { HelperEnd, HelperLauncher, StartedHelper } from "../../hub/launcher.ts";
import { readOutcome } from "../../hub/outcome.ts";
import type { Helper } from "../../hub/record.ts";
import { readHelpers } from "../../hub/state.ts";
import { readExit, readRun } from "../record.ts";
import { whyStopped } from "../stopped_on_purpose.ts";
import { ensureSupervisor } from "../start_supervisor.ts";
import { changed } from "./changed.ts";
import { callHelper } from "./call_helper.ts";

/** Whether a box is alive is looked at this often where nobody says anything. */
const LOOK_MS = 5000;
/** Its process writes down how a task ended after its box is gone, and no later. */
const LAST_WORDS_MS = 10_000;
const LAST_WORDS_POLL_MS = 20;

/** What a director's hub has done by others. `director`: the id of its box. */
export function helperLauncher(host: Host, director: string): HelperLauncher {
  return new Launcher(host, director);
}

class Launcher implements HelperLauncher {
  readonly #host: Host;
  readonly #director: string;

  constructor(host: Host, director: string) {
    this.#host = host;
    this.#director = director;
  }

  async start(
    { number }: Helper,
    { prepared }: Parameters<HelperLauncher["start"]>[1],
  ): Promise<StartedHelper> {
    let run = "";
    const container = await callHelper(
      this.#host,
      ["start", this.#director, String(number)],
      async (found) => {
        run = found;
        await prepared?.(found);
      },
    );
    if (container === undefined) throw new KanibakoError("no-helper", `The helper ${number} did not start.`);
    return { container, run };
  }

  async ended({ number, task }: Helper, run: string, signal: AbortSignal): Promise<HelperEnd> {
    const id = helperId(this.#director, number);
    const state = boxState(this.#host.dirs, id);
    while ((await readRun(state))?.run === run) {
      signal.throwIfAborted();
      await changed(state, signal, LOOK_MS);
      await this.#revive(id, state, run);
    }
    for (
      let ms = 0;
      ms < LAST_WORDS_MS && await FileLock.isHeld(helperLock(state));
      ms += LAST_WORDS_POLL_MS
    ) {
      signal.throwIfAborted();
      await pause(LAST_WORDS_POLL_MS);
    }
    if (await whyStopped(state, run)) return { stopped: true };
    return task === undefined ? await endOf(state, run) : await this.#outcomeOf(number, run);
  }

  async stop({ number }: Helper): Promise<void> {
    await callHelper(this.#host, ["stop", this.#director, String(number)]);
  }

  async remove({ number }: Helper): Promise<void> {
    await callHelper(this.#host, ["remove", this.#director, String(number)]);
  }

  /** What watches its box may have been killed. */
  async #revive(id: string, state: string, run: string): Promise<void> {
    const record = await readRun(state);
    if (record?.run !== run) return;
    if (record.lifetime === "persistent") {
      if (!await FileLock.isHeld(supervisorLock(state))) await ensureSupervisor(this.#host, id);
    } else if (!await FileLock.isHeld(helperLock(state))) {
      // Nobody is left who could take in what the box still says.
      await callHelper(this.#host, ["stop", this.#director, id.slice(id.lastIndexOf("-") + 1)])
        .catch((error: unknown) => debug(() => `the helper ${id} is not ended: ${error}`));
    }
  }

  async #outcomeOf(number: number, run: string): Promise<HelperEnd> {
    try {
      const helpers = await readHelpers(boxState(this.#host.dirs, this.#director));
      const group = groupOf(helpersRoot(this.#host.dirs, this.#director), helpers, number);
      const outcome = await readOutcome(helperFolders(group, number).result);
      if (outcome?.run === run) {
        return { code: outcome.code, ...outcome.error === undefined ? {} : { error: outcome.error } };
      }
    } catch (error) {
      debug(() => `no outcome: ${error}`);
    }
    return { error: "What watched its task was killed." };
  }
}

async function endOf(state: string, run: string): Promise<HelperEnd> {
  const exit = await readExit(state);
  return exit?.run === run ? { code: exit.code } : {};
}
