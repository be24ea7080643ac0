import { tlsService } from "../tests/support/tls_service.ts";
import { alternate, type Result } from "./measure.ts";
import { companions, privateMemory, processorMs } from "./processes.ts";
import { kanibako, makeWorld, startSleeping } from "./world.ts";

const STREAM_BYTES = 300 * 1024 * 1024;
/** At 100 MB a second. */
const STREAM_MS = STREAM_BYTES / 1024 / 1024 / 0.1;
const STREAMS = 200;
const NAME = "bench-credentials";
/** The same service under two names: connections to one are looked into. */
const [PLAIN, READ] = ["plain.test", "read.test"] as const;

/** Opens a connection and says what was asked; prints milliseconds. */
const CONNECT = (host: string, port: number) => `
import os, socket, ssl, threading, time
context = ssl.create_default_context(cafile=${
  host === PLAIN ? '"service-ca.pem"' : 'os.environ["SSL_CERT_FILE"]'
})
address = (socket.gethostbyname("${host}"), ${port})
def connect(): return context.wrap_socket(socket.create_connection(address), server_hostname="${host}")
def ask(s, path): s.sendall(("GET " + path + " HTTP/1.1\\r\\nHost: ${host}:${port}\\r\\nAuthorization: Bearer " + os.environ["TOKEN_OF_${
  host === PLAIN ? "NOBODY" : "BENCH"
}"] + "\\r\\n\\r\\n").encode())
`;

const MEASURES: Readonly<Record<string, string>> = {
  first: `
times = []
for _ in range(40):
    begun = time.perf_counter()
    s = connect(); ask(s, "/first"); s.recv(1); s.close()
    times.append(time.perf_counter() - begun)
print(sorted(times)[20] * 1000)`,
  stream: `
s = connect(); buffer = bytearray(1 << 18)
begun = time.perf_counter(); ask(s, "/stream"); count = 0
while count < ${STREAM_BYTES}:
    more = s.recv_into(buffer)
    assert more > 0, buffer[:200]
    count += more
print((time.perf_counter() - begun) * 1000)`,
  many: `
def one():
    s = connect(); ask(s, "/events"); text = b""
    while b"data: 9" not in text: text += s.recv(4096)
threads = [threading.Thread(target=one) for _ in range(${STREAMS})]
begun = time.perf_counter()
for t in threads: t.start()
for t in threads: t.join()
print((time.perf_counter() - begun) * 1000)`,
};

/** What it costs that a connection is looked into: for the first byte, for many bytes, and for many streams at once. */
export async function credentials(rounds: number): Promise<readonly Result[]> {
  await using service = await tlsService([PLAIN, READ], ({ url }, response) => {
    if (url === "/stream") return void pour(response);
    if (url === "/events") return void drip(response);
    response.end("hello");
  });
  const { port } = service;
  await using world = await makeWorld({ apart: true });
  const config = world.env["XDG_CONFIG_HOME"] ?? "";
  await Deno.mkdir(config, { recursive: true });
  await Deno.writeTextFile(
    `${config}/kanibako.toml`,
    [
      'box.network = "filtered"',
      `network.ca = [${JSON.stringify(service.ca)}]`,
      "[network.hosts]",
      `"${PLAIN}" = "127.0.0.1"`,
      `"${READ}" = "127.0.0.1"`,
      "[network.rule]",
      `"${PLAIN}:${port}" = "allow"`,
      `"${READ}:${port}" = "allow"`,
      "[secret]",
      `TOKEN_OF_BENCH = "${READ}:${port}"`,
    ].join("\n"),
  );
  await world.call([kanibako, "secret", "set", "TOKEN_OF_BENCH", "--from", "env:BENCH_TOKEN"]);
  const { path, name } = await world.project(NAME);
  await Deno.copyFile(service.ca, `${path}/service-ca.pem`);
  await world.call(startSleeping(path, "-e", "TOKEN_OF_NOBODY=none"), { BENCH_TOKEN: "0123456789abcdef" });
  const compare = (what: string, times: number) =>
    alternate(
      [PLAIN, READ].map((host) => ({
        name: host === PLAIN ? "passed on" : "looked into",
        run: async () =>
          Number(
            await world.call([
              kanibako,
              "shell",
              path,
              "--",
              "python3",
              "-c",
              CONNECT(host, port) + MEASURES[what],
            ]),
          ),
      })),
      { rounds: times, warmUp: 1 },
    );
  const few = Math.min(rounds, 5);
  const supervisor = companions("supervise", NAME);
  const before = processorMs(supervisor);
  const stream = await compare("stream", few);
  const perStream = Math.ceil((processorMs(supervisor) - before) / (few + 1));
  const results: Result[] = [
    {
      title: "From dialling to the first byte of an answer, over TLS",
      samples: await compare("first", rounds),
      limits: { "looked into": { aboveMs: 6 } },
    },
    {
      title: `One answer of ${STREAM_BYTES / 1024 / 1024} MB`,
      samples: stream,
      limits: { "looked into": { totalMs: STREAM_MS } },
      // What it takes where the machine does other things, too.
      counts: [{
        what: "processor time of the supervisor in ms, for one answer of each kind",
        count: perStream,
        most: STREAM_MS,
      }],
    },
    {
      title: `${STREAMS} answers at once that come over a second`,
      samples: await compare("many", few),
      limits: {},
      counts: [{ ...privateMemory(supervisor, "the supervisor"), most: 150 }],
    },
  ];
  await world.call([kanibako, "stop", name]);
  return results;
}

type Response = Parameters<NonNullable<Parameters<typeof tlsService>[1]>>[1];

function pour(response: Response): void {
  const chunk = new Uint8Array(256 * 1024);
  response.setHeader("Content-Length", STREAM_BYTES);
  let sent = 0;
  const go = () => {
    while (sent < STREAM_BYTES) {
      sent += chunk.length;
      if (!response.write(chunk)) return void response.once("drain", go);
    }
    response.end();
  };
  go();
}

function drip(response: Response): void {
  response.setHeader("Content-Type", "text/event-stream");
  let count = 0;
  const timer = setInterval(() => {
    response.write(`data: ${count}\n\n`);
    if (++count < 10) return;
    clearInterval(timer);
    response.end();
  }, 100);
}
