/**
 * A connection of this process with itself: one end is the runtime's, the other is Node's. What is passed on to such an end reaches
 * Node's code without passing through its streams, which are many times slower than what is between two sockets.
 *
 * @module
 */

import { createServer, type Socket } from "node:net";
import { connectTo, reached } from "./unix_socket.ts";

/** Its two ends. */
export interface SocketPair {
  readonly own: Deno.UnixConn;
  /** Nothing is read from it yet. */
  readonly node: Socket;
}

/** Makes one. It lies in a folder that only this user can enter, and which is gone when this resolves. */
export async function socketPair(): Promise<SocketPair> {
  const folder = Deno.makeTempDirSync({ prefix: "kanibako-" });
  const path = `${folder}/s`;
  const server = createServer({ pauseOnConnect: true });
  try {
    const { promise: accepted, resolve, reject } = Promise.withResolvers<Socket>();
    server.once("connection", resolve);
    server.once("error", reject);
    await reached(path, (address) => {
      const { promise: listening, resolve } = Promise.withResolvers<void>();
      server.listen(address, resolve);
      return Promise.race([listening, accepted]);
    });
    const own = await connectTo(path);
    if (!own) throw new Error(`nobody listens at ${path}`);
    return { own, node: await accepted };
  } finally {
    server.close();
    Deno.removeSync(folder, { recursive: true });
  }
}
