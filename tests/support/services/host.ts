/**
 * The stand-ins on this machine under the names of the real services, as the door of a box reaches them: behind TLS, and a proxy that
 * knows where they are.
 *
 * @module
 */

import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connectProxy } from "../connect_proxy.ts";
import { makeCertificates, NAMES } from "./certificates.ts";
import { answering, type Logged } from "./server.ts";

/** The services. */
export interface NamedServices extends AsyncDisposable {
  /** What says where they are: variables of whoever starts a box. */
  readonly env: Readonly<Record<string, string>>;
  /** The file of the authority of their certificates. */
  readonly ca: string;
  readonly log: readonly Logged[];
}

/** Starts them. */
export async function namedServices(): Promise<NamedServices> {
  const folder = await Deno.makeTempDir();
  await makeCertificates(folder);
  const pem = await Deno.readTextFile(`${folder}/services.pem`);
  const log: Logged[] = [];
  const server = createServer({ key: pem, cert: pem }, answering({ folder, log: (line) => log.push(line) }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = connectProxy({ table: Object.fromEntries(NAMES.map((name) => [`${name}:443`, port])) });
  return {
    env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    ca: `${folder}/ca.pem`,
    log,
    async [Symbol.asyncDispose]() {
      proxy[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Deno.remove(folder, { recursive: true });
    },
  };
}
