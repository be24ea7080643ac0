/**
 * The browser that stands beside a box. It is started when a program of the box first looks for it, again when it was killed, and is
 * gone with the run.
 *
 * @module
 */

import { debug } from "../../host/log.ts";
import { after } from "../../host/timer.ts";
import type { ServiceSpec } from "../../spec/box_spec.ts";
import { type BrowserOptions, fromServiceOptions } from "../../spec/browser_options.ts";
import { BROWSER_SOCKET } from "../../spec/box_paths.ts";
import { acceptAll } from "../../wire/accept.ts";
import { closeQuietly } from "../../wire/relay.ts";
import { LABEL_OWNER, LABEL_RUN, ownerMark } from "../../runtime/labels.ts";
import type { Run } from "../run.ts";
import { runFolder } from "../run.ts";
import type { OpenService } from "../service.ts";
import { browserName, browserSpec } from "./browser_spec.ts";

/** Most processes of a box that wait for it at once. */
const MOST_WAITING = 64;
/** How long nothing is started after a start, at first and at most: it may still be coming up, and a box can ask as often as it likes. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 60_000;
const SEND_MS = 5000;

/** Starts the browser whenever the box asks for it, as long as the run lasts. */
export function openBrowser(run: Run, options: ServiceSpec["options"]): Promise<OpenService> {
  if (!run.mailbox.listen) return Promise.reject(new Error("the box shares no sockets with this host"));
  return Promise.resolve(new BesideBox(run, fromServiceOptions(options), run.mailbox.listen(BROWSER_SOCKET)));
}

/** Removes the browser of a run, whoever started it. Nothing where there is none, or it is another run's or not ours. */
export async function removeBrowser(
  { host, runtime, record }: Pick<Run, "host" | "runtime" | "record">,
): Promise<void> {
  const found = await runtime.inspect(browserName(record.box));
  if (found?.labels[LABEL_OWNER] !== await ownerMark(host.dirs.state)) return;
  if (found.labels[LABEL_RUN] !== record.run) return;
  await runtime.remove(found.id);
}

class BesideBox implements OpenService {
  readonly #run: Run;
  readonly #options: BrowserOptions;
  readonly #listener: Deno.Listener;
  readonly #asking = new Set<Deno.Conn>();
  #starting: Promise<string> | undefined;
  #triedAt = 0;
  #said = "";
  #waitMs = FIRST_WAIT_MS;
  #hasStarted = false;
  #closed = false;

  constructor(run: Run, options: BrowserOptions, listener: Deno.Listener) {
    this.#run = run;
    this.#options = options;
    this.#listener = listener;
    void acceptAll(listener, "browser", () => this.#closed, (conn) => this.#take(conn));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const one of [this.#listener, ...this.#asking]) closeQuietly(one);
    await this.#starting;
    if (this.#hasStarted) await removeBrowser(this.#run);
  }

  #take(conn: Deno.Conn): void {
    if (this.#asking.size >= MOST_WAITING) closeQuietly(conn);
    else void this.#answer(conn);
  }

  /** Says `ready`, or why there is none. What connects sends nothing that is read. */
  async #answer(conn: Deno.Conn): Promise<void> {
    this.#asking.add(conn);
    try {
      const said = await (this.#starting ??= this.#ready().finally(() => this.#starting = undefined));
      const cancel = after(SEND_MS, () => closeQuietly(conn));
      await conn.write(new TextEncoder().encode(`${said}\n`)).finally(cancel);
    } catch (error) {
      debug(() => `browser: ${error}`);
    } finally {
      this.#asking.delete(conn);
      closeQuietly(conn);
    }
  }

  async #ready(): Promise<string> {
    const ago = Date.now() - this.#triedAt;
    if (ago < this.#waitMs) return this.#said;
    this.#waitMs = ago > 2 * LONGEST_WAIT_MS ? FIRST_WAIT_MS : Math.min(2 * this.#waitMs, LONGEST_WAIT_MS);
    try {
      await this.#start();
      this.#said = "ready";
    } catch (error) {
      debug(() => `browser: ${error}`);
      this.#said = `no: ${(error instanceof Error ? error.message : String(error)).replaceAll("\n", " ")}`;
    }
    this.#triedAt = Date.now();
    return this.#said;
  }

  async #start(): Promise<void> {
    const { host, box, state, record, runtime } = this.#run;
    const owner = await ownerMark(host.dirs.state);
    const spec = browserSpec(this.#options, { box: record.box, id: box, run: record.run, owner });
    const folder = `${runFolder(state, record.run)}/browser`;
    for (let tries = 1;; tries++) {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
      await using mailbox = await runtime.prepareMailbox(spec, folder, { guests: false });
      const started = await runtime.start(spec, { kind: "none" }, {
        mailbox,
        state: host.dirs.state,
        note: (text) => debug(() => `browser: ${text}`),
      });
      this.#hasStarted = true;
      if (started.kind === "detached") return;
      if (started.kind === "no-image") throw new Error(`the image ${spec.image} is not there any more`);
      // One of an earlier host of this run, that does not answer.
      if (started.kind !== "taken" || tries === 2) throw new Error("it cannot be started");
      await runtime.remove(started.box.id);
    }
  }
}
