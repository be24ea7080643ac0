/**
 * A proxy of HTTP on the loopback that only knows CONNECT, as companies have them. Names are its own to resolve: it has a table.
 *
 * @module
 */

/** A proxy, and what it was asked for. */
export interface ConnectProxy extends Disposable {
  readonly port: number;
  /** The head of each request. */
  readonly heads: string[];
}

/** How it answers. */
export interface ConnectProxyOptions {
  /** Ports of the loopback by `name:port`. Others are answered 502. */
  readonly table: Readonly<Record<string, number>>;
  /** The login it wants, in base64. */
  readonly login?: string;
  /** Sent instead of any answer. */
  readonly garbage?: Uint8Array;
  /** It listens with TLS, with this certificate. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts one. */
export function connectProxy({ table, login, garbage, tls }: ConnectProxyOptions): ConnectProxy {
  const heads: string[] = [];
  const listener: Deno.Listener = tls
    ? Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls })
    : Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async (conn: Deno.Conn) => {
    try {
      let head = "";
      const buffer = new Uint8Array(4096);
      while (!head.includes("\r\n\r\n")) {
        const count = await conn.read(buffer);
        if (count === null) return;
        head += new TextDecoder().decode(buffer.subarray(0, count));
      }
      heads.push(head);
      if (garbage) return await write(conn, garbage);
      if (login !== undefined && !head.includes(`\r\nProxy-Authorization: Basic ${login}\r\n`)) {
        return await write(conn, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      }
      const port = table[/^CONNECT (\S+) HTTP/.exec(head)?.[1] ?? ""];
      if (port === undefined) return await write(conn, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
      const to = await Deno.connect({ hostname: "127.0.0.1", port });
      await write(conn, "HTTP/1.1 200 OK\r\nVia: test\r\n\r\n");
      await Promise.all([
        conn.readable.pipeTo(to.writable).catch(() => {}),
        to.readable.pipeTo(conn.writable).catch(() => {}),
      ]);
    } catch {
      /* one of the two is gone */
    } finally {
      try {
        conn.close();
      } catch { /* closed with its streams */ }
    }
  };
  void (async () => {
    for (;;) {
      try {
        void serve(await listener.accept());
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      }
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    heads,
    [Symbol.dispose]: () => listener.close(),
  };
}

async function write(conn: Deno.Conn, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}
