/**
 * Connections of this process with itself: one end is the runtime's, the other is Node's. What is passed on to such an end reaches Node's
 * code without passing through its streams in JavaScript, which are many times slower than what is between two sockets.
 *
 * @module
 */

import type { Server, Socket } from "node:net";
import { after } from "./timer.ts";
import { connectTo, reached } from "./unix_socket.ts";

/** Its two ends. */
export interface SocketPair {
  readonly own: Deno.UnixConn;
  /** Nothing is read from it yet. */
  readonly node: Socket;
}

/** It takes no time, where there are handles left. */
const PATIENCE_MS = 5000;

/** Makes such connections. */
export class SocketPairs implements Disposable {
  readonly #path: string;
  #server: Server | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `path`: of a socket that nobody else connects to, in a folder that only this user can enter. What is there is replaced. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Makes one. Rejects where there are no handles left. */
  make(): Promise<SocketPair> {
    // One at a time: which end belongs to which other one is certain.
    const making = this.#last.then(() => this.#make());
    this.#last = making.catch(() => this.#stop());
    return making;
  }

  /** Makes no more. Those that were made are not touched. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#stop();
  }

  /** What is wrong with a listener is not so with the next one. */
  #stop(): void {
    if (!this.#server) return;
    this.#server.close();
    this.#server = undefined;
    this.#remove();
  }

  async #make(): Promise<SocketPair> {
    if (this.#closed) throw new Error("no more connections are made");
    const server = this.#server ??= await this.#listening();
    const { promise: accepted, resolve, reject } = Promise.withResolvers<Socket>();
    accepted.catch(() => {});
    server.once("connection", resolve);
    const own = await connectTo(this.#path);
    if (!own) throw new Error(`nobody listens at ${this.#path}`);
    const cancel = after(PATIENCE_MS, () => reject(new Error("this process cannot connect with itself")));
    try {
      return { own, node: await accepted };
    } catch (error) {
      own.close();
      throw error;
    } finally {
      cancel();
    }
  }

  async #listening(): Promise<Server> {
    const { createServer } = await import("node:net");
    this.#remove();
    const server = createServer({ pauseOnConnect: true });
    await reached(this.#path, (address) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      server.once("error", reject);
      server.listen(address, () => {
        server.off("error", reject);
        resolve();
      });
      return promise;
    });
    server.on("error", () => {});
    Deno.chmodSync(this.#path, 0o600);
    return server;
  }
  #remove(): void {
    try {
      Deno.removeSync(this.#path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
