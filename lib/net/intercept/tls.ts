/**
 * TLS of a connection whose plain text is needed: towards the box we are the server, with a certificate of the box's authority; towards
 * the host we are a client like any other, and check what it shows.
 *
 * @module
 */

import { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { after } from "../../host/timer.ts";
import { closeQuietly, type HalfClosing } from "../../wire/relay.ts";
import type { HostName } from "../../wire/host_name.ts";
import type { HostCertificate } from "./issue.ts";
import { ReadBuffers } from "./source.ts";

/** How long either side has to agree on keys. */
const HANDSHAKE_MS = 15_000;
/** Nothing else can be read here. */
const PROTOCOLS = ["http/1.1"];

/** Ends TLS of a client. Rejects where it does not agree: mostly because it does not trust the certificate. */
export async function asServer(
  conn: HalfClosing,
  { certificate, key }: Pick<HostCertificate, "certificate" | "key">,
): Promise<HalfClosing> {
  const socket = new TLSSocket(
    duplex(conn) as never,
    { isServer: true, cert: certificate, key, ALPNProtocols: PROTOCOLS } as never,
  );
  const { promise: agreed, resolve, reject } = Promise.withResolvers<void>();
  socket.once("secure", () => resolve());
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("the program closed the connection")));
  const cancel = after(HANDSHAKE_MS, () => reject(new Error("the program did not agree on keys in time")));
  try {
    await agreed;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    cancel();
  }
  return plain(socket);
}

/** Begins TLS with a host, whose certificate must be valid for its name. Rejects, in words. */
export async function asClient(
  conn: HalfClosing,
  host: HostName,
  caCerts: readonly string[],
): Promise<HalfClosing> {
  if (!isTcp(conn)) {
    throw new Error("connections through a proxy of the kind https cannot be opened");
  }
  const cancel = after(HANDSHAKE_MS, () => closeQuietly(conn));
  try {
    const tls = await Deno.startTls(conn, {
      hostname: host,
      caCerts: [...caCerts],
      alpnProtocols: PROTOCOLS,
    });
    await tls.handshake();
    return tls;
  } catch (error) {
    closeQuietly(conn);
    throw new Error(`no encrypted connection: ${error instanceof Error ? error.message : error}`);
  } finally {
    cancel();
  }
}

/** Not one to a proxy that is reached by TLS itself: TLS within it is not possible here. */
function isTcp(conn: HalfClosing): conn is Deno.TcpConn {
  return "setNoDelay" in conn && !("handshake" in conn);
}

/** A connection as Node's streams have it. */
function duplex(conn: HalfClosing): Duplex {
  const buffers = new ReadBuffers();
  return new Duplex({
    read() {
      const buffer = buffers.next();
      conn.read(buffer).then(
        (count) => {
          buffers.filled(count ?? 0);
          this.push(count === null ? null : buffer.subarray(0, count));
        },
        (error) => this.destroy(error),
      );
    },
    write(chunk: Uint8Array, _encoding, done) {
      writeAll(conn, chunk).then(() => done(), done);
    },
    final(done) {
      conn.closeWrite().then(() => done(), done);
    },
    destroy(error, done) {
      closeQuietly(conn);
      done(error);
    },
  });
}

async function writeAll(conn: HalfClosing, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** The plain text of one of Node's sockets, as a connection of ours. Whoever reads slowly makes the other side wait. */
function plain(socket: TLSSocket): HalfClosing {
  const pieces = socket[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  let failed: Error | undefined;
  socket.on("error", (error) => failed ??= error);
  return {
    read: async (into) => {
      while (rest.length === 0) {
        const { value, done } = await pieces.next();
        if (done) return null;
        rest = value as Uint8Array;
      }
      const count = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (failed || socket.destroyed) return reject(failed ?? new Error("the connection is closed"));
        const gone = () => reject(failed ?? new Error("the connection is closed"));
        socket.once("close", gone);
        // What is written is read again by its owner's buffer: a copy of it is encrypted.
        socket.write(bytes.slice(), (error) => {
          socket.off("close", gone);
          if (error) reject(error);
          else resolve(bytes.length);
        });
      }),
    closeWrite: () =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        socket.once("close", () => resolve());
        socket.end(() => resolve());
      }),
    close: () => socket.destroy(),
  };
}
