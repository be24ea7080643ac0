import assert from "node:assert/strict";
import type { DoorEvent } from "../../lib/net/door_event.ts";
import { DoorLimits } from "../../lib/net/door_limits.ts";
import { HostDoor } from "../../lib/net/host_door.ts";
import { isPublic } from "../../lib/net/address.ts";
import { type HostName, hostName } from "../../lib/wire/host_name.ts";
import { Policy } from "../../lib/net/policy.ts";
import { fromPart } from "../../lib/spec/source.ts";
import { clientHello } from "../support/client_hello.ts";
import { Door } from "../../lib/steward/door.ts";

/** Both sides of a door on this machine's loopback, and a server that answers what it is sent. */
async function world(rules: string[], pins: Record<string, string> = {}, maxHandles?: number) {
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/door`;
  const events: DoorEvent[] = [];
  let policy = made(rules);
  const host = new HostDoor(Deno.listen({ transport: "unix", path: socket }), {
    policy: () => policy,
    report: (event) => void events.push(event),
    limits: new DoorLimits({ connections: 5000, rate: 5000, bytesPerSecond: 0, bytes: 0 }, () => {}),
    dialling: () => ({
      pinned: new Map(Object.entries(pins).map(([name, address]) => [hostName(name)!, [address]])),
      resolve: (name: HostName) =>
        name === "private.example"
          ? Promise.resolve({ now: ["10.0.0.1", "127.0.0.1"] })
          : Promise.reject(new Error("no such name")),
    }),
  });
  const names = { hostname: "127.0.0.1", port: 0, own: "MyBox" };
  const open = () => new Door({ socket, names, ...(maxHandles === undefined ? {} : { maxHandles }) });
  let door = open();
  return {
    events,
    get port() {
      return door.port;
    },
    /** As when the process in the box was killed. */
    reopen() {
      door[Symbol.dispose]();
      door = open();
    },
    setRules: (rules: string[]) => {
      policy = made(rules);
      host.recheck();
    },
    async [Symbol.asyncDispose]() {
      door[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function made(rules: string[]): Policy {
  return new Policy(rules.map((text) => ({ text, from: fromPart("test") })));
}

function echo(): { port: number } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async () => {
    for await (const conn of listener) void conn.readable.pipeTo(conn.writable).catch(() => {});
  })();
  return { port: (listener.addr as Deno.NetAddr).port, [Symbol.dispose]: () => listener.close() };
}

async function lookUp(port: number, name: string, type: "A" | "AAAA" = "A"): Promise<string[] | string> {
  try {
    return await Deno.resolveDns(name, type, { nameServer: { ipAddr: "127.0.0.1", port } });
  } catch (error) {
    return (error as Error).name;
  }
}

/** Asks a question of any kind. */
async function ask(
  port: number,
  over: "udp" | "tcp",
  name: string,
  type: number,
): Promise<{ code: number; answers: number }> {
  const labels = name.split(".").flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  const query = Uint8Array.of(1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1);
  let reply: Uint8Array;
  if (over === "udp") {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    await socket.send(query, { transport: "udp", hostname: "127.0.0.1", port });
    [reply] = await socket.receive();
    socket.close();
  } else {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(Uint8Array.of(0, query.length, ...query));
    const buffer = new Uint8Array(600);
    reply = buffer.subarray(2, await conn.read(buffer) ?? 0);
  }
  assert.deepEqual([...reply.subarray(0, 2)], [1, 2]);
  return { code: reply[3]! & 15, answers: reply[7]! };
}

Deno.test("T34: a name that a rule allows has an address, any other name does not exist", async () => {
  await using w = await world(["allowed.example:443"]);
  const [address] = await lookUp(w.port, "allowed.example") as string[];
  assert.match(address!, /^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./);
  assert.deepEqual(await lookUp(w.port, "ALLOWED.example."), [address]);
  assert.equal(await lookUp(w.port, "secret.attacker.example"), "NotFound");
  assert.equal(await lookUp(w.port, `${"a".repeat(60)}.${"b".repeat(60)}.attacker.example`), "NotFound");
  assert.ok(w.events.some((event) => event.kind === "name" && event.host === "secret.attacker.example"));
});

Deno.test("a program reaches an allowed name, both ways, to the last byte", async () => {
  using server = echo();
  await using w = await world([`echo.example:${server.port}`], { "echo.example": "127.0.0.1" });
  const [address] = await lookUp(w.port, "echo.example") as string[];
  using conn = await Deno.connect({ hostname: address!, port: server.port });
  const bytes = new Uint8Array(5_000_000).map((_, at) => at % 251);
  const sending = (async () => {
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at, at + 65536));
    await conn.closeWrite();
  })();
  let length = 0;
  const buffer = new Uint8Array(65536);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    for (let at = 0; at < count; at += 4099) assert.equal(buffer[at], (length + at) % 251);
    length += count;
  }
  await sending;
  assert.equal(length, bytes.length);
});

Deno.test("T37: a name that resolves to a private address leads nowhere, one that is pinned does", async () => {
  using server = echo();
  await using w = await world([`private.example:${server.port}`, `pinned.example:${server.port}`], {
    "pinned.example": "127.0.0.1",
  });
  for (const [name, reached] of [["private.example", false], ["pinned.example", true]] as const) {
    const [address] = await lookUp(w.port, name) as string[];
    using conn = await Deno.connect({ hostname: address!, port: server.port });
    await conn.write(new TextEncoder().encode("hi")).catch(() => {});
    const answer = await conn.read(new Uint8Array(8)).catch(() => null);
    assert.equal(answer !== null, reached, name);
  }
  assert.ok(w.events.some(({ kind }) => kind === "private"));
});

Deno.test("a name keeps its address when the process in the box is started again", async () => {
  using server = echo();
  await using w = await world(["*.example.com:" + server.port], { "b.example.com": "127.0.0.1" });
  const before = [await lookUp(w.port, "a.example.com"), await lookUp(w.port, "b.example.com")];
  w.reopen();
  const after = [await lookUp(w.port, "b.example.com"), await lookUp(w.port, "a.example.com")];
  assert.deepEqual(after.reverse(), before);
  using conn = await Deno.connect({ hostname: before[1]![0]!, port: server.port });
  await conn.write(new TextEncoder().encode("hi"));
  assert.equal(await conn.read(new Uint8Array(8)), 2);
});

Deno.test("the box's own names are itself, another family has none, and a reverse look-up is answered at once", async () => {
  await using w = await world(["allowed.example:443"]);
  assert.deepEqual(await lookUp(w.port, "localhost"), ["127.0.0.1"]);
  assert.deepEqual(await lookUp(w.port, "mybox"), ["127.0.0.1"]);
  const [address] = await lookUp(w.port, "allowed.example") as string[];
  assert.equal(await lookUp(w.port, "allowed.example", "AAAA"), "NotFound");
  for (const over of ["udp", "tcp"] as const) {
    const reversed = (address: string) => `${address.split(".").reverse().join(".")}.in-addr.arpa`;
    const begun = performance.now();
    const found = await ask(w.port, over, reversed(address!), 12);
    assert.deepEqual([found.code, found.answers], [0, 1]);
    const unknown = await ask(w.port, over, reversed("8.8.8.8"), 12);
    assert.deepEqual([unknown.code, unknown.answers], [3, 0]);
    // The name is there, and has no such address: a program asks for the other kind next.
    const six = await ask(w.port, over, "allowed.example", 28);
    assert.deepEqual([six.code, six.answers], [0, 0]);
    assert.deepEqual(await ask(w.port, over, "allowed.example", 1), { code: 0, answers: 1 });
    assert.ok(performance.now() - begun < 2000);
  }
  for (const type of [16, 10, 5, 15, 65]) {
    assert.deepEqual(await ask(w.port, "udp", "allowed.example", type), { code: 0, answers: 0 }, `${type}`);
    assert.deepEqual(
      await ask(w.port, "udp", "x.attacker.example", type),
      { code: 3, answers: 0 },
      `${type}`,
    );
  }
});

Deno.test("T38: a connection that names another host in its first bytes leads nowhere, one that names its own does", async () => {
  using server = echo();
  await using w = await world([`a.example:${server.port}`], { "a.example": "127.0.0.1" });
  const [address] = await lookUp(w.port, "a.example") as string[];
  for (const [serverName, reached] of [["a.example", true], ["b.example", false]] as const) {
    using conn = await Deno.connect({ hostname: address!, port: server.port });
    const hello = clientHello({ serverName }, [10, 60]);
    for (let at = 0; at < hello.length; at += 50) await conn.write(hello.subarray(at, at + 50));
    const back = new Uint8Array(hello.length);
    let length = 0;
    for (let count = 1; length < back.length && count > 0; length += count) {
      count = await conn.read(back.subarray(length)).catch(() => null) ?? 0;
    }
    assert.deepEqual(reached ? back : length, reached ? hello : 0, serverName);
  }
  assert.deepEqual(w.events.filter(({ kind }) => kind === "mismatch"), [
    { kind: "mismatch", host: "a.example", port: server.port, named: "b.example" },
  ]);
});

Deno.test("a server that speaks first is heard before anything was sent, and one direction may end before the other", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  void (async () => {
    using conn = await listener.accept();
    await conn.write(new TextEncoder().encode("hello"));
    let length = 0;
    const buffer = new Uint8Array(1000);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      length += count;
    }
    await conn.write(new TextEncoder().encode(`got ${length}`));
  })();
  await using w = await world([`a.example:${port}`], { "a.example": "127.0.0.1" });
  const [address] = await lookUp(w.port, "a.example") as string[];
  using conn = await Deno.connect({ hostname: address!, port });
  const buffer = new Uint8Array(100);
  assert.equal(new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0)), "hello");
  await conn.write(new Uint8Array(5));
  await conn.closeWrite();
  assert.equal(new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0)), "got 5");
  assert.equal(await conn.read(buffer), null);
});

Deno.test("more connections and listeners than there is room for are refused, and names are still answered", async () => {
  using server = echo();
  // 40 handles: 10 listeners, 10 connections.
  await using w = await world(["*.example.com:" + `${server.port},8001-8004`], {
    "a.example.com": "127.0.0.1",
  }, 40);
  const [address] = await lookUp(w.port, "a.example.com") as string[];
  const conns = [];
  for (let at = 0; at < 10; at++) {
    const conn = await Deno.connect({ hostname: address!, port: server.port });
    await conn.write(new Uint8Array(1));
    assert.equal(await conn.read(new Uint8Array(1)), 1);
    conns.push(conn);
  }
  using beyond = await Deno.connect({ hostname: address!, port: server.port });
  assert.equal(await beyond.read(new Uint8Array(1)).catch(() => null), null);
  // The oldest that is not in use goes: that of the name with connections stays.
  const addresses = [];
  for (const name of ["b", "c", "d"]) addresses.push((await lookUp(w.port, `${name}.example.com`))[0]!);
  await assert.rejects(Deno.connect({ hostname: addresses[0]!, port: server.port }));
  (await Deno.connect({ hostname: addresses[2]!, port: server.port })).close();
  await conns[0]!.write(new Uint8Array(1));
  assert.equal(await conns[0]!.read(new Uint8Array(1)), 1);
  for (const conn of conns) conn.close();
});

Deno.test("a rule that is taken back closes the way, one that is added opens it", async () => {
  using server = echo();
  const rule = `echo.example:${server.port}`;
  await using w = await world([], { "echo.example": "127.0.0.1" });
  assert.equal(await lookUp(w.port, "echo.example"), "NotFound");
  w.setRules([rule]);
  const [address] = await lookUp(w.port, "echo.example") as string[];
  using open = await Deno.connect({ hostname: address!, port: server.port });
  await open.write(new Uint8Array(1));
  assert.equal(await open.read(new Uint8Array(1)), 1);
  w.setRules(["other.example", rule]);
  await open.write(new Uint8Array(1));
  assert.equal(await open.read(new Uint8Array(1)), 1);
  w.setRules([]);
  assert.equal(await open.read(new Uint8Array(1)).catch(() => null), null);
  // Also for a program that knows the address.
  using late = await Deno.connect({ hostname: address!, port: server.port });
  assert.equal(await late.read(new Uint8Array(1)).catch(() => null), null);
  assert.equal(await lookUp(w.port, "echo.example"), "NotFound");
  await assert.rejects(Deno.connect({ hostname: address!, port: server.port }));
});

Deno.test("T37: addresses of this machine, its network and its cloud are not public, others are", () => {
  for (
    const address of [
      "127.0.0.1",
      "10.1.2.3",
      "172.31.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "100.64.0.1",
      "100.100.100.200",
      "168.63.129.16",
      "0.0.0.0",
      "224.0.0.1",
      "255.255.255.255",
      "::1",
      "::",
      "fe80::1",
      "fd00::1",
      "fc00::1",
      "::ffff:10.0.0.1",
      "::ffff:127.0.0.1",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "2001:db8::1",
      "ff02::1",
      "010.0.0.1",
      "1.2.3",
      "example",
      "",
    ]
  ) {
    assert.equal(isPublic(address), false, address);
  }
  for (
    const address of [
      "1.1.1.1",
      "140.82.121.4",
      "172.32.0.1",
      "100.128.0.1",
      "2606:4700::1111",
      "2a00:1450:4001::",
      "::ffff:1.1.1.1",
      "64:ff9b::101:101",
    ]
  ) {
    assert.equal(isPublic(address), true, address);
  }
});
