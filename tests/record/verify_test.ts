// T50: a record in which something was changed, by whom it was not written, is found out.

import assert from "node:assert/strict";
import { bundleOf, verifyBundle } from "../../lib/record/bundle.ts";
import { chained, entryOf, GENESIS, hashOf, lineOf, type RecordEntry } from "../../lib/record/entry.ts";
import { readPublicKey } from "../../lib/record/key.ts";
import { headFile, keyFile, recordFolder } from "../../lib/record/places.ts";
import { verifyRecord } from "../../lib/record/verify.ts";
import { BOX, type State, withState } from "./support.ts";

Deno.test("a record is as it was written, whoever added to it and however often", () =>
  withState(async (state) => {
    await state.add("a", ["b", "c"], "d");
    await Promise.all(["e", "f", "g"].map((word) => state.add(word)));
    const { entries, lastSeq, problems } = await verifyRecord(state, BOX, await readPublicKey(state));
    assert.deepEqual({ entries, lastSeq, problems }, { entries: 7, lastSeq: 7, problems: [] });
    assert.equal(entryOf(state.lines()[0]!)!.prev, GENESIS);
  }));

/** What somebody without the key does to a record of five entries, and what is found. */
const ATTACKS: Readonly<Record<string, [act: (state: State) => Promise<void> | void, found: RegExp]>> = {
  "a value changed": [
    (state) => edit(state, 1, (line) => line.replace('"b"', '"x"')),
    /^Entry 2 was changed\.$/,
  ],
  "a name put in": [
    (state) => edit(state, 1, (line) => line.replace('"data":{', '"data":{"a":1,')),
    /^Entry 2 was changed\.$/,
  ],
  "a key put in that the hash does not cover": [
    (state) => edit(state, 1, (line) => line.replace('"kind":', '"by2":"box","kind":')),
    /^Line 2 of part 1 is no entry\.$/,
  ],
  "a key said twice": [
    (state) => edit(state, 1, (line) => line.replace('"by":', '"by":"box","by":')),
    /^Line 2 of part 1 is no entry\.$/,
  ],
  "who says so changed": [
    (state) => edit(state, 1, (line) => line.replace('"by":"host"', '"by":"box"')),
    /^Entry 2 was changed\.$/,
  ],
  "the box changed, hash and all": [
    async (state) => {
      const lines = state.lines();
      const { hash: _, ...bare } = { ...entryOf(lines[1]!)!, box: "other" };
      state.write([
        ...lines.slice(0, 1),
        lineOf({ ...bare, hash: await hashOf(bare) }).trim(),
        ...lines.slice(2),
      ]);
    },
    /^Entry 3 does not follow entry 2\.$/,
  ],
  "an entry left out": [
    (state) => state.write(state.lines().toSpliced(1, 1)),
    /^Entries 2 to 2 are missing\.$/,
  ],
  "the first one left out": [
    (state) => state.write(state.lines().slice(1)),
    /^It begins with entry 2, not with 1\.$/,
  ],
  "two exchanged": [
    (state) => {
      const [a, b, c, ...rest] = state.lines() as [string, string, string];
      state.write([a, c, b, ...rest]);
    },
    /^Entry 2 stands after 3\.$/,
  ],
  "the tail cut": [
    (state) => state.write(state.lines().slice(0, 3)),
    /^Entries 4 to 5 are missing at the end\.$/,
  ],
  "all made again": [
    async (state) => state.write(await forged("a", "b", "nothing", "of", "it")),
    /^Entry 5 is not the one that was signed\.$/,
  ],
  "one added": [
    async (state) => {
      const last = entryOf(state.lines().at(-1)!)!;
      state.write([...state.lines(), ...await forged.after(last, "more")]);
    },
    /^Entries 6 to 6 are not signed\.$/,
  ],
  "a line that is none": [
    (state) => state.write(state.lines().toSpliced(2, 0, '{"kind":"called"}')),
    /^Line 3 of part 1 is no entry\.$/,
  ],
  "the record removed": [
    (state) => Deno.removeSync(recordFolder(state, BOX), { recursive: true }),
    /^Entries 1 to 5 are missing at the end\.$/,
  ],
  "the head removed": [(state) => Deno.removeSync(headFile(state, BOX)), /^It is not signed\.$/],
  "the head of another time": [
    (state) => edit(state, undefined, (text) => text.replace(/"seq": 5/, '"seq": 4')),
    /^Its signature is not right\.$/,
  ],
  "the head signed by another": [
    async (state) => {
      const ours = Deno.readTextFileSync(keyFile(state));
      Deno.removeSync(keyFile(state));
      await state.add("f");
      Deno.writeTextFileSync(keyFile(state), ours);
    },
    /^It is signed with the key [0-9a-f]{16}, not [0-9a-f]{16}\.$/,
  ],
};

