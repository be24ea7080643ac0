import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { callSocket, launchLock, supervisorLock } from "../../lib/config/box_state.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { FileLock } from "../../lib/host/store.ts";
import { assertFree } from "../../lib/run/ports/assert_free.ts";
import { changePorts, type RunningBox } from "../../lib/run/ports/change_ports.ts";
import { PortListener, Slots } from "../../lib/run/ports/port_listener.ts";
import { portsNow, writePorts } from "../../lib/run/ports/port_record.ts";
import { openPorts } from "../../lib/run/ports/publishing.ts";
import { writeRun } from "../../lib/run/record.ts";
import type { Run } from "../../lib/run/run.ts";
import type { OpenService } from "../../lib/run/service.ts";
import { fromFile, fromFlag, type Source } from "../../lib/spec/source.ts";
import { FrameWriter } from "../../lib/wire/frame.ts";
import { WIRE_VERSION } from "../../lib/wire/messages.ts";
import { echoServer } from "../support/echo_server.ts";
import { nearBox, readAll, writeAll } from "../support/near_box.ts";

/** A box near by with a service that listens for its ports. */
async function world(ports: string[] = []) {
  const box = await nearBox();
  const record = { run: "r1", lifetime: "persistent", services: { ports: {} } };
  const host = { dirs: { state: `${box.state}/all` } };
  const run = { host, box: "app", state: box.state, record } as unknown as Run;
  const open = () => openPorts(run, { ports });
  let service: OpenService | undefined = await open();
  const running = { host, id: "app", state: box.state, name: "app", record } as unknown as RunningBox;
  return {
    ...box,
    running,
    publish: (...texts: string[]) => changePorts(running, { publish: texts }),
    unpublish: (...texts: string[]) => changePorts(running, { unpublish: texts }),
    /** As when the supervisor is killed: nothing is taken back. */
    async replaced() {
      await service?.[Symbol.asyncDispose]();
      service = await open();
    },
    async [Symbol.asyncDispose]() {
      await service?.[Symbol.asyncDispose]();
      await box[Symbol.asyncDispose]();
    },
  };
}

