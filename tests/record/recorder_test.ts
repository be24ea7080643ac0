import assert from "node:assert/strict";
import { bundleOf, verifyBundle } from "../../lib/record/bundle.ts";
import type { RecordEntry } from "../../lib/record/entry.ts";
import { readPublicKey } from "../../lib/record/key.ts";
import { recordFolder } from "../../lib/record/places.ts";
import { readEntries } from "../../lib/record/read.ts";
import { Recorder, recorderOf } from "../../lib/record/recorder.ts";
import { commandText } from "../../lib/spec/command_text.ts";
import { isSecretName } from "../../lib/config/env.ts";
import type { BoxEvent } from "../../lib/spec/ui.ts";
import { BOX, withState } from "./support.ts";

const event = (box: string, data: BoxEvent["data"] = {}): BoxEvent => ({
  kind: "called",
  box,
  run: "r1",
  atMs: Date.UTC(2026, 0, 2),
  data,
});

async function entries(state: { state: string }, box: string): Promise<RecordEntry[]> {
  return await Array.fromAsync(readEntries(state, box));
}

Deno.test("events of boxes are in their records, in order; boxes of one use share one", () =>
  withState(async (state) => {
    const recorder = new Recorder(state);
    for (let n = 0; n < 20; n++) recorder.event(event(n % 2 ? "app" : "scratch-1234", { n }));
    await recorder.done();
    recorder.event(event("app", { n: 99 }));
    await recorder.done();
    assert.deepEqual((await entries(state, "app")).map(({ data }) => data["n"]), [
      ...Array.from({ length: 10 }, (_, n) => 2 * n + 1),
      99,
    ]);
    assert.equal((await entries(state, "scratch")).length, 10);
    assert.equal((await entries(state, "scratch"))[0]!.box, "scratch-1234");
    assert.deepEqual(await state.problems(), []);
  }));

Deno.test("T50 whatever an event says is one line of bounded length, and no place outside", () =>
  withState(async (state) => {
    const recorder = new Recorder(state);
    recorder.event(event(BOX, { text: `a\n{"kind":"gap"}\u2028\ud800`, long: "x".repeat(1e6), odd: NaN }));
    recorder.event(event("../../outside"));
    recorder.event(event("a/b"));
    await recorder.done();
    assert.equal(state.lines().length, 1);
    const [{ data }] = await entries(state, BOX) as [RecordEntry];
    assert.match(String(data["text"]), /^a\n\{"kind":"gap"\}/);
    assert.ok(String(data["long"]).length < 5000);
    assert.deepEqual(await state.problems(), []);
    assert.deepEqual([...Deno.readDirSync(`${state.state}/records`)].map(({ name }) => name), [BOX]);
  }));

Deno.test("what cannot be written stops nothing, and is counted where more can be", () =>
  withState(async (state) => {
    Deno.mkdirSync(`${state.state}/records`, { recursive: true });
    Deno.writeTextFileSync(recordFolder(state, BOX), "in the way");
    const recorder = new Recorder(state);
    for (let n = 0; n < 3; n++) recorder.event(event(BOX));
    await recorder.done();
    // As often as it fails; and what is missing of one box is said of no other.
    recorder.event(event(BOX));
    recorder.event(event("other"));
    await recorder.done();
    Deno.removeSync(recordFolder(state, BOX));
    recorder.event(event(BOX));
    await recorder.done();
    assert.deepEqual((await entries(state, BOX)).map(({ kind, data }) => [kind, data["count"]]), [
      ["left-out", 4],
      ["called", undefined],
    ]);
    assert.deepEqual((await entries(state, "other")).map(({ kind }) => kind), ["called"]);
  }));

Deno.test("nothing is recorded where the configuration says so", () => {
  const said = (values: Record<string, unknown>) =>
    recorderOf({ dirs: { state: "/nowhere" }, system: { config: { values } } });
  assert.equal(said({ "record.enabled": false }), undefined);
  assert.ok(said({}) && said({ "record.enabled": true }));
});

Deno.test("secrets that can be recognised in a command are not kept", () => {
  const text = (...argv: string[]) => commandText(argv, isSecretName);
  assert.equal(text("sh", "-c", "echo 'a b'"), `sh -c 'echo '\\''a b'\\'''`);
  for (
    const argv of [
      ["curl", "--api-key", "hunter2hunter2"],
      ["env", "API_TOKEN=hunter2hunter2", "true"],
      ["curl", "-H", "Authorization: Bearer hunter2hunter2"],
      ["git", "clone", "https://me:hunter2hunter2@example.org/x"],
      ["curl", "https://example.org/?a=b&token=hunter2hunter2"],
      ["curl", "--data=password=hunter2hunter2"],
    ]
  ) assert.doesNotMatch(text(...argv), /hunter2/, argv.join(" "));
  assert.ok(text("x".repeat(10_000)).length < 2100);
});

Deno.test("a record in one file is checked as the record is, by its own key or by another", () =>
  withState(async (state) => {
    await state.add("a", "b", "c");
    const bytes = await new Response(ReadableStream.from(bundleOf(state, BOX))).text();
    const check = (text: string, key?: string) =>
      verifyBundle(new Blob([text]).stream(), "x", key).then(({ problems }) => problems);
    assert.deepEqual(await check(bytes), []);
    assert.deepEqual(await check(bytes, await readPublicKey(state)), []);
    assert.match((await check(bytes.replace('"c"', '"x"'))).join(), /Entry 3 was changed/);
    const other = new Uint8Array(32).toBase64();
    assert.match((await check(bytes, other)).join(), /It is signed with the key/);
    for (const wrong of ["", "{}\n", "no record\n"]) {
      await assert.rejects(check(wrong), { code: "bad-record" }, wrong);
    }
  }));
