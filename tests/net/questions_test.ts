import assert from "node:assert/strict";
import { type PendingName, Questions } from "../../lib/net/questions.ts";
import { type HostName, hostName } from "../../lib/wire/host_name.ts";

const name = (text: string) => hostName(text)!;

/** Questions, with what was said of them, and a clock. */
function asking(more: { asks?: () => boolean; waitMs?: number } = {}) {
  const decided = new Set<string>();
  const asked: string[] = [];
  let names: readonly PendingName[] = [];
  let now = 1_000_000;
  const questions = new Questions({
    asks: more.asks ?? (() => true),
    waitMs: () => more.waitMs ?? 60_000,
    decided: (host: HostName, port) => decided.has(`${host}:${port}`) || decided.has(host),
    changed: (all) => names = all,
    asked: ({ host }) => asked.push(host),
  }, () => now);
  return {
    questions,
    asked,
    names: () => names,
    decide: (...rules: string[]) => {
      for (const rule of rules) decided.add(rule);
      questions.again();
    },
    pass: (ms: number) => now += ms,
    [Symbol.dispose]: () => questions[Symbol.dispose](),
  };
}

/** Whether a promise is settled, as soon as all that can go on has. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => settled = true);
  await new Promise((go) => setTimeout(go, 5));
  return settled;
}

Deno.test("all who wait for one name share a question, and go on when a rule is about it", async () => {
  using one = asking();
  const waiting = Array.from(
    { length: 10 },
    (_, at) => one.questions.ask(name("a.example"), at % 2 ? 443 : 0),
  );
  const other = one.questions.ask(name("b.example"), 5432);
  assert.deepEqual(one.asked, ["a.example", "b.example"]);
  assert.deepEqual(one.names().map(({ host, port, waiting }) => [host, port, waiting]), [
    ["a.example", 443, 10],
    ["b.example", 5432, 1],
  ]);
  assert.notEqual(one.names()[0]!.id, one.names()[1]!.id);
  assert.equal(await isSettled(Promise.race(waiting)), false);
  one.decide("a.example");
  await Promise.all(waiting);
  assert.equal(await isSettled(other), false);
  assert.deepEqual(one.names().map(({ host }) => host), ["b.example"]);
});

Deno.test("a rule about one port lets those go who wait for it, and no others", async () => {
  using one = asking();
  const [https, psql] = [
    one.questions.ask(name("a.example"), 443),
    one.questions.ask(name("a.example"), 5432),
  ];
  one.decide("a.example:443");
  await https;
  assert.equal(await isSettled(psql), false);
  // Their question is another one: what was shown is answered.
  const [left] = one.names();
  assert.deepEqual([left!.port, left!.waiting], [5432, 1]);
  assert.deepEqual(one.asked, ["a.example", "a.example"]);
});

Deno.test("T35: a question that was read does not become one about another port", async () => {
  using one = asking();
  void one.questions.ask(name("a.example"), 0);
  const shown = one.names()[0]!;
  for (const port of [22, 8080]) void one.questions.ask(name("a.example"), port);
  assert.deepEqual([one.names()[0]!.id, one.names()[0]!.port], [shown.id, 0]);
  // The twin: what an answer about the name allows may be said more exactly.
  void one.questions.ask(name("a.example"), 443);
  assert.deepEqual([one.names()[0]!.id, one.names()[0]!.port], [shown.id, 443]);
  one.decide("a.example:0", "a.example:443");
  await isSettled(Promise.resolve());
  assert.notEqual(one.names()[0]!.id, shown.id);
  assert.deepEqual(one.names()[0]!.port, 22);
});

Deno.test("a name that nobody answers for is refused in time, listed, and not asked for again so soon", async () => {
  using one = asking({ waitMs: 30 });
  const began = performance.now();
  await one.questions.ask(name("a.example"), 443);
  assert.ok(performance.now() - began >= 25);
  const [listed] = one.names();
  assert.equal(listed!.host, "a.example");
  assert.ok(listed!.until <= 1_000_000 + 30);
  await one.questions.ask(name("a.example"), 443);
  assert.deepEqual(one.asked, ["a.example"]);
  one.pass(11 * 60_000);
  const again = one.questions.ask(name("a.example"), 443);
  assert.deepEqual(one.asked, ["a.example", "a.example"]);
  assert.equal(one.names()[0]!.id, listed!.id);
  one.decide("a.example");
  await again;
  // What has an answer is not listed any more.
  assert.deepEqual(one.names(), []);
});

Deno.test("where nobody is there, a name is refused at once and listed; who comes later is asked", async () => {
  let there = false;
  using one = asking({ asks: () => there });
  assert.ok(await isSettled(one.questions.ask(name("a.example"), 443)));
  assert.deepEqual(one.asked, []);
  assert.deepEqual(one.names().map(({ host, waiting }) => [host, waiting]), [["a.example", 0]]);
  there = true;
  const waiting = one.questions.ask(name("a.example"), 443);
  assert.deepEqual(one.asked, ["a.example"]);
  assert.equal(await isSettled(waiting), false);
});

Deno.test("a box that asks for thousands of names asks the user a few questions", async () => {
  using one = asking();
  for (let at = 0; at < 5000; at++) void one.questions.ask(name(`n${at}.example`), 443);
  assert.equal(one.asked.length, 6);
  assert.ok(one.names().length <= 6 + 32);
  one.pass(60_000);
  for (let at = 0; at < 5000; at++) void one.questions.ask(name(`m${at}.example`), 443);
  // Eight wait at most, however much time has passed.
  assert.equal(one.asked.length, 8);
  // And so do not more than so many for one name.
  const more = Array.from({ length: 1000 }, () => one.questions.ask(name("n0.example"), 443));
  assert.equal(await isSettled(Promise.all(more)), false);
  assert.ok(await isSettled(more.at(-1)!));
  assert.equal(one.names().find(({ host }) => host === "n0.example")!.waiting, 32);
});

Deno.test("nobody is asked about names of the machine's own surroundings", async () => {
  using one = asking();
  for (const host of ["wpad", "printer.local", "x.internal", "1.0.0.10.in-addr.arpa", "router.lan"]) {
    assert.ok(await isSettled(one.questions.ask(name(host), 0)), host);
  }
  assert.deepEqual(one.asked, []);
  assert.deepEqual(one.names(), []);
  void one.questions.ask(name("notlocal.example"), 0);
  assert.deepEqual(one.asked, ["notlocal.example"]);
});

Deno.test("when the door closes, whoever waits goes on", async () => {
  const one = asking();
  const waiting = one.questions.ask(name("a.example"), 443);
  one[Symbol.dispose]();
  await waiting;
  await one.questions.ask(name("b.example"), 443);
  assert.deepEqual(one.asked, ["a.example"]);
});
