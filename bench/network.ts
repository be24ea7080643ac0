import { alternate, type Result } from "./measure.ts";
import { bare, engine, isCommand, kanibako, makeWorld, startSleeping, type World } from "./world.ts";

const STREAM_BYTES = 600 * 1024 * 1024;
const CONNECTIONS = 1000;

/** Names the host's own servers, and prints what it measured: milliseconds. */
const MEASURES: Readonly<Record<string, string>> = {
  /** From dialling to the first byte of the answer, the median of many. */
  first: `
times = []
for _ in range(60):
    begun = time.perf_counter()
    s = socket.create_connection(address); s.sendall(b"e"); s.sendall(b"x"); s.recv(1); s.close()
    times.append(time.perf_counter() - begun)
print(sorted(times)[30] * 1000)`,
  stream: `
s = socket.create_connection(address); buffer = bytearray(1 << 18)
begun = time.perf_counter(); s.sendall(b"s"); count = 0
while count < ${STREAM_BYTES}: count += s.recv_into(buffer)
print((time.perf_counter() - begun) * 1000)`,
  many: `
begun = time.perf_counter()
conns = [socket.create_connection(address) for _ in range(${CONNECTIONS})]
for s in conns: s.sendall(b"ex")
assert all(s.recv(1) == b"x" for s in conns)
print((time.perf_counter() - begun) * 1000)`,
};

/** What a filtered network costs: at the start of a box, for a connection and for its bytes. */
export async function network(rounds: number): Promise<readonly Result[]> {
  await using world = await makeWorld();
  return [await starts(world, rounds), ...await connections(world, rounds)];
}

async function starts(world: World, rounds: number): Promise<Result> {
  const { path } = await world.project("bench-network");
  const shell = (network: string) => [kanibako, "shell", path, "--network", network, "--", "true"];
  const words = async (network: string) => {
    const found = (await world.record(shell(network))).find((call) => isCommand(call, "run"));
    if (!found) throw new Error("No run among the engine's calls.");
    return bare(found);
  };
  const none = await words("none");
  const bridge = await words("open").catch(() => undefined);
  const samples = await alternate([
    { name: `${engine} run --network none ... true`, run: async () => void await world.call(none) },
    {
      name: "kanibako shell --network filtered -- true",
      run: async () => void await world.call(shell("filtered")),
    },
    {
      name: "kanibako shell --network none -- true",
      run: async () => void await world.call(shell("none")),
    },
    ...bridge
      ? [{ name: `${engine} run with a bridge ... true`, run: async () => void await world.call(bridge) }]
      : [],
  ], { rounds });
  const [, filtered, , bridged] = samples;
  return {
    title: "The start of a box with a filtered network",
    samples,
    limits: { [filtered!.name]: { aboveMs: 60 } },
    counts: bridged
      ? [{
        what: "starts with a bridge that were faster",
        count: bridged.median < filtered!.median ? 1 : 0,
        most: 0,
      }]
      : [],
  };
}

async function connections(world: World, rounds: number): Promise<readonly Result[]> {
  using server = serve();
  const { path, name } = await world.project("bench-door");
  const options = ["--network", "filtered", "--allow", `host.kanibako:${server.port}`];
  await world.call(startSleeping(path, ...options));
  const measure = (what: string, host: string) => [
    "python3",
    "-c",
    `import socket, time\naddress = (socket.gethostbyname("${host}"), ${server.port})${MEASURES[what]}`,
  ];
  const compare = (what: string, times: number) =>
    alternate([
      { name: "without the door", run: async () => Number(await world.call(measure(what, "127.0.0.1"))) },
      {
        name: "through the door",
        run: async () =>
          Number(await world.call([kanibako, "shell", path, "--", ...measure(what, "host.kanibako")])),
      },
    ], { rounds: times, warmUp: 1 });
  const results: Result[] = [
    {
      title: "From dialling to the first byte",
      samples: await compare("first", rounds),
      limits: { "through the door": { aboveMs: 3 } },
    },
    {
      title: `One stream of ${STREAM_BYTES / 1024 / 1024} MB`,
      samples: await compare("stream", Math.min(rounds, 5)),
      // 300 MB a second.
      limits: { "through the door": { totalMs: STREAM_BYTES / 1024 / 1024 / 0.3 } },
    },
    {
      title: `${CONNECTIONS} connections at once, each answered`,
      samples: await compare("many", Math.min(rounds, 5)),
      limits: {},
    },
  ];
  await world.call([kanibako, "stop", name]);
  return results;
}

/** A server that does what the first byte says: `e` echoes, `s` sends much. */
function serve(): { port: number } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const chunk = new Uint8Array(256 * 1024);
  const converse = async (conn: Deno.TcpConn) => {
    const first = new Uint8Array(1);
    if (await conn.read(first) === null) return;
    if (first[0] === 0x65) return await conn.readable.pipeTo(conn.writable);
    for (let sent = 0; sent < STREAM_BYTES;) sent += await conn.write(chunk);
  };
  void (async () => {
    for await (const conn of listener) {
      void converse(conn).catch(() => {}).finally(() => {
        try {
          conn.close();
        } catch { /* it was */ }
      });
    }
  })();
  return { port: (listener.addr as Deno.NetAddr).port, [Symbol.dispose]: () => listener.close() };
}
