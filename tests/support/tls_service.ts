/**
 * A service behind TLS on this machine's loopback, with an authority of its own, that says what it was asked.
 *
 * @module
 */

import { createServer } from "node:https";
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeAuthority, makeLeaf } from "../../lib/net/intercept/issue.ts";

/** A request as the service has seen it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What is answered; absent: what was seen, as JSON. */
export type Answer = (seen: Seen, response: ServerResponse) => void;

/** Starts one for these names. */
export async function tlsService(names: readonly string[], answer?: Answer) {
  const validity = { from: Date.now() - 3_600_000, until: Date.now() + 24 * 3_600_000 };
  const authority = await makeAuthority("test", validity);
  const folder = await Deno.makeTempDir();
  const ca = `${folder}/service-ca.pem`;
  await Deno.writeTextFile(ca, authority.certificate);
  const seen: Seen[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.setEncoding("latin1");
    request.on("data", (piece) => body += piece);
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body };
      seen.push(one);
      if (answer) return answer(one, response);
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(one));
    });
  };
  const leaf = await makeLeaf(authority, names, validity);
  const server = createServer({ cert: leaf.certificate, key: leaf.key }, listener);
  const plain = createPlain(listener);
  const port = await listening(server);
  return {
    ca,
    folder,
    seen,
    port,
    plainPort: await listening(plain),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      plain.closeAllConnections();
      await Promise.all([server, plain].map((one) => new Promise((resolve) => one.close(resolve))));
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function listening(
  server: ReturnType<typeof createServer> | ReturnType<typeof createPlain>,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
