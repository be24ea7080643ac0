/**
 * TLS of a connection whose plain text is needed: towards the box we are the server, with a certificate of the box's authority; towards
 * the host we are a client like any other, and check what it shows.
 *
 * @module
 */

import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type { SocketPairs } from "../../host/socket_pair.ts";
import { tidyAfterBytes } from "../../host/tidy.ts";
import { after } from "../../host/timer.ts";
import { closeQuietly, type HalfClosing, relay } from "../../wire/relay.ts";
import type { HostName } from "../../wire/host_name.ts";
import type { HostCertificate } from "./issue.ts";

/** How long either side has to agree on keys. */
const HANDSHAKE_MS = 15_000;
/** How long what was written last may wait for a program that reads nothing. */
const UNREAD_MS = 30_000;
/** How long a program that has all of it has to close the connection. */
const LAST_MS = 1000;
/** Nothing else can be read here. */
const PROTOCOLS = ["http/1.1"];

/** The plain text of a connection of a box. */
export interface ServedTls {
  readonly plain: HalfClosing;
  /** Resolves once all that was written has reached the box, or cannot any more. Call it after `plain` was closed. */
  readonly passedOn: () => Promise<void>;
}

/**
 * Ends TLS of a client. Rejects where it does not agree: mostly because it does not trust the certificate.
 *
 * Only Node's part of the runtime serves TLS on a connection that is there already, and only where that is a socket of its own it does so
 * without passing each byte through streams in JavaScript.
 */
export async function asServer(
  conn: HalfClosing,
  certificate: HostCertificate,
  pairs: SocketPairs,
): Promise<ServedTls> {
  const { own, node } = await pairs.make();
  const count = { sent: 0, received: 0 };
  let close = () => {};
  let isWhole = false;
  const box: HalfClosing = {
    read: (into) => conn.read(into),
    write: (bytes) => conn.write(bytes),
    close: () => conn.close(),
    closeWrite: async () => {
      await conn.closeWrite();
      isWhole = true;
      close();
    },
  };
  const passing = relay(box, own, { count });
  const socket = new TLSSocket(
    node,
    {
      isServer: true,
      secureContext: contextOf(certificate),
      ALPNProtocols: PROTOCOLS,
    } as never,
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
  return {
    plain: plain(socket),
    passedOn: async () => {
      let [stop, before] = [() => {}, -1];
      const look = () => {
        if (count.received === before) return closeQuietly(conn);
        before = count.received;
        stop = after(UNREAD_MS, look);
      };
      close = () => {
        stop();
        stop = after(LAST_MS, () => closeQuietly(conn));
      };
      if (isWhole) close();
      else look();
      await passing.finally(() => stop());
    },
  };
}

const contexts = new WeakMap<HostCertificate, SecureContext>();

/** A certificate, read once for all connections to its host. */
function contextOf(certificate: HostCertificate): SecureContext {
  const known = contexts.get(certificate) ??
    createSecureContext({ cert: certificate.certificate, key: certificate.key });
  contexts.set(certificate, known);
  return known;
}

/** The plain text of one of Node's sockets, as a connection of ours. Whoever reads slowly makes the other side wait. */
function plain(socket: TLSSocket): HalfClosing {
  let rest: Uint8Array = new Uint8Array();
  let failed: Error | undefined;
  let ended = false;
  let wake = () => {};
  const end = () => {
    ended = true;
    wake();
  };
  socket.on("readable", () => wake());
  socket.on("end", end);
  let lost = () => {};
  socket.on("close", () => {
    end();
    lost();
  });
  socket.on("error", (error) => failed ??= error);
  const gone = () => failed ?? new Error("the connection is closed");
  return {
    read: async (into) => {
      while (rest.length === 0) {
        const piece = socket.read() as Uint8Array | null;
        if (piece) {
          rest = piece;
          tidyAfterBytes(piece.length);
        } else if (failed) throw failed;
        else if (ended) return null;
        else await new Promise<void>((resolve) => wake = resolve);
      }
      const count = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (failed || socket.destroyed) return reject(gone());
        lost = () => reject(gone());
        socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
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
