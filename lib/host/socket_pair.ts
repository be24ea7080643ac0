/**
 * A connection of this process with itself: one end is the runtime's, the other is Node's. What is passed on to such an end reaches
 * Node's code without passing through its streams, which are many times slower than what is between two sockets.
 *
 * @module
 */

import { createServer, type Socket } from "node:net";
import { reached } from "./unix_socket.ts";

/** Its two ends. */
export interface SocketPair {
  readonly own: Deno.UnixConn;
  /** Nothing is read from it yet. */
  readonly node: Socket;
}

/** Makes one. It lies in a folder that only this user can enter, and which is gone when this resolves. */
export async function socketPair(): Promise<SocketPair> {
  const folder = Deno.makeTempDirSync({ prefix: "kanibako-" });
  try {
    return await reached(`${folder}/s`, async (path) => {
      const server = createServer({ pauseOnConnect: true });
      try {
        const accepted = new Promise<Socket>((resolve, reject) => {
          server.once("connection", resolve);
          server.once("error", reject);
        });
        await new Promise<void>((resolve, reject) => {
          server.once("error", reject);
          server.listen(path, resolve);
        });
        const own = await Deno.connect({ transport: "unix", path });
        return { own, node: await accepted };
      } finally {
        server.close();
      }
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
