import assert from "node:assert/strict";
import { LOG_ENTRY } from "../../lib/hub/log_entry.ts";
import { MessageLog } from "../../lib/hub/message_log.ts";
import { aHelper } from "./example.ts";
import { Boxes, type Client, type Json, nearHub } from "./near_hub.ts";

async function inFolder(test: (path: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/messages.jsonl`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

Deno.test("log: a line for each entry, as scripts know them", async () => {
  await inFolder(async (path) => {
    using log = new MessageLog(path, 1e6);
    log.message({ from: 0, json: '{"text":"hi"}', at: AT }, 1);
    log.message({ from: 2, json: "null", at: AT }, "all");
    log.control({ event: "spawn", helper: 3, model: "m" });
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assert.deepEqual(lines.slice(0, 2), [
      '{"type":"message","from":0,"to":1,"payload":{"text":"hi"},"ts":"2026-01-02T03:04:05.000+00:00"}',
      '{"type":"message","from":2,"to":"all","payload":null,"ts":"2026-01-02T03:04:05.000+00:00"}',
    ]);
    const { ts, ...control } = JSON.parse(lines[2]!);
    assert.deepEqual(control, { type: "control", event: "spawn", helper: 3, model: "m" });
    assert.match(ts, /^\d{4}-.*\+00:00$/);
    for (const line of lines) assert.ok(LOG_ENTRY(JSON.parse(line)).ok);
  });
});

Deno.test("T47: text that a terminal would obey stands in the log escaped, and is read as it was", async () => {
  await inFolder(async (path) => {
    using log = new MessageLog(path, 1e6);
    const payload = { text: "\u001b]52;c;aGk=\u0007\u009b31m\u202e\nline" };
    log.message({ from: 1, json: JSON.stringify(payload), at: AT }, 0);
    const text = await Deno.readTextFile(path);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text.trimEnd(), /[\u0000-\u001f\u007f-\u009f\u202e]/);
    const [entry] = log.read().entries;
    assert.deepEqual(entry?.type === "message" && entry.payload, payload);
  });
});

Deno.test("limit: bytes of the log, in two files", async () => {
  await inFolder((path) => {
    using log = new MessageLog(path, 2000);
    for (let at = 0; at < 200; at++) log.message({ from: 1, json: String(at), at: AT }, 0);
    const sizes = [path, `${path}.1`].map((one) => Deno.statSync(one).size);
    for (const size of sizes) assert.ok(size > 500 && size <= 2000, String(sizes));
    const last = log.read().entries.at(-1);
    assert.equal(last?.type === "message" && last.payload, 199);
  });
});

Deno.test("log: who follows it misses nothing and gets nothing twice, past changes of the file", async () => {
  await inFolder((path) => {
    using log = new MessageLog(path, 2000);
    const got: unknown[] = [];
    let after: string | undefined;
    for (let at = 0; at < 200; at++) {
      log.message({ from: 1, json: String(at), at: AT }, 0);
      if (at % 7 !== 3) continue;
      const read = log.read(after);
      got.push(...read.entries.map((entry) => entry.type === "message" && entry.payload));
      after = read.after;
    }
    assert.deepEqual(got, Array.from({ length: got.length }, (_, at) => at));
    assert.ok(got.length > 190);
  });
});

Deno.test("log: a place that is none, and lines that are none, are passed over", async () => {
  await inFolder(async (path) => {
    assert.deepEqual(new MessageLog(path, 100).read(), { entries: [], after: "" });
    await Deno.writeTextFile(
      path,
      'x\n{"type":"message"}\n{"type":"control","event":"stop","ts":""}\n{"type":',
    );
    using log = new MessageLog(path, 1000);
    for (const after of [undefined, "", "/", "1-1/5", "x/9e99", `${"9".repeat(30)}/-1`]) {
      assert.equal(log.read(after).entries.length, 1, after);
    }
    const { after } = log.read();
    for (const beyond of ["-1", "NaN", "1e9"]) log.read(`${after.split("/")[0]}/${beyond}`);
  });
});

Deno.test("log: a folder that cannot be written stops nothing", () => {
  using log = new MessageLog("/proc/no/such/log", 100);
  log.control({ event: "stop" });
  assert.deepEqual(log.read().entries, []);
});

Deno.test("log: each sees what is between it and those below it; the director sees all", async () => {
  const boxes = new Boxes();
  const helpers = [
    aHelper(1, { run: "a" }),
    aHelper(2, { run: "b" }),
    aHelper(3, { run: "c", parent: 1, depth: 2 }),
  ];
  for (const { number } of helpers) boxes.runs(number);
  await using hub = await nearHub({ helpers, boxes });
  using director = await hub.as(0);
  using one = await hub.as(1);
  using two = await hub.as(2);
  using three = await hub.as(3);
  await director.ask("send", { to: 1, payload: "0>1" });
  await director.ask("send", { to: 2, payload: "0>2" });
  await one.ask("send", { to: 3, payload: "1>3" });
  await three.ask("broadcast", { payload: "3>*" });
  await two.ask("broadcast", { payload: "2>*" });
  await director.ask("broadcast", { payload: "0>*" });
  const seen = async (client: Client, fields: Json = {}) => {
    const { entries } = await client.ask("log", fields);
    return (entries as Json[]).map(({ payload }) => payload);
  };
  assert.deepEqual(await seen(director), ["0>1", "0>2", "1>3", "3>*", "2>*", "0>*"]);
  assert.deepEqual(await seen(one), ["0>1", "1>3", "3>*", "2>*", "0>*"]);
  assert.deepEqual(await seen(two), ["0>2", "2>*", "0>*"]);
  assert.deepEqual(await seen(three), ["1>3", "3>*", "0>*"]);
  assert.deepEqual(await seen(director, { from: 3 }), ["3>*"]);
  assert.deepEqual(await seen(director, { tail: 2 }), ["2>*", "0>*"]);
  assert.deepEqual(await seen(director, { tail: 0 }), []);
  const { after } = await director.ask("log");
  await two.ask("send", { to: 0, payload: "2>0" });
  assert.deepEqual(await seen(director, { after }), ["2>0"]);
});
