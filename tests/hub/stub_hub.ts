/**
 * A hub that answers what a test has it answer, over a real socket, and keeps what it was asked.
 *
 * @module
 */

import { listenAt } from "../../lib/host/unix_socket.ts";
import { questionOf } from "../../lib/hub/words.ts";
import { FRAME, FrameReader, FrameWriter } from "../../lib/wire/frame.ts";

/** What is answered to a question: its fields beside `status: "ok"`, or an error. */
export type Answering = (question: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Listens until it is disposed of. */
export class StubHub implements Disposable {
  readonly asked: Readonly<Record<string, unknown>>[] = [];
  readonly #listener: Deno.Listener;
  readonly #answering: Answering;
  #closed = false;

  /** `path`: the socket, whose folder is made. */
  constructor(path: string, answering: Answering) {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#listener = listenAt(path, 0o600);
    this.#answering = answering;
    void this.#accept();
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) void this.#serve(conn);
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    using _conn = conn;
    const [reader, writer] = [new FrameReader(conn), new FrameWriter(conn)];
    for (let frame = await reader.next(); frame?.kind === FRAME.message; frame = await reader.next()) {
      const question = JSON.parse(new TextDecoder().decode(frame.content));
      const checked = questionOf(question, "refused");
      if (!checked.ok) {
        await writer.message({ status: "error", message: `${checked.path}: ${checked.message}` });
        continue;
      }
      this.asked.push(question);
      // Whoever listens is also sent messages between answers.
      await writer.message({ event: "message", from: 1, payload: {}, at: 1 });
      await writer.message({ status: "ok", ...this.#answering(question) });
    }
  }
}
