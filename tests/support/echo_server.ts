/** A server that sends back what it is sent, and the end too. `taken`: how many connections it has had. */
export function echoServer(hostname = "127.0.0.1"): { readonly port: number; taken: number } & Disposable {
  const listener = Deno.listen({ hostname, port: 0 });
  const server = {
    port: (listener.addr as Deno.NetAddr).port,
    taken: 0,
    [Symbol.dispose]: () => listener.close(),
  };
  void (async () => {
    for await (const conn of listener) {
      server.taken++;
      void conn.readable.pipeTo(conn.writable).catch(() => {});
    }
  })();
  return server;
}