/** A port that nobody has just now, on either loopback. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "::", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function echoed(hostname: string, port: number, bytes: Uint8Array): Promise<Uint8Array> {
  using conn = await Deno.connect({ hostname, port });
  const sent = writeAll(conn, bytes).then(() => conn.closeWrite());
  const answer = await readAll(conn);
  await sent.catch(() => {});
  return answer;
}

const HELLO = new TextEncoder().encode("hello");

async function answers(port: number, hostname = "127.0.0.1"): Promise<boolean> {
  try {
    return (await echoed(hostname, port, HELLO)).length === HELLO.length;
  } catch {
    return false;
  }
}

Deno.test("a published port leads into the box from both loopbacks, with both ends of a connection apart", async () => {
  using server = echoServer();
  const port = freePort();
  await using w = await world([`${port}:${server.port}`]);
  const bytes = new Uint8Array(3_000_000).map((_, at) => at * 31 % 251);
  for (const hostname of ["127.0.0.1", "::1"]) {
    assert.ok(Buffer.from(await echoed(hostname, port, bytes)).equals(Buffer.from(bytes)), hostname);
  }
  assert.equal((await w.publish(`${port}:${server.port}`)).ports.length, 1);
});

Deno.test("a published port is heard on the loopback only, unless an address is named", async () => {
  using server = echoServer();
  const own = Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  )?.address;
  const [loopback, everywhere] = [freePort(), freePort()];
  await using w = await world();
  await w.publish(`${loopback}:${server.port}`, `0.0.0.0:${everywhere}:${server.port}`);
  assert.ok(await answers(loopback));
  assert.ok(await answers(everywhere));
  if (own === undefined) return console.log("This machine has no address but its loopback.");
  assert.equal(await answers(loopback, own), false);
  assert.ok(await answers(everywhere, own));
});

Deno.test("ports are added and taken back while a box runs, and connections end with them", async () => {
  using server = echoServer();
  const port = freePort();
  await using w = await world();
  assert.equal(await answers(port), false);
  const { changed } = await w.publish(`${port}:${server.port}`);
  assert.deepEqual(changed, [{ host: "localhost", port, boxPort: server.port }]);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(HELLO);
  await conn.read(new Uint8Array(16));
  assert.deepEqual((await w.unpublish(`${port}`)).ports, []);
  assert.equal(await conn.read(new Uint8Array(16)).catch(() => null), null);
  assert.equal(await answers(port), false);
  await assert.rejects(w.unpublish(`${port}`), { code: "no-port" });
});

Deno.test("a port that is in use is refused, with another one to use, and nothing else is changed", async () => {
  using server = echoServer();
  const [free, other] = [freePort(), freePort()];
  await using w = await world();
  for (const hostname of ["127.0.0.1", "::1"]) {
    using holder = Deno.listen({ hostname, port: 0 });
    const { port } = holder.addr as Deno.NetAddr;
    await assert.rejects(
      w.publish(`${free}:${server.port}`, `${port}:${server.port}`),
      (error) =>
        error instanceof KanibakoError && error.code === "port-taken" &&
        error.message === `Port localhost:${port} is in use by another program.` &&
        error.hints[0]!.endsWith(`: ${port + 1}:${server.port}`),
    );
    assert.equal(await answers(free), false);
  }
  await w.publish(`${other}:${server.port}`);
  await assert.rejects(w.publish(`${other}:1`), { code: "port-taken" });
  assert.ok(await answers(other));
});

Deno.test("what is no address of this machine, or no port, is refused with the reason", async () => {
  await using w = await world();
  await assert.rejects(w.publish("192.0.2.1:8080"), { code: "no-address" });
  await assert.rejects(w.publish("80-90"), { code: "bad-port" });
  assert.deepEqual(await portsNow(w.state, { run: "r1", lifetime: "persistent" }), []);
});

Deno.test("whoever takes over listens for the same ports, those that were added included", async () => {
  using server = echoServer();
  const [first, added, removed] = [freePort(), freePort(), freePort()];
  await using w = await world([`${first}:${server.port}`, `${removed}:${server.port}`]);
  await w.publish(`${added}:${server.port}`);
  await w.unpublish(`${removed}`);
  await w.replaced();
  for (const port of [first, added]) assert.ok(await answers(port));
  assert.equal(await answers(removed), false);
});

Deno.test("a port that cannot be had when a box starts keeps no other back, and says why", async () => {
  using server = echoServer();
  const port = freePort();
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken = (holder.addr as Deno.NetAddr).port;
  await using w = await world([`${taken}:${server.port}`, `${port}:${server.port}`]);
  assert.ok(await answers(port));
  const run = { run: "r1", lifetime: "persistent" } as const;
  assert.deepEqual(await portsNow(w.state, run), [], "nobody holds the lock of a supervisor");
  using _lock = await FileLock.tryAcquire(supervisorLock(w.state));
  const [broken, works] = await portsNow(w.state, run);
  assert.match(broken!.problem!, /in use/);
  assert.equal(works!.problem, undefined);
  // It can be had later on.
  holder.close();
  holder[Symbol.dispose] = () => {};
  await w.publish(`${taken}:${server.port}`);
  assert.ok(await answers(taken));
});

Deno.test("connections to a port where nothing listens in the box end, and 200 at once all get through", async () => {
  using server = echoServer();
  const [empty, port] = [freePort(), freePort()];
  await using w = await world([`${empty}:${freePort()}`, `${port}:${server.port}`]);
  assert.equal(await answers(empty), false);
  const all = await Promise.all(Array.from({ length: 200 }, () => answers(port)));
  assert.equal(all.filter(Boolean).length, 200);
  assert.equal(server.taken, 200);
  void w;
});

Deno.test("a box that never answers, or never ends a connection, keeps none for ever", async () => {
  const patience = { connectMs: 200, silenceMs: 200 };
  const state = await Deno.makeTempDir();
  const port = freePort();
  // Stewards that greet, and then say nothing more, or connect and never end.
  for (const last of [[], [{ connected: 1 }]]) {
    const calls = Deno.listen({ transport: "unix", path: callSocket(state) });
    const held: Deno.Conn[] = [];
    void (async () => {
      for await (const conn of calls) {
        held.push(conn);
        const writer = new FrameWriter(conn);
        for (const message of [{ steward: WIRE_VERSION }, ...last]) await writer.message(message);
      }
    })();
    const slots = new Slots(1);
    const mapping = { host: "localhost", port, boxPort: 80 };
    await using _listener = new PortListener(state, mapping, slots, patience);
    // With one slot, the second is served only when the first has given it back.
    for (let round = 0; round < 2; round++) {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.closeWrite();
      assert.equal(await conn.read(new Uint8Array(1)), null);
    }
    assert.equal(held.length, 2);
    calls.close();
    for (const conn of held) conn.close();
  }
  await Deno.remove(state, { recursive: true });
});

Deno.test("a box without the service says why no port can be published", async () => {
  await using w = await world();
  for (const lifetime of ["ephemeral", "persistent"] as const) {
    const record = { ...w.running.record, lifetime, services: {} };
    await assert.rejects(changePorts({ ...w.running, record }, { publish: ["3000"] }), { code: "no-ports" });
  }
});

Deno.test("a port that another box has is refused with its name, and one in a file with the file", async () => {
  const root = await Deno.makeTempDir();
  const host = { dirs: { state: root } } as unknown as Run["host"];
  const [own, other] = [`${root}/boxes/own`, `${root}/boxes/other`];
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = holder.addr as Deno.NetAddr;
  const record = { run: "r1", lifetime: "ephemeral", services: {}, place: {}, startedAt: 1 } as const;
  for (const state of [own, other]) {
    await Deno.mkdir(state, { recursive: true });
    const names = { box: "b", runtime: "r", image: "i", agent: "" };
    await writeRun(state, { ...record, ...names, phase: "running", sharedAuth: false, conversation: false });
    await writePorts(state, "r1", [{ host: "localhost", port, boxPort: 80 }]);
  }
  const wanted = { host: "localhost", port, boxPort: 80, from: fromFlag("--publish") };
  const refused = async (from: Source) => {
    try {
      await assertFree(host, own, [{ ...wanted, from }]);
    } catch (error) {
      assert.ok(error instanceof KanibakoError);
      return [error.message, ...error.hints].join("\n");
    }
    return "";
  };
  {
    using _own = await FileLock.tryAcquire(launchLock(own));
    assert.match(await refused(wanted.from), /in use by another program\.\nUse another port.*\d$/);
    using _other = await FileLock.tryAcquire(launchLock(other));
    assert.match(
      await refused(fromFile("workset", "config", "w")),
      /in use by the box other\.\n(.*)\n.*box\.ports \(workset w config\)\.$/,
    );
  }
  holder.close();
  holder[Symbol.dispose] = () => {};
  assert.equal(await refused(wanted.from), "");
  await Deno.remove(root, { recursive: true });
});
