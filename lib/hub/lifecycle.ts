/**
 * Helpers from their start to their removal. What is known of them is kept before anything is done, so whoever takes over from a killed
 * process finds all that may be there.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { after, pause } from "../host/timer.ts";
import { checkAsked, numberFor } from "./admission.ts";
import { type Asked, grantAgain, grantFor } from "./grant.ts";
import type { HelperEnd, HelperLauncher } from "./launcher.ts";
import type { Limits } from "./limits.ts";
import type { MessageLog } from "./message_log.ts";
import type { Grant, Helper } from "./record.ts";
import { DIRECTOR, isActive, type Tree } from "./tree.ts";
import { timeLeft, TreeLimits } from "./tree_limits.ts";
import type { Fields } from "./words.ts";

/** What is done elsewhere. */
export interface LifecycleParts {
  readonly tree: Tree;
  /** The director's own. */
  readonly grant: Grant;
  /** The director's agent, which its helpers have where nothing else is asked for. */
  readonly crab: string;
  /** When the director's own time is over. */
  readonly endsAt?: number | undefined;
  readonly limits: Limits;
  readonly launcher: HelperLauncher;
  readonly log: MessageLog;
  /** Keeps all that there are. Rejects where that cannot be done. */
  save(helpers: readonly Helper[]): Promise<void>;
  /** A helper can be reached from here on. Called before its box is started, and again once it runs. */
  begun(helper: Helper): Promise<void> | void;
  /** Its box has ended. */
  ended(helper: Helper): void;
  /** It is removed. */
  removed(helper: Helper): void;
}

/** What becomes known of a helper when its box ends. */
type Ending = Pick<Helper, "status"> & Partial<Helper>;

/** How users name a shell where an agent is asked for. */
const NO_AGENT = "no_agent";
/** A watch that failed is set again after so long. */
const AGAIN_MS = 1000;

/** What a helper is once its box has ended. */
export function endedAs({ code, error, stopped }: HelperEnd): Pick<Helper, "status" | "exitCode" | "error"> {
  return {
    status: stopped ? "stopped" : code === 0 ? "done" : "failed",
    ...code === undefined || stopped ? {} : { exitCode: code },
    ...error === undefined || stopped ? {} : { error },
  };
}

