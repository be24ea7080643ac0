import assert from "node:assert/strict";
import { until } from "../../lib/host/wait.ts";
import { Bucket } from "../../lib/net/bucket.ts";
import { DoorLimits } from "../../lib/net/door_limits.ts";
import { FrameWriter } from "../../lib/wire/frame.ts";
import { boxDoor, USUAL } from "../support/box_door.ts";
import { echoServer } from "../support/echo_server.ts";

const soon = { everyMs: 5, forMs: 3000 };
const HOSTS = { "a.example": ["127.0.0.1"] };

/** Sends so many bytes through a door, and counts what comes back until it ends or `least` are there. */
async function send(conn: Deno.Conn, bytes: number, least = bytes): Promise<number> {
  const writing = (async () => {
    const chunk = new Uint8Array(16 * 1024);
    for (let at = 0; at < bytes; at += chunk.length) {
      await conn.write(chunk.subarray(0, Math.min(chunk.length, bytes - at)));
    }
  })();
  writing.catch(() => {});
  const buffer = new Uint8Array(64 * 1024);
  let length = 0;
  while (length < least) {
    const count = await conn.read(buffer).catch(() => null);
    if (count === null) break;
    length += count;
  }
  await writing.catch(() => {});
  return length;
}

Deno.test("a measure gives what there is at once, and the rest in turn, without a tick", async () => {
  let now = 0;
  using bucket = new Bucket(100, { now: () => now });
  for (let at = 0; at < 100; at++) assert.equal(bucket.take(1), undefined);
  const order: number[] = [];
  const waits = [1, 2, 3].map((which) => bucket.take(1)!.then(() => order.push(which)));
  assert.equal(bucket.tryTake(1), false);
  now += 1000;
  await Promise.all(waits);
  assert.deepEqual(order, [1, 2, 3]);
  assert.equal(bucket.take(50), undefined);
  bucket.perSecond = 0;
  assert.equal(bucket.take(1e9), undefined);
});

Deno.test("who waits is let go when there is nothing to wait for any more", async () => {
  const bucket = new Bucket(1);
  bucket.take(1);
  const waiting = bucket.take(1)!;
  bucket[Symbol.dispose]();
  await waiting;
});

Deno.test("network.limit.connections: one more connection is refused and logged, and one that ends makes room", async () => {
  using server = echoServer();
  const limits = { ...USUAL.limits, connections: 3 };
  await using w = await boxDoor({ rules: [`a.example:${server.port}`], hosts: HOSTS, limits });
  const dial = () => w.ask({ dial: { name: "a.example", port: server.port } });
  const open = [await dial(), await dial(), await dial()];
  assert.ok(open.every(({ answer }) => answer?.connected));
  assert.deepEqual((await dial()).answer, { not: "unreachable" });
  // Names are still answered.
  assert.deepEqual((await w.ask({ name: "a.example" })).answer, { ports: [server.port] });
  assert.ok(w.events.some((event) => event.kind === "limit" && event.limit === "connections"));
  assert.match(await w.log(), /"event":"limit","limit":"connections"/);
  open[0]![Symbol.dispose]();
  assert.ok(
    await until(async () => {
      const again = await dial();
      if (again.answer?.connected) return true;
      again[Symbol.dispose]();
      return false;
    }, soon),
  );
  for (const one of open) one[Symbol.dispose]();
});

Deno.test("network.limit.rate: connections beyond it wait for their turn, and none is lost", async () => {
  using server = echoServer();
  const limits = { ...USUAL.limits, rate: 20 };
  await using w = await boxDoor({ rules: [`a.example:${server.port}`], hosts: HOSTS, limits });
  const began = performance.now();
  const all = await Promise.all(
    Array.from({ length: 30 }, () => w.ask({ dial: { name: "a.example", port: server.port } })),
  );
  const took = performance.now() - began;
  assert.ok(all.every(({ answer }) => answer?.connected));
  assert.ok(took > 350 && took < 3000, `${took}`);
  assert.ok(w.events.some((event) => event.kind === "limit" && event.limit === "rate"));
  for (const one of all) one[Symbol.dispose]();
});

Deno.test("network.limit.bytes_per_second: whoever sends more is slowed down, and all of it arrives", async () => {
  using server = echoServer();
  const limits = { ...USUAL.limits, bytesPerSecond: 400_000 };
  await using w = await boxDoor({ rules: [`a.example:${server.port}`], hosts: HOSTS, limits });
  using one = await w.ask({ dial: { name: "a.example", port: server.port } });
  const began = performance.now();
  // Both ways: 400 kB are there at once, the others take a second.
  assert.equal(await send(one.conn, 400_000), 400_000);
  const took = performance.now() - began;
  assert.ok(took > 700 && took < 4000, `${took}`);
  // A change acts on what is open.
  await w.write({ rules: [`a.example:${server.port}`], hosts: HOSTS });
  await until(() => false, { everyMs: 50, forMs: 150 });
  const then = performance.now();
  assert.equal(await send(one.conn, 4_000_000), 4_000_000);
  assert.ok(performance.now() - then < 4000);
});

