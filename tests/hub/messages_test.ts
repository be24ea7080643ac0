import assert from "node:assert/strict";
import { aHelper } from "./example.ts";
import { Boxes, type Client, type Json, nearHub } from "./near_hub.ts";
import type { Helper } from "../../lib/hub/record.ts";

/** 1 and 2 of the director, 3 and 4 of 1. */
const FAMILY: readonly Helper[] = [
  aHelper(1, { run: "a", name: "lint" }),
  aHelper(2, { run: "b" }),
  aHelper(3, { run: "c", parent: 1, depth: 2 }),
  aHelper(4, { run: "d", parent: 1, depth: 2 }),
];

async function family(parts: Parameters<typeof nearHub>[0] = {}) {
  const boxes = new Boxes();
  for (const { number } of FAMILY) boxes.runs(number);
  return await nearHub({ helpers: FAMILY, boxes, ...parts });
}

const recv = async (client: Client, fields: Json = {}) => {
  const { messages } = await client.ask("recv", fields);
  return (messages as Json[]).map(({ from, payload }) => [from, payload]);
};

Deno.test("messages: one waits until it is asked for, in order, with who sent it", async () => {
  await using hub = await family();
  using director = await hub.as(0);
  using one = await hub.as(1);
  const before = Date.now();
  assert.deepEqual(await director.ask("send", { to: 1, payload: { text: "a" } }), {
    status: "ok",
    delivered: false,
  });
  await director.ask("send", { to: "lint", payload: "b" });
  using two = await hub.as(2);
  await two.ask("send", { to: 1, payload: null });
  const { messages } = await one.ask("recv", { max: 1 }) as { messages: Json[] };
  assert.deepEqual({ ...messages[0], at: 0 }, { from: 0, payload: { text: "a" }, at: 0 });
  assert.ok(messages[0]!.at as number >= before);
  assert.deepEqual(await recv(one, { from: 2 }), [[2, null]]);
  assert.deepEqual(await recv(one), [[0, "b"]]);
  assert.deepEqual(await recv(one), []);
});

Deno.test("messages: who listens gets what waits first, then each as it comes; others wait for one", async () => {
  await using hub = await family();
  using director = await hub.as(0);
  using one = await hub.as(1);
  await director.ask("send", { to: 1, payload: 1 });
  assert.equal((await one.ask("listen")).status, "ok");
  assert.deepEqual((await director.ask("send", { to: 1, payload: 2 })).delivered, true);
  const got = [await one.event(), await one.event()];
  assert.deepEqual(got.map((one) => [one?.event, one?.from, one?.payload]), [["message", 0, 1], [
    "message",
    0,
    2,
  ]]);
  using other = await hub.as(2);
  const waiting = recv(other, { wait_ms: 10_000, from: 1 });
  await director.ask("send", { to: 2, payload: "not this" });
  assert.deepEqual((await one.ask("send", { to: 2, payload: "this" })).delivered, true);
  assert.deepEqual(await waiting, [[1, "this"]]);
  assert.deepEqual(await recv(other), [[0, "not this"]]);
  const started = performance.now();
  assert.deepEqual(await recv(other, { wait_ms: 50 }), []);
  assert.ok(performance.now() - started >= 45);
});

Deno.test("messages: what does not get to a listener that is gone waits for the next one", async () => {
  await using hub = await family();
  using director = await hub.as(0);
  using one = await hub.as(1);
  await one.ask("listen");
  one.conn.close();
  const sent: Json[] = [];
  for (let at = 0; at < 20; at++) sent.push(await director.ask("send", { to: 1, payload: at }));
  using again = await hub.as(1);
  const got = await recv(again);
  // Those that went into the socket before its end was seen are not known to be lost.
  const firstKept = got[0]![1] as number;
  assert.ok(firstKept <= 5, `the first that was kept is ${firstKept}`);
  assert.deepEqual(
    got.map(([, payload]) => payload),
    Array.from({ length: 20 - firstKept }, (_, at) => at + firstKept),
  );
  assert.ok(sent.some(({ delivered }) => delivered === false));
});

Deno.test("messages: a listener that does not read holds up nobody, and misses nothing", async () => {
  await using hub = await family();
  using director = await hub.as(0);
  using one = await hub.as(1);
  await one.ask("listen");
  const text = "x".repeat(20_000);
  const answers: Json[] = [];
  for (let at = 0; at < 100; at++) answers.push(await director.ask("send", { to: 1, payload: [at, text] }));
  assert.ok(answers.some(({ delivered }) => delivered === false));
  for (let at = 0; at < 100; at++) {
    assert.deepEqual(((await one.event())!.payload as unknown[])[0], at);
  }
});

