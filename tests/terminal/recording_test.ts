import assert from "node:assert/strict";
import fc from "fast-check";
import { pauses, readRecording, Recorder } from "../../lib/terminal/recording.ts";
import { redacted, Redaction } from "../../lib/terminal/redaction.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function recorder(redact = false) {
  const parts: number[] = [];
  let now = 1000;
  const made = new Recorder(
    { writeSync: (bytes) => (parts.push(...bytes), bytes.length) },
    { columns: 80, rows: 24, startedAt: 1_700_000_000.7, term: "xterm" },
    redact,
    () => now,
  );
  return {
    made,
    wait: (ms: number) => now += ms,
    text: () => new TextDecoder().decode(Uint8Array.from(parts)),
  };
}

Deno.test("a recording has its head, each event at its time, and the exit code", () => {
  const { made, wait, text } = recorder();
  wait(250);
  made.output(encode("a\x1b[1mé"));
  wait(500);
  made.resize(100, 30);
  wait(1);
  made.end(3);
  assert.deepEqual(text().trimEnd().split("\n").map((line) => JSON.parse(line)), [
    { version: 2, width: 80, height: 24, timestamp: 1700000000, env: { TERM: "xterm" } },
    [0.25, "o", "a\x1b[1mé"],
    [0.75, "r", "100x30"],
    [0.751, "x", "3"],
  ]);
});

Deno.test("a character that comes in two pieces is recorded as one", () => {
  const { made, text } = recorder();
  const bytes = encode("日");
  made.output(bytes.subarray(0, 2));
  made.output(bytes.subarray(2));
  made.end(0);
  assert.deepEqual(readRecording(text())!.events.map(({ data }) => data), ["日", "0"]);
});

Deno.test("a recording that was cut off can be read up to there, and what is none cannot", () => {
  const { made, text } = recorder();
  made.output(encode("one"));
  made.output(encode("two"));
  assert.equal(readRecording(text().slice(0, -5))!.events.length, 1);
  for (
    const wrong of [
      "",
      "{}",
      "[]",
      '{"version":1,"width":1,"height":1}',
      '{"version":2,"width":0,"height":1}',
      "x\n",
    ]
  ) {
    assert.equal(readRecording(wrong), undefined, wrong);
  }
});

Deno.test("pauses follow the recording, faster and shorter as wished", () => {
  const events = [{ at: 1, kind: "o", data: "" }, { at: 11, kind: "o", data: "" }, {
    at: 10,
    kind: "o",
    data: "",
  }];
  assert.deepEqual(pauses(events, 1), [1, 10, 0]);
  assert.deepEqual(pauses(events, 2, 4), [0.5, 2, 0]);
});

const SECRETS = [
  "sk-ant-api03-abcdefghijklmnop",
  "ghp_abcdefghijklmnopqrstuvwxyz",
  "API_KEY=hunter2hunter2",
  "AKIAABCDEFGHIJKLMNOP",
  '"token": "abcdefghi"',
  "password: correct-horse",
];

Deno.test("what looks like a secret is taken out, however it is cut, and other words stay", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SECRETS), fc.array(fc.nat(30), { maxLength: 8 }), (secret, cuts) => {
      const text = `before ${secret} after\r\n`;
      const redaction = new Redaction();
      let [out, at] = ["", 0];
      for (const cut of cuts) {
        out += redaction.pass(text.slice(at, at + cut));
        at += cut;
      }
      out += redaction.pass(text.slice(at)) + redaction.end();
      assert.match(out, /^before .*\[redacted\].* after\r\n$/);
      assert.equal(out, redacted(text));
    }),
    { numRuns: 500 },
  );
  const plain = "make test\r\nsecrets are kept in a vault; key = value\r\n";
  assert.equal(redacted(plain), plain);
});
