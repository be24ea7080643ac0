// The older protocol, as scripts know it.

import assert from "node:assert/strict";
import { nearHub } from "./near_hub.ts";

Deno.test("lines: a script of the older protocol works word for word", async () => {
  await using hub = await nearHub();
  using director = await hub.lines(0);
  assert.deepEqual(await director.ask("register", { helper_num: 0 }), { status: "ok" });
  const { status, container_name } = await director.ask("spawn", {
    helper_num: 1,
    model: null,
    helpers_dir: "/home/agent/helpers",
  });
  assert.deepEqual([status, container_name], ["ok", "box-helper-1"]);
  await director.ask("spawn", { helper_num: 2, model: "opus" });
  using one = await hub.lines(1);
  using two = await hub.lines(2);
  assert.deepEqual(await one.ask("register", { helper_num: 1 }), { status: "ok" });
  assert.deepEqual(await two.ask("register", { helper_num: 2 }), { status: "ok" });
  assert.equal((await director.ask("send", { to: 1, payload: { text: "hi" } })).status, "ok");
  const { at, ...event } = (await one.event())!;
  assert.deepEqual(event, { event: "message", from: 0, payload: { text: "hi" } });
  assert.equal(typeof at, "number");
  assert.equal((await one.ask("broadcast", { payload: { text: "all" } })).status, "ok");
  for (const client of [director, two]) {
    const { at: _at, ...got } = (await client.event())!;
    assert.deepEqual(got, { event: "message", from: 1, payload: { text: "all" } });
  }
  assert.deepEqual(await director.ask("stop", { container_name: "box-helper-1" }), { status: "ok" });
  assert.deepEqual(await director.ask("stop", { container_name: "no-such" }), { status: "ok" });
  assert.deepEqual(hub.boxes.done, ["start 1", "start 2", "stop 1"]);
  assert.deepEqual(await director.ask("fork", { name: "x" }), { status: "ok", path: "/work/p.x", name: "x" });
});

Deno.test("lines: what is wrong is said in the words of the older protocol, and the connection goes on", async () => {
  await using hub = await nearHub();
  using director = await hub.lines(0);
  const message = async (action: string, fields = {}) => (await director.ask(action, fields)).message;
  assert.equal(await message("register", { helper_num: -1 }), "invalid helper_num");
  assert.equal(await message("register", { helper_num: "1" }), "invalid helper_num");
  assert.match(String(await message("register", { helper_num: 1 })), /^invalid helper_num/);
  assert.equal(await message("spawn"), "invalid helper_num");
  assert.equal(await message("spawn", { helper_num: -1 }), "invalid helper_num");
  assert.equal(await message("stop"), "missing container_name");
  assert.equal(await message("send", { payload: {} }), "missing 'to'");
  assert.equal(await message("fork"), "missing or invalid name");
  assert.equal(await message("fly"), "unknown action");
  assert.deepEqual(await director.ask("broadcast"), { status: "ok", to: [] });
});

Deno.test("lines: blank ones are passed over, what is no JSON is answered, the last needs no end", async () => {
  await using hub = await nearHub();
  const conn = await hub.raw(0, "lines");
  const text = `\n  \r\n{"action":"list"}\r\nno json\n[1]\n"x"\n\n{"action":"list"}`;
  await conn.write(new TextEncoder().encode(text));
  await conn.closeWrite();
  const answers = (await new Response(conn.readable).text()).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(answers.map(({ status, message }) => message ?? status), [
    "ok",
    "invalid JSON",
    "unknown action",
    "unknown action",
    "ok",
  ]);
});

Deno.test("lines: who has said all still gets what it waits for", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await director.ask("spawn");
  const conn = await hub.raw(1, "lines");
  await conn.write(new TextEncoder().encode('{"action":"recv","wait_ms":5000}\n'));
  await conn.closeWrite();
  const answer = new Response(conn.readable).text();
  await director.ask("send", { to: 1, payload: 1 });
  assert.match(await answer, /^\{"status":"ok","messages":\[\{"from":0,"payload":1,"at":\d+\}\]\}\n$/);
});
