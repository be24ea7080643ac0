/**
 * A Chromium of the user's, driven through two pipes. It listens on no port: any other user of the machine could connect to one, and
 * the browser is logged in.
 *
 * The protocol is spoken here, since libraries for it bring files that cannot be part of this program's one file.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { open, type OpenProcess } from "../../../host/open_process.ts";
import { after } from "../../../host/timer.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Most bytes of one message. */
const MAX_BYTES = 4 * 1024 * 1024;
const ANSWER_MS = 30_000;

/** A browser, and one page of it. */
export class DevTools implements AsyncDisposable {
  readonly #process: OpenProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, PromiseWithResolvers<Fields>>();
  #last = 0;
  #session: string | undefined;

  private constructor(process: OpenProcess) {
    this.#process = process;
    this.#writer = process.stdin!.getWriter();
    void this.#read();
    void this.#drain();
  }

  /** Starts it with a page. `profile`: the folder of its own profile. Throws `browser`. */
  static async start(program: string, profile: string): Promise<DevTools> {
    const words = [
      program,
      "--headless=new",
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-extensions",
      "--disable-sync",
    ];
    // It reads from descriptor 3 and writes to 4.
    const argv = ["/bin/sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1', "sh", ...words];
    const tools = new DevTools(open(argv, { stdin: "piped", stdout: "piped" }, { family: true }));
    try {
      const { targetId } = await tools.#call("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await tools.#call("Target.attachToTarget", { targetId, flatten: true });
      if (typeof sessionId !== "string") throw broken("it has no page");
      tools.#session = sessionId;
      return tools;
    } catch (error) {
      await tools[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Goes to a page, and waits until it is there or 30 seconds have passed. */
  async go(url: string): Promise<void> {
    await this.#call("Page.navigate", { url });
  }

  /** The value of an expression in the page; `undefined` while the page is changing. */
  async value(expression: string): Promise<unknown> {
    const { result } = await this.#call("Runtime.evaluate", { expression, returnByValue: true })
      .catch((error: unknown) => {
        if (error instanceof KanibakoError && error.code === "browser-gone") throw error;
        return { result: undefined };
      });
    return typeof result === "object" && result !== null ? (result as Fields)["value"] : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    this.#process.end();
    this.#process.dismiss();
    await this.#process.exit.catch(() => {});
  }

  async #call(method: string, params: Fields): Promise<Fields> {
    const id = ++this.#last;
    const answer = Promise.withResolvers<Fields>();
    this.#waiting.set(id, answer);
    const cancel = after(ANSWER_MS, () => answer.reject(broken("it does not answer")));
    try {
      const session = this.#session === undefined ? {} : { sessionId: this.#session };
      const text = JSON.stringify({ id, method, params, ...session });
      await this.#writer.write(new TextEncoder().encode(`${text}\0`)).catch(() => {
        throw gone();
      });
      return await answer.promise;
    } finally {
      cancel();
      this.#waiting.delete(id);
    }
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for await (const piece of this.#process.stdout!) {
        const parts = (rest + decoder.decode(piece, { stream: true })).split("\0");
        rest = parts.pop()!;
        if (rest.length > MAX_BYTES) break;
        for (const part of parts) this.#heard(part);
      }
    } catch { /* it has ended */ }
    for (const { reject } of this.#waiting.values()) reject(gone());
  }

  async #drain(): Promise<void> {
    try {
      for await (const _ of this.#process.stderr) { /* nobody reads it */ }
    } catch { /* it has ended */ }
  }

  #heard(text: string): void {
    const { id, result, error } = JSON.parse(text) as {
      id?: number;
      result?: Fields;
      error?: { message?: string };
    };
    if (id === undefined) return;
    if (error) this.#waiting.get(id)?.reject(broken(error.message ?? "it refuses"));
    else this.#waiting.get(id)?.resolve(result ?? {});
  }
}

function broken(why: string): KanibakoError {
  return new KanibakoError("browser", `The browser cannot be used: ${why}.`);
}

function gone(): KanibakoError {
  return new KanibakoError("browser-gone", "The browser has ended.", {
    hint: "Check the setting login.browser: it names a Chromium, which does not run as root.",
  });
}
