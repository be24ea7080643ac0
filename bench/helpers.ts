import { helperBoxes } from "./helper_boxes.ts";
import { SMALL_V8_FLAGS } from "../lib/host/bundle.ts";
import { alternate, type Result } from "./measure.ts";
import { kanibako, makeWorld, startSleeping } from "./world.ts";

const NAME = "bench-helpers";
const ROUND_TRIPS = 300;
const MESSAGES = 40_000;

/** A connection to the hub in lines of JSON, as scripts have it. */
const CONNECT = `
import json, os, socket, sys, time
def connect(path):
    s = socket.socket(socket.AF_UNIX); s.connect(path); f = s.makefile("rb")
    def say(**words): s.sendall(json.dumps(words).encode() + b"\\n")
    def read(): return json.loads(f.readline())
    return s, say, read
`;

const SOCKET = "/run/kanibako/in/helper.sock";

/** Sends everything back to where it came from. */
const ECHO = `${CONNECT}
s, say, read = connect("${SOCKET}")
say(action="register", helper_num=int(sys.argv[1]))
while True:
    word = read()
    if word.get("event") == "message": say(action="send", to=word["from"], payload=word["payload"])
`;

/** Prints the median of round trips in milliseconds. */
const TRIPS = `${CONNECT}
s, say, read = connect("${SOCKET}")
say(action="register", helper_num=0); read()
def trip(n):
    time.sleep(0.002)  # a box sends a bounded number of messages a second
    begun = time.perf_counter()
    say(action="send", to=1, payload=n)
    for word in iter(read, None):
        assert word.get("status") != "error", word
        if word.get("payload") == n: break
    return (time.perf_counter() - begun) * 1000
for n in range(50): trip(n)
print(sorted(trip(n) for n in range(100, 100 + ${ROUND_TRIPS}))[${ROUND_TRIPS / 2}])
`;

/** What helpers cost: a message there and back between two boxes, and how many a hub passes on. */
export async function helpers(rounds: number): Promise<readonly Result[]> {
  const few = Math.min(rounds, 7);
  return [await roundTrips(few), await throughput(few), ...await helperBoxes(few)];
}

async function roundTrips(rounds: number): Promise<Result> {
  await using world = await makeWorld();
  const { path, name } = await world.project(NAME);
  await Deno.writeTextFile(`${path}/echo.py`, ECHO);
  await Deno.writeTextFile(`${path}/trips.py`, TRIPS);
  await world.call(startSleeping(path));
  const inBox = (...words: string[]) => world.call([kanibako, "shell", path, "--", ...words]);
  try {
    await inBox("kanibako", "crab", "helper", "spawn", "--crab", "no_agent", "--task", "python3 echo.py 1");
    const samples = await alternate([
      { name: "there and back", run: async () => Number(await inBox("python3", "trips.py")) },
    ], { rounds });
    return {
      title: "A message from one box to another, and its answer",
      samples,
      limits: { "there and back": { totalMs: 0.5 } },
    };
  } finally {
    await world.call([kanibako, "stop", name]);
  }
}

/** The hub in a process of its own; one box sends as fast as it can, another one counts what it gets. */
async function throughput(rounds: number): Promise<Result> {
  const folder = await Deno.makeTempDir({ prefix: "kanibako-bench-" });
  const hub = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      // As a supervisor runs.
      `--v8-flags=${SMALL_V8_FLAGS.join(",")}`,
      new URL("helpers_hub.ts", import.meta.url).pathname,
      folder,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  try {
    await hub.stdout.getReader().read();
    const script = `${CONNECT}
s, say, read = connect("${folder}/lines-1")
say(action="register", helper_num=1); read()
import threading
def send():
    s, say, read = connect("${folder}/lines-0")
    threading.Thread(target=lambda: [read() for _ in range(${MESSAGES})], daemon=True).start()
    line = json.dumps({"action": "send", "to": 1, "payload": {"text": "x" * 80}}).encode() + b"\\n"
    for _ in range(${MESSAGES / 100}): s.sendall(line * 100)
pid = os.fork()
if pid == 0: send(); time.sleep(60); os._exit(0)
begun = time.perf_counter()
for _ in range(${MESSAGES}): assert read()["event"] == "message"
print((time.perf_counter() - begun) * 1000)
os.kill(pid, 9)
`;
    const run = async () => {
      const { stdout, success } = await new Deno.Command("python3", {
        args: ["-c", script],
        stderr: "inherit",
      })
        .output();
      if (!success) throw new Error("The messages did not arrive.");
      return Number(new TextDecoder().decode(stdout));
    };
    return {
      title: `${MESSAGES} messages through one hub`,
      samples: await alternate([{ name: "all of them", run }], { rounds, warmUp: 1 }),
      // 20 000 a second.
      limits: { "all of them": { totalMs: MESSAGES / 20 } },
    };
  } finally {
    hub.kill("SIGKILL");
    await hub.status;
    await Deno.remove(folder, { recursive: true });
  }
}
