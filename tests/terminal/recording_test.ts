import assert from "node:assert/strict";
import fc from "fast-check";
import { KanibakoError } from "../../lib/host/error.ts";
import { pauseBefore, Recording } from "../../lib/terminal/playing.ts";
import { Recorder } from "../../lib/terminal/recording.ts";
import { openLength, redacted } from "../../lib/terminal/redaction.ts";
import { processorMs } from "../support/processor_time.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function recorder(sink?: (bytes: Uint8Array) => number) {
  const parts: number[] = [];
  let now = 1000;
  const made = new Recorder(
    { writeSync: sink ?? ((bytes) => (bytes.forEach((byte) => parts.push(byte)), bytes.length)) },
    { columns: 80, rows: 24, startedAt: 1_700_000_000.7, term: "xterm" },
    () => now,
  );
  const text = () => new TextDecoder().decode(Uint8Array.from(parts));
  return {
    made,
    wait: (ms: number) => now += ms,
    text,
    lines: () => text().trimEnd().split("\n").map((line) => JSON.parse(line)),
    shown: () =>
      text().trimEnd().split("\n").slice(1).map((line) => JSON.parse(line)).flatMap(([, kind, data]) =>
        kind === "o" ? [data] : []
      ).join(""),
  };
}

async function* bytesOf(...parts: readonly string[]) {
  for (const part of parts) yield encode(part);
}

/** The events of a file, as far as they can be read, and why no further. */
async function played(...parts: readonly string[]) {
  const events: unknown[] = [];
  try {
    const recording = await Recording.open(bytesOf(...parts), "a.cast");
    for await (const { at, kind, data } of recording.events()) events.push([at, kind, data]);
    return { head: recording.head, events };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return { events, why: error.message };
  }
}

Deno.test("a recording has its head, each event at its time, and the exit code", () => {
  const { made, wait, lines } = recorder();
  wait(250);
  made.output(encode("a\x1b[1mé "));
  wait(500);
  made.resize({ columns: 100, rows: 30 });
  made.resize({ columns: 100, rows: 30 });
  wait(1);
  made.end(3);
  assert.deepEqual(lines(), [
    { version: 2, width: 80, height: 24, timestamp: 1700000000, env: { TERM: "xterm" } },
    [0.25, "o", "a\x1b[1mé "],
    [0.75, "r", "100x30"],
    [0.751, "m", "exit 3"],
    [0.751, "x", "3"],
  ]);
});

Deno.test("what is kept until its word is whole is recorded at the time when it was shown", () => {
  const { made, wait, lines } = recorder();
  for (const key of "ls -l\r\n") {
    made.output(encode(key));
    wait(100);
  }
  made.end(0);
  assert.deepEqual(lines().slice(1, -2), [..."ls -l\r\n"].map((key, at) => [at / 10, "o", key]));
});

Deno.test("a character that comes in two pieces is recorded as one", () => {
  const { made, shown } = recorder();
  const bytes = encode("日");
  made.output(bytes.subarray(0, 2));
  made.output(bytes.subarray(2));
  made.end(0);
  assert.equal(shown(), "日");
});

Deno.test("a recording that cannot be written says why, and disturbs nobody", () => {
  let room = 100;
  const { made } = recorder((bytes) => {
    if (room < bytes.length) throw new Error("no space left");
    room -= bytes.length;
    return bytes.length;
  });
  made.output(encode("a lot of text that does not fit any more \r\n"));
  made.output(encode("more \r\n"));
  made.end(0);
  assert.match(String(made.failure), /no space left/);
});

Deno.test("a recording is read back as it was written, in pieces of any length, also one that was cut off", async () => {
  const { made, text } = recorder();
  made.output(encode("one "));
  made.output(encode("zwölf "));
  made.end(7);
  const whole = await played(...text());
  assert.deepEqual(whole, {
    head: { columns: 80, rows: 24 },
    events: [[0, "o", "one "], [0, "o", "zwölf "], [0, "m", "exit 7"], [0, "x", "7"]],
  });
  const cut = text().slice(0, text().indexOf("zw") + 1);
  assert.deepEqual((await played(cut)).events, [[0, "o", "one "]]);
});