/** Starts, watches and ends the helpers of one director. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #limits: TreeLimits;
  readonly #watches = new Map<number, AbortController>();
  readonly #timers = new Map<number, () => void>();
  /** Starts under way, by number. */
  readonly #starting = new Map<number, Promise<void>>();
  readonly #stopping = new Set<number>();
  readonly #callbacks = new Set<() => void>();
  #saving: Promise<void> = Promise.resolve();
  /** A save that has not begun. */
  #next: Promise<void> | undefined;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    this.#limits = new TreeLimits(parts.tree, parts.limits);
  }

  /** Goes on with helpers that another process has started. One whose start that process did not see through counts as failed. */
  async resume(): Promise<void> {
    for (const helper of this.#parts.tree.all()) {
      if (helper.status === "spawned") {
        await this.#parts.launcher.stop(helper).catch((error: unknown) => debug(() => `helper: ${error}`));
        this.#settle(helper, { status: "failed", error: "Its start was interrupted." });
      } else if (helper.status === "running") {
        await this.#parts.begun(helper);
        this.#watch(helper);
      }
    }
  }

  /** Lets go of all of them; they go on. */
  async close(): Promise<void> {
    for (const watch of this.#watches.values()) watch.abort();
    for (const cancel of this.#timers.values()) cancel();
    this.#watches.clear();
    this.#timers.clear();
    await this.#saving.catch(() => {});
  }

  /** Calls when a helper's status changes. Returns what ends that. */
  onChange(call: () => void): () => void {
    this.#callbacks.add(call);
    return () => void this.#callbacks.delete(call);
  }

  /** Starts a helper for somebody. Resolves once its command has begun. */
  async spawn(asker: number, fields: Omit<Fields<"spawn">, "action">): Promise<Helper> {
    const { tree } = this.#parts;
    const parent = this.#parentOf(asker);
    const asked: Asked = { ...fields, crab: fields.crab === NO_AGENT ? "" : fields.crab ?? parent.crab };
    // From here to the start nothing is waited for: two that ask at once share one budget.
    const grant = this.#limits.share(grantFor(parent.grant, asked));
    this.#limits.checkCount(asker, parent.grant);
    checkAsked(tree, asked, parent.keep);
    this.#limits.countStart();
    const { model, name, task, schema } = asked;
    const helper: Helper = {
      number: numberFor(tree, asked.helper_num),
      parent: asker,
      depth: parent.depth + 1,
      status: "spawned",
      crab: asked.crab,
      workspace: asked.workspace ?? (task === undefined ? "empty" : "copy"),
      keep: asked.keep ?? false,
      grant,
      createdAt: Date.now(),
      ...name === undefined ? {} : { name },
      ...model === undefined ? {} : { model },
      ...task === undefined ? {} : { task },
      ...schema === undefined ? {} : { schema },
    };
    tree.set(helper);
    try {
      await this.#save();
    } catch (error) {
      tree.delete(helper.number);
      throw error;
    }
    this.#parts.log.control({
      event: "spawn",
      helper: helper.number,
      ...model === undefined ? {} : { model },
    });
    return await this.#start(helper, false);
  }

  /** Starts one again that has ended. */
  async respawn({ number }: Helper): Promise<Helper> {
    const helper = this.#parts.tree.get(number);
    if (!helper || isActive(helper)) {
      throw new KanibakoError("running", `Helper ${number} has not ended (${helper?.status ?? "removed"}).`, {
        hint: `Stop it first: kanibako crab helper stop ${number}`,
      });
    }
    const parent = this.#parentOf(helper.parent);
    const grant = this.#limits.share(grantAgain(parent.grant, helper));
    this.#limits.checkCount(helper.parent, parent.grant, 1);
    this.#limits.countStart();
    const { error: _error, exitCode: _code, endedAt: _ended, startedAt: _started, ...before } = helper;
    const again: Helper = { ...before, grant, status: "spawned" };
    this.#put(again);
    this.#parts.log.control({ event: "respawn", helper: number });
    return await this.#start(again, true);
  }

  /** Ends one and all below it. Resolves when their boxes are gone. */
  async stop(helper: Helper, end: Ending = { status: "stopped" }): Promise<void> {
    const all = [helper, ...this.#parts.tree.below(helper.number)].filter(isActive);
    // All at once: none of them may start another one meanwhile.
    for (const { number } of all) this.#stopping.add(number);
    try {
      await Promise.all(
        all.map(({ number }) =>
          this.#stopOne(number, number === helper.number ? end : { status: "stopped" })
        ),
      );
      await this.#saving.catch(() => {});
    } finally {
      for (const { number } of all) this.#stopping.delete(number);
    }
  }

  /** Stops one and removes what there is of it. Those below it only with `cascade`. The numbers that are free again. */
  async cleanup(helper: Helper, cascade: boolean): Promise<number[]> {
    const { tree, launcher, log, removed } = this.#parts;
    const below = tree.below(helper.number);
    if (below.length > 0 && !cascade) {
      const number = helper.number;
      throw new KanibakoError("has-helpers", `Helper ${number} has ${below.length} of its own.`, {
        hint: `Remove them, too: kanibako crab helper cleanup ${number} --cascade`,
      });
    }
    await this.stop(helper);
    const all = [...below.reverse(), helper].flatMap(({ number }) => tree.get(number) ?? []);
    for (const one of all) {
      await launcher.remove(one);
      tree.delete(one.number);
      removed(one);
      log.control({ event: "cleanup", helper: one.number });
      await this.#save();
    }
    this.#changed();
    return all.map(({ number }) => number);
  }

  /** Who asks for a helper, as its parent. */
  #parentOf(number: number): { grant: Grant; crab: string; depth: number; keep: boolean } {
    const { tree, grant, crab, endsAt } = this.#parts;
    if (number === DIRECTOR) return { grant: within(grant, endsAt), crab, depth: 0, keep: true };
    const helper = tree.get(number);
    if (!helper || !isActive(helper) || this.#stopping.has(number)) {
      throw new KanibakoError("ended", `Helper ${number} does not run: it cannot have helpers.`);
    }
    const left = timeLeft(helper, Date.now());
    return { ...helper, grant: left === undefined ? helper.grant : { ...helper.grant, timeMs: left } };
  }

  async #start(helper: Helper, respawn: boolean): Promise<Helper> {
    const { number } = helper;
    const starting = this.#startBox(helper, respawn).finally(() => this.#starting.delete(number));
    starting.catch(() => {});
    this.#starting.set(number, starting);
    await starting;
    return this.#parts.tree.get(number) ?? helper;
  }

  async #startBox(helper: Helper, respawn: boolean): Promise<void> {
    const { launcher, begun, tree } = this.#parts;
    let running: Helper;
    try {
      const { container, run } = await launcher.start(helper, {
        respawn,
        prepared: async (run) => await begun({ ...helper, run }),
      });
      running = { ...helper, status: "running", container, run, startedAt: Date.now() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#settle(helper, { status: "failed", error: reason });
      await this.#saving.catch(() => {});
      const hint = error instanceof KanibakoError ? error.hints : [];
      throw new KanibakoError("not-started", `Cannot start helper ${helper.number}: ${reason}`, { hint });
    }
    if (!tree.get(helper.number)) return await launcher.stop(running);
    this.#put(running);
    await begun(running);
    this.#watch(running);
    // Who is answered counts on it, also should this process be killed.
    await this.#saving.catch(() => {});
  }

  async #stopOne(number: number, end: Ending): Promise<void> {
    await this.#starting.get(number)?.catch(() => {});
    const helper = this.#parts.tree.get(number);
    if (!helper || !isActive(helper)) return;
    this.#parts.log.control({ event: "stop", helper: number });
    await this.#parts.launcher.stop(helper);
    this.#settle(helper, end);
  }

  #watch(helper: Helper): void {
    const { number, run } = helper;
    if (run === undefined) return;
    const watch = new AbortController();
    this.#watches.set(number, watch);
    const left = timeLeft(helper, Date.now());
    if (left !== undefined) this.#timers.set(number, after(left, () => void this.#timeUp(number, run)));
    void this.#untilEnded(helper, run, watch.signal);
  }

  async #untilEnded(helper: Helper, run: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const end = await this.#parts.launcher.ended(helper, run, signal);
        // Who stops it says how it ended.
        if (!signal.aborted && !this.#stopping.has(helper.number)) this.#over(helper.number, run, end);
        return;
      } catch (error) {
        if (signal.aborted) return;
        debug(() => `helper ${helper.number} is not watched: ${error}`);
        await pause(AGAIN_MS);
      }
    }
  }

  /** Its box has ended without being stopped. */
  #over(number: number, run: string, end: HelperEnd): void {
    const helper = this.#parts.tree.get(number);
    if (!helper || helper.run !== run || !isActive(helper)) return;
    this.#settle(helper, endedAs(end));
    for (const child of this.#parts.tree.childrenOf(number)) {
      if (isActive(child) && !child.keep) this.#stopSoon(child);
    }
  }

  async #timeUp(number: number, run: string): Promise<void> {
    const helper = this.#parts.tree.get(number);
    if (!helper || helper.run !== run || !isActive(helper)) return;
    const error = `It has run for as long as it may (${Math.ceil(helper.grant.timeMs! / 1000)} s).`;
    try {
      await this.stop(helper, { status: "failed", error });
    } catch (cause) {
      debug(() => `helper ${number} is not stopped: ${cause}`);
      this.#timers.set(number, after(AGAIN_MS, () => void this.#timeUp(number, run)));
    }
  }

  #stopSoon(helper: Helper): void {
    this.stop(helper).catch((error: unknown) =>
      debug(() => `helper ${helper.number} is not stopped: ${error}`)
    );
  }

  /** Its box is not there any more. */
  #settle(helper: Helper, end: Ending): void {
    const { number } = helper;
    this.#watches.get(number)?.abort();
    this.#watches.delete(number);
    this.#timers.get(number)?.();
    this.#timers.delete(number);
    const over: Helper = { ...helper, ...end, endedAt: Date.now() };
    this.#parts.ended(over);
    const { status, error } = over;
    this.#parts.log.control({
      event: "end",
      helper: number,
      status,
      ...error === undefined ? {} : { error },
    });
    this.#put(over);
  }

  /** Keeps what is known by now. On a full disk this process knows it all the same. */
  #put(helper: Helper): void {
    this.#parts.tree.set(helper);
    this.#save().catch((error: unknown) => debug(() => `helpers are not kept: ${error}`));
    this.#changed();
  }

  #changed(): void {
    for (const call of [...this.#callbacks]) call();
  }

  /** Keeps all that there are by then. What changes while one is written is written once after it. */
  #save(): Promise<void> {
    if (this.#next) return this.#next;
    const saving = this.#saving.catch(() => {}).then(() => {
      this.#next = undefined;
      return this.#parts.save(this.#parts.tree.all());
    });
    this.#next = this.#saving = saving;
    saving.catch(() => {});
    return saving;
  }
}

/** One that stays when its director ends stays no longer than that might have run. */
function within(grant: Grant, endsAt: number | undefined): Grant {
  if (endsAt === undefined) return grant;
  const left = Math.max(1, endsAt - Date.now());
  return { ...grant, timeMs: Math.min(grant.timeMs ?? left, left) };
}