for (const [what, [act, found]] of Object.entries(ATTACKS)) {
  Deno.test(`T50 a change of a record is found: ${what}`, () =>
    withState(async (state) => {
      await state.add(["a", "b", "c", "d", "e"]);
      assert.deepEqual(await state.problems(), []);
      await act(state);
      assert.ok((await state.problems()).some((one) => found.test(one)), `${await state.problems()}`);
    }));
}

/** What was done between two entries, and what is said of it for good. */
const BETWEEN: Readonly<Record<string, [act: (state: State) => Promise<void> | void, found: RegExp]>> = {
  "cut": [(state) => state.write(state.lines().slice(0, 2)), /had been cut after entry 2\.$/],
  "made again": [async (state) => state.write(await forged("a", "b", "x")), /another last entry/],
  "added to": [
    async (state) =>
      state.write([...state.lines(), ...await forged.after(entryOf(state.lines().at(-1)!)!, "x")]),
    /went on to entry 4 without a signature/,
  ],
  "gone": [
    (state) => Deno.removeSync(recordFolder(state, BOX), { recursive: true }),
    /the record was gone\.$/,
  ],
  "without a head": [(state) => Deno.removeSync(headFile(state, BOX)), /without a signature/],
  "torn": [
    (state) => Deno.writeTextFileSync(state.part(), '{"half', { append: true }),
    /there was a line that is no entry\.$/,
  ],
};

for (const [what, [act, found]] of Object.entries(BETWEEN)) {
  Deno.test(`T50 a change before more is added is not signed along: ${what}`, () =>
    withState(async (state) => {
      await state.add("a", "b", "c");
      await act(state);
      await state.add("d");
      await state.add("e");
      assert.ok((await state.problems()).some((one) => found.test(one)), `${await state.problems()}`);
    }));
}

Deno.test("a record is kept in parts, of which the oldest go, and is as it was written all the same", () =>
  withState(async (state) => {
    const words = Array.from({ length: 40 }, (_, n) => `${n}`);
    await state.addWithin({ part: 1000, parts: 3 }, ...words);
    const { entries, firstSeq, lastSeq, problems } = await verifyRecord(
      state,
      BOX,
      await readPublicKey(state),
    );
    assert.deepEqual(problems, []);
    assert.equal(lastSeq, 40);
    assert.ok(firstSeq > 1 && entries === 40 - firstSeq + 1 && entries < 20, `${firstSeq} ${entries}`);
    const [oldest] = [...Deno.readDirSync(recordFolder(state, BOX))].map(({ name }) => name).sort();
    Deno.removeSync(`${recordFolder(state, BOX)}/${oldest}`);
    assert.match((await state.problems()).join(), /It begins with entry/);
  }));

Deno.test("a record to which somebody adds while it is read is checked as it was at one moment", () =>
  withState(async (state) => {
    await state.add("a");
    let over = false;
    const adding = (async () => {
      while (!over) await state.addWithin({ part: 1000, parts: 3 }, "b", "c");
    })();
    const found: string[] = [];
    for (let n = 0; n < 20; n++) {
      found.push(...await state.problems());
      const file = ReadableStream.from(bundleOf(state, BOX));
      found.push(...(await verifyBundle(file, "x", undefined)).problems);
    }
    over = true;
    await adding;
    assert.deepEqual(found, []);
  }));

Deno.test("what cannot be written whole, or not signed, leaves the record as it was", () =>
  withState(async (state) => {
    await state.add("a");
    const before = state.lines();
    const key = Deno.readTextFileSync(keyFile(state));
    Deno.writeTextFileSync(keyFile(state), "{}");
    await assert.rejects(state.add("b"), { code: "bad-file" });
    await assert.rejects(state.addWithin({ part: 1, parts: 3 }, "c"), { code: "bad-file" });
    assert.deepEqual(state.lines(), before);
    Deno.writeTextFileSync(keyFile(state), key);
    await state.add("d");
    assert.deepEqual(await state.problems(), []);
  }));

function edit(state: State, line: number | undefined, change: (text: string) => string): void {
  if (line === undefined) {
    const path = headFile(state, BOX);
    return Deno.writeTextFileSync(path, change(Deno.readTextFileSync(path)));
  }
  const lines = state.lines();
  state.write(lines.with(line, change(lines[line]!)));
}

/** The lines of a record that somebody without the key makes. */
async function forged(...words: string[]): Promise<string[]> {
  return await forged.after({ seq: 0, hash: GENESIS }, ...words);
}
forged.after = async (place: Pick<RecordEntry, "seq" | "hash">, ...words: string[]): Promise<string[]> => {
  const lines: string[] = [];
  for (const word of words) {
    const entry = await chained(place, {
      at: "2026-01-02T03:04:05.678Z",
      box: BOX,
      kind: "called",
      by: "host",
      data: { word },
    });
    lines.push(lineOf(entry).trim());
    place = entry;
  }
  return lines;
};