Deno.test("broadcast: goes to all to whom one may write, and who runs", async () => {
  await using hub = await family({ helpers: [...FAMILY, aHelper(5, { status: "stopped" })] });
  const to = async (number: number) => {
    using client = await hub.as(number);
    return (await client.ask("broadcast", { payload: number })).to;
  };
  assert.deepEqual(await to(0), [1, 2, 3, 4]);
  assert.deepEqual(await to(1), [0, 2, 3, 4]);
  assert.deepEqual(await to(3), [1, 4]);
  using three = await hub.as(3);
  assert.deepEqual(await recv(three), [[0, 0], [1, 1]]);
});

Deno.test("send: only to parent, siblings and one's own, and who runs", async () => {
  await using hub = await family({ helpers: [...FAMILY, aHelper(5, { status: "done" })] });
  using director = await hub.as(0);
  using two = await hub.as(2);
  using three = await hub.as(3);
  const refused = async (client: Client, to: unknown) => (await client.ask("send", { to, payload: 1 })).code;
  assert.equal(await refused(two, 3), "not-yours");
  assert.equal(await refused(three, 2), "not-yours");
  assert.equal(await refused(three, 0), "not-yours");
  assert.equal(await refused(three, 3), "not-yours");
  assert.equal(await refused(director, 9), "no-helper");
  assert.equal(await refused(director, "nobody"), "no-helper");
  assert.equal(await refused(director, 5), "ended");
  assert.equal(await refused(director, "parent"), "no-helper");
  assert.equal(await refused(three, "parent"), undefined);
  assert.equal(await refused(three, "4"), undefined);
  assert.equal(await refused(two, "director"), undefined);
});

Deno.test("limit: messages a second", async () => {
  await using hub = await family({ limits: { messagesASecond: 3 } });
  using director = await hub.as(0);
  const codes: unknown[] = [];
  for (let at = 0; at < 4; at++) codes.push((await director.ask("send", { to: 1, payload: at })).code);
  assert.deepEqual(codes, [undefined, undefined, undefined, "too-fast"]);
  using one = await hub.as(1);
  assert.equal((await one.ask("send", { to: 0, payload: 1 })).status, "ok", "each box has its own");
  // A long one counts as several, and so does each time that somebody begins to listen: both are in the log.
  using two = await hub.as(2);
  assert.equal((await two.ask("send", { to: 0, payload: "x".repeat(40_000) })).status, "ok");
  assert.equal((await two.ask("listen")).code, "too-fast");
});

Deno.test("limit: bytes of a message", async () => {
  await using hub = await family({ limits: { messageBytes: 10 } });
  using director = await hub.as(0);
  assert.equal((await director.ask("send", { to: 1, payload: "12345678" })).status, "ok");
  const { code, message } = await director.ask("send", { to: 1, payload: "123456789" });
  assert.deepEqual([code, message], ["too-long", "A message of 11 B is too long: at most 10 B."]);
  assert.equal((await director.ask("send", { to: 1, payload: "ääää" })).status, "ok");
  assert.equal((await director.ask("send", { to: 1, payload: "ääääa" })).code, "too-long");
});

Deno.test("limit: messages that wait, and their bytes", async () => {
  for (const limits of [{ queueMessages: 2 }, { queueBytes: 20 }]) {
    await using hub = await family({ limits });
    using director = await hub.as(0);
    const send = async (to: number) => (await director.ask("send", { to, payload: "12345678" })).code;
    assert.deepEqual([await send(1), await send(1), await send(1)], [undefined, undefined, "mailbox-full"]);
    assert.equal(await send(2), undefined, "each box has its own");
    assert.deepEqual((await director.ask("broadcast", { payload: 1 })).to, [2, 3, 4]);
    using one = await hub.as(1);
    assert.equal((await recv(one, { max: 1 })).length, 1);
    assert.equal(await send(1), undefined, "there is room again");
  }
});

Deno.test("limit: connections of a box", async () => {
  await using hub = await family({ limits: { connections: 2 } });
  const conns = [await hub.as(1), await hub.as(1)];
  for (const conn of conns) assert.equal((await conn.ask("list")).status, "ok");
  using third = await hub.as(1);
  assert.match(String((await third.next())?.message), /at most 2/);
  assert.equal(await third.next(), undefined);
  using other = await hub.as(2);
  assert.equal((await other.ask("list")).status, "ok");
  for (const conn of conns) conn[Symbol.dispose]();
  // The hub sees their ends in its own time.
  for (let tries = 0;; tries++) {
    using again = await hub.as(1);
    await again.say({ action: "list" });
    if ((await again.next())?.status === "ok") break;
    assert.ok(tries < 100, "the connections that were closed still count");
  }
});

Deno.test("limit: what is taken out at once", async () => {
  await using hub = await family({ limits: { queueBytes: -1 } });
  using director = await hub.as(0);
  const text = "x".repeat(200_000);
  for (let at = 0; at < 12; at++) await director.ask("send", { to: 1, payload: text });
  using one = await hub.as(1);
  const counts = [(await recv(one)).length, (await recv(one)).length, (await recv(one)).length];
  assert.deepEqual(counts, [6, 6, 0]);
});
