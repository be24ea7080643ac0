/**
 * The service that keeps the logins of a running box and of the host the same, and notes that a delivery was applied.
 *
 * A box says when it has left something, where the host can hear it. What changes on the host is looked at now and then: it may be the
 * user, or another box.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { every } from "../host/timer.ts";
import { MAX_LOGIN_BYTES } from "../spec/login.ts";
import type { ServiceSpec } from "../spec/box_spec.ts";
import type { Run } from "./run.ts";
import type { OpenService } from "./service.ts";
import { recordFailure } from "./service_failures.ts";
import { recordedPlaces } from "./login_places.ts";

/** With as long in each of two boxes, a login comes from one to the other within a minute. */
const LOOK_MS = 10_000;
/** The host's files are read before a run is recorded; so long before, nothing has changed since. */
const BEFORE_MS = 5000;

/** Takes out what the box says it has left, and hands in what is new. What is left at the end is taken by who finishes the run. */
export function openCollector(
  run: Run,
  _options: ServiceSpec["options"] = {},
  lookMs = LOOK_MS,
): OpenService {
  // A box says nothing before it has begun: what takes it out is not loaded while it is being started.
  const said = async () => await (await import("./collect.ts")).collect(run);
  const { ids, paths } = recordedPlaces(run.record);
  if (ids.length === 0) return { said, [Symbol.asyncDispose]: () => Promise.resolve() };
  const watch = new Watch(run, ids, paths, said);
  const cancel = every(lookMs, () => watch.look());
  return {
    said,
    [Symbol.asyncDispose]: async () => {
      cancel();
      await watch.close();
    },
  };
}

/** Looks for what is new on either side. */
class Watch {
  readonly #run: Run;
  readonly #ids: readonly string[];
  readonly #paths: readonly string[];
  readonly #said: () => Promise<void>;
  /** What the host's files looked like when they were last handed in. */
  #host: string;
  #left = "";
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(run: Run, ids: readonly string[], paths: readonly string[], said: () => Promise<void>) {
    this.#run = run;
    this.#ids = ids;
    this.#paths = paths;
    this.#said = said;
    const old = paths.every((path) => changedMs(path) < run.record.startedAt - BEFORE_MS);
    this.#host = old ? this.#stamps() : "";
  }

  /** Looks, unless it still does. */
  look(): void {
    this.#looking ??= this.#look()
      .catch(async (error: unknown) => {
        debug(() => `logins: ${error}`);
        await recordFailure(this.#run, "collector", error);
      })
      .finally(() => this.#looking = undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#looking;
  }

  async #look(): Promise<void> {
    const now = this.#stamps();
    if (now !== this.#host) await this.#changed(now);
    if (this.#closed || this.#run.record.lifetime === "persistent") return;
    // Nothing but its beginning is heard of a box in the foreground.
    const left = await this.#leftNow();
    if (left === this.#left) return;
    this.#left = left;
    await this.#said();
  }

  /** Something is new on the host. Whatever comes of it, it is looked at again only when more is. */
  async #changed(now: string): Promise<void> {
    const before = this.#host;
    this.#host = now;
    try {
      // What could not be given to the host before may be now.
      await this.#said();
    } finally {
      const { deliverLogins } = await import("./deliver_logins.ts");
      if (await deliverLogins(this.#run) === "later") this.#host = before;
    }
  }

  async #leftNow(): Promise<string> {
    const decoder = new TextDecoder();
    const texts: string[] = [];
    for (const id of this.#ids) {
      const bytes = await this.#run.mailbox.take(id, MAX_LOGIN_BYTES).catch(() => undefined);
      texts.push(bytes ? decoder.decode(bytes) : "");
    }
    return texts.join("\0");
  }

  #stamps(): string {
    return this.#paths.map((path) => stampOf(path)).join("\n");
  }
}

function stampOf(path: string): string {
  const info = infoOf(path);
  return info ? `${info.dev} ${info.ino} ${info.size} ${info.mtime?.getTime()} ${info.ctime?.getTime()}` : "";
}

function changedMs(path: string): number {
  return infoOf(path)?.ctime?.getTime() ?? 0;
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