Deno.test("network.limit.bytes: when a session has used them up, nothing goes out any more", async () => {
  using server = echoServer();
  const limits = { ...USUAL.limits, bytes: 500_000 };
  await using w = await boxDoor({ rules: [`a.example:${server.port}`], hosts: HOSTS, limits });
  using one = await w.ask({ dial: { name: "a.example", port: server.port } });
  assert.equal(await send(one.conn, 100_000), 100_000);
  const came = await send(one.conn, 1_000_000);
  assert.ok(came < 400_000, `${came}`);
  assert.deepEqual((await w.ask({ dial: { name: "a.example", port: server.port } })).answer, {
    not: "unreachable",
  });
  assert.match(await w.log(), /"limit":"bytes"/);
});

Deno.test("who reads nothing makes the sender wait, and nobody else", async () => {
  using server = echoServer();
  using deaf = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = deaf.addr as Deno.NetAddr;
  await using w = await boxDoor({ rules: [`a.example:${server.port},${port}`], hosts: HOSTS });
  const stuck = await Promise.all([1, 2, 3].map(() => w.ask({ dial: { name: "a.example", port } })));
  const sent = [0, 0, 0];
  const chunk = new Uint8Array(64 * 1024);
  const writing = stuck.map(async ({ conn }, which) => {
    try {
      while (sent[which]! < 64e6) sent[which]! += await conn.write(chunk);
    } catch { /* closed below */ }
  });
  using quick = await w.ask({ dial: { name: "a.example", port: server.port } });
  assert.equal(await send(quick.conn, 2_000_000), 2_000_000);
  // What has gone lies in the kernel's buffers, which are bounded; the door keeps two pieces of each.
  assert.ok(sent.every((bytes) => bytes < 32e6), `${sent}`);
  for (const one of stuck) one[Symbol.dispose]();
  await Promise.all(writing);
});

Deno.test("a box that floods its door with questions is slowed down, fills no log, and others are served", async () => {
  using server = echoServer();
  await using w = await boxDoor({ rules: [`a.example:${server.port}`], hosts: HOSTS });
  await using other = await boxDoor({ rules: [`a.example:${server.port}`], hosts: HOSTS });
  let stop = false;
  let asked = 0;
  const began = performance.now();
  const flooding = Array.from({ length: 50 }, async (_, lane) => {
    while (!stop) (await w.ask({ name: `n${lane}-${asked++}.attacker.example` }))[Symbol.dispose]();
  });
  // Even within one process, the other box's turn comes between those of the flood.
  for (let at = 0; at < 20; at++) {
    using one = await other.ask({ dial: { name: "a.example", port: server.port } });
    assert.deepEqual(one.answer, { connected: 1 });
  }
  stop = true;
  await Promise.all(flooding);
  const seconds = (performance.now() - began) / 1000;
  assert.ok(asked > 100 && asked <= 1000 * (seconds + 1) + 50, `${asked} in ${seconds} s`);
  const lines = (await w.log()).trim().split("\n");
  assert.ok(lines.length <= 200 + 5 * (seconds + 1), `${lines.length} in ${seconds} s`);
});

Deno.test("T45: what is no question ends its connection, and the door goes on", async () => {
  using server = echoServer();
  await using w = await boxDoor({ rules: [`a.example:${server.port}`], hosts: HOSTS });
  const garbage = [
    new Uint8Array([0xff, 0xff, 0xff, 0xff, 0]),
    new Uint8Array([0, 0, 0x20, 0, 0, ...new Uint8Array(100)]),
    new Uint8Array([0, 0, 0, 1, 0, 0x7b]),
    new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"),
  ];
  for (const bytes of garbage) {
    using conn = await Deno.connect({ transport: "unix", path: w.socket });
    await conn.write(bytes);
    await conn.closeWrite();
    assert.equal(await conn.read(new Uint8Array(16)).catch(() => null), null);
  }
  for (
    const question of [
      {},
      { name: 1 },
      { name: "a.example", more: 1 },
      { dial: { name: "a.example" } },
      { dial: { name: "a.example", port: 0.5 } },
      { __proto__: null, dial: { name: "a.example", port: server.port, host: "x" } },
      { name: "a".repeat(5000) },
    ]
  ) {
    assert.equal((await w.ask(question)).answer, undefined, JSON.stringify(question).slice(0, 60));
  }
  for (const port of [0, -1, 65536, 1e9]) {
    assert.deepEqual((await w.ask({ dial: { name: "a.example", port } })).answer, { not: "refused" });
  }
  // A question in pieces is one all the same.
  using conn = await Deno.connect({ transport: "unix", path: w.socket });
  const parts: Uint8Array[] = [];
  await new FrameWriter({ write: (bytes) => (parts.push(bytes.slice()), Promise.resolve(bytes.length)) })
    .message({ name: "a.example" });
  for (const byte of parts.flatMap((part) => [...part])) await conn.write(Uint8Array.of(byte));
  assert.ok(await conn.read(new Uint8Array(64)) ?? 0 > 0);
});

Deno.test("limits that change count what was used", () => {
  const acted: string[] = [];
  using limits = new DoorLimits({ ...USUAL.limits, bytes: 1000 }, (limit) => acted.push(limit));
  limits.pass(900);
  limits.set({ ...USUAL.limits, bytes: 500 });
  assert.throws(() => limits.pass(1), /used up/);
  limits.set({ ...USUAL.limits, bytes: 0 });
  assert.equal(limits.pass(1e9), undefined);
  assert.deepEqual(acted, ["bytes"]);
});