Deno.test("T49: what is no recording is refused with the reason, and is not kept in memory", async () => {
  const head = '{"version":2,"width":80,"height":24}\n';
  for (
    const [text, why] of [
      ["", /it is no asciicast/],
      ["{}\n", /it is no asciicast/],
      ["[]\n", /it is no asciicast/],
      ["root:x:0:0\n", /it is no asciicast/],
      ['{"version":1,"width":1,"height":1}\n', /version 1, and only version 2/],
      ['{"version":3,"term":{"cols":1,"rows":1}}\n', /version 3/],
      ['{"version":2,"width":0,"height":1}\n', /size/],
      ['{"version":2,"width":1e9,"height":1}\n', /size/],
      [`${head}x\n[0,"o",""]\n`, /line 2 is no JSON/],
      [`${head}{}\n`, /line 2 is no event/],
      [`${head}[-1,"o",""]\n`, /line 2 is no event/],
      [`${head}\n["0","o",""]\n`, /line 3 is no event/],
      [`${head}[0,"o",1]\n`, /line 2 is no event/],
    ] as const
  ) {
    const { why: said = "" } = await played(text);
    assert.match(said, why, text);
    assert.doesNotMatch(said, /root/);
  }
  let given = 0;
  const endless = async function* () {
    yield encode(head);
    for (;; given++) yield new Uint8Array(1024 * 1024).fill(0x61);
  };
  const recording = await Recording.open(endless(), "a.cast");
  await assert.rejects(async () => {
    for await (const _ of recording.events());
  }, /line that is too long/);
  assert.ok(given < 8, `${given}`);
});

Deno.test("pauses follow the recording, faster and shorter as wished", () => {
  assert.equal(pauseBefore(11, 1, 1, Infinity), 10);
  assert.equal(pauseBefore(11, 1, 2, 4), 2);
  assert.equal(pauseBefore(10, 11, 1, Infinity), 0);
});

const SECRETS = [
  "sk-ant-api03-abcdefghijklmnop",
  "ghp_abcdefghijklmnopqrstuvwxyz",
  "API_KEY=hunter2hunter2",
  "AKIAABCDEFGHIJKLMNOP",
  '"token": "abcdefghi"',
  "password: correct-horse",
  "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abcdefghijk",
];

Deno.test("what looks like a secret is taken out, however it is cut, and other words stay", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SECRETS), fc.array(fc.nat(30), { maxLength: 8 }), (secret, cuts) => {
      const text = `before ${secret} after\r\n`;
      const { made, shown } = recorder();
      let at = 0;
      for (const cut of cuts) {
        made.output(encode(text.slice(at, at + cut)));
        at += cut;
      }
      made.output(encode(text.slice(at)));
      made.end(0);
      assert.match(shown(), /^before .*\[redacted\].* after\r\n$/);
      assert.equal(shown(), redacted(text));
    }),
    { numRuns: 500 },
  );
  const plain = "make test\r\nsecrets are kept in a vault; key = value\r\n";
  assert.equal(redacted(plain), plain);
});

Deno.test("T49: text that was made up to take long is recorded at once", () => {
  for (
    const word of ["a", "TOKEN", "eyJa", "sk-", "a: ", "API_KEYx", '": "'].map((one) => one.repeat(20_000))
  ) {
    const { made, shown } = recorder();
    const took = processorMs(() => {
      made.output(encode(word));
      made.output(encode(` ${word}`));
      made.end(0);
    });
    assert.ok(took < 3000, `${word.slice(0, 8)}: ${took} ms`);
    assert.ok(shown().length > 0);
  }
  assert.equal(openLength("x ".repeat(9000)), 0);
  assert.equal(openLength("say token: abc"), "token: abc".length);
  assert.equal(openLength("b".repeat(5000)), 0);
  assert.equal(openLength("x \x1b[?1049l"), "\x1b[?1049l".length);
});
