/**
 * The hub of a box that does not run, for the user on this machine: what is kept of its helpers is shown, and what they have left can be
 * looked at and removed. Nothing can be started, and nobody is there to write to.
 *
 * @module
 */

import { boxState, helpersLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock } from "../../host/store.ts";
import { until } from "../../host/wait.ts";
import { readAnswer } from "../../hub/client.ts";
import { groupFolders, helperId, helpersRoot } from "../../hub/folders.ts";
import { type Asker, Hub } from "../../hub/hub.ts";
import { endedAs } from "../../hub/lifecycle.ts";
import type { Grant, Helper } from "../../hub/record.ts";
import { readHelpers, writeHelpers } from "../../hub/state.ts";
import { DIRECTOR } from "../../hub/tree.ts";
import type { Action, AnswerTo, Fields, Question } from "../../hub/words.ts";
import { readRun } from "../record.ts";
import { helperLauncher } from "./launcher.ts";
import { helperWork } from "./work.ts";

/** How long a hub is waited for that comes or goes at this moment. */
const COMING_OR_GOING = { everyMs: 50, forMs: 3000 };
/** What needs a box that runs. */
const NEEDS_BOX: readonly Action[] = [
  "register",
  "listen",
  "spawn",
  "respawn",
  "send",
  "broadcast",
  "recv",
  "fork",
];
/** A box that does not run can give nothing. */
const NOTHING: Grant = {
  budget: { depth: 0, breadth: 0 },
  image: "",
  network: "none",
  rules: [],
  secrets: {},
  auth: "none",
  logins: [],
};

/** Opens it. `path`: the project's folder. `name`: for messages. `undefined`: the box has no helpers. Throws `busy`, `bad-file`. */
export async function openIdleHub(
  host: Host,
  box: string,
  path: string,
  name: string,
): Promise<IdleHub | undefined> {
  const state = boxState(host.dirs, box);
  if ((await readHelpers(state)).length === 0) return undefined;
  let lock: FileLock | undefined;
  await until(
    async () => (lock = await FileLock.tryAcquire(helpersLock(state))) !== undefined,
    COMING_OR_GOING,
  );
  if (!lock) {
    throw new KanibakoError("busy", `The helpers of ${name} are being started or ended.`, {
      hint: "Try again in a moment.",
    });
  }
  try {
    const launcher = helperLauncher(host, box);
    const hub = new Hub({
      helpers: await truth(host, box, await readHelpers(state)),
      grant: NOTHING,
      crab: "",
      launcher,
      work: helperWork({ host, box, state, record: { shown: [path], has: { "report.protect": "none" } } }),
      log: `${groupFolders(helpersRoot(host.dirs, box)).log}/messages.jsonl`,
      save: (helpers) => writeHelpers(state, helpers),
      begun: () => {},
      ended: () => {},
    });
    await hub.resume();
    return new IdleHub(hub, lock, name);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** What has become of helpers whose end nobody has written down. */
async function truth(host: Host, box: string, helpers: readonly Helper[]): Promise<readonly Helper[]> {
  const launcher = helperLauncher(host, box);
  const state = boxState(host.dirs, box);
  const now = await Promise.all(helpers.map(async (helper) => {
    const { number, run, status } = helper;
    if (status !== "running") return helper;
    const going = await readRun(boxState(host.dirs, helperId(box, number)));
    if (going && (run === undefined || going.run === run)) return helper;
    const end = run === undefined
      ? { stopped: true }
      : await launcher.ended(helper, run, new AbortController().signal);
    return { ...helper, ...endedAs(end), endedAt: Date.now() };
  }));
  if (now.some((helper, at) => helper !== helpers[at])) await writeHelpers(state, now);
  return now;
}

/** Answers as a hub, as far as that can be without a box. */
class IdleHub implements Disposable {
  readonly #hub: Hub;
  readonly #lock: Disposable;
  readonly #name: string;
  readonly #gone = new AbortController();

  /** Use {@link openIdleHub}. */
  constructor(hub: Hub, lock: Disposable, name: string) {
    this.#hub = hub;
    this.#lock = lock;
    this.#name = name;
  }

  /** Asks it. Throws what it answers to what it could not do, and `not-running` for what needs the box. */
  async ask<A extends Action>(action: A, fields: Fields<A>): Promise<AnswerTo<A>> {
    if (NEEDS_BOX.includes(action)) {
      throw new KanibakoError("not-running", `The box of ${this.#name} does not run.`, {
        hint: `Start it: kanibako start ${this.#name}`,
      });
    }
    const asker: Asker = {
      number: DIRECTOR,
      gone: this.#gone.signal,
      listener: { hasRoom: false, push: () => {} },
      listens: () => {},
      isListening: false,
    };
    const reply = await this.#hub.ask({ action, ...fields } as unknown as Question, asker);
    return readAnswer(action, JSON.parse(reply.json));
  }

  [Symbol.dispose](): void {
    this.#gone.abort();
    // What it has to write is written by now: who asks waits for each answer.
    void this.#hub[Symbol.asyncDispose]().finally(() => this.#lock[Symbol.dispose]());
  }
}
