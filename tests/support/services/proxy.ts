/**
 * The stand-ins under the names of the real services: a proxy that ends TLS itself, with a certificate that a test has made.
 *
 * @module
 */

import type { Server } from "node:http";
import { createServer } from "node:https";
import { answering, type ServicesOptions } from "./server.ts";

/** Has the server take `CONNECT`, whatever the name. `pem`: key and certificate. */
export function alsoProxy(server: Server, pem: string, options: ServicesOptions): void {
  const ended = createServer({ key: pem, cert: pem }, answering(options));
  server.on("connect", (_request, socket) => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    ended.emit("connection", socket);
  });
}
