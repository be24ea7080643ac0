import assert from "node:assert/strict";
import fc from "fast-check";
import { decodePax, encodePax, parsePaxTime, paxTime } from "../../lib/archive/pax.ts";
import { BadHeader, MAX_LONG, readHeader, writeHeader } from "../../lib/archive/tar_header.ts";
import { isUtf8, nameBytes, nameText } from "../../lib/host/tree/raw_name.ts";
import { member } from "./support.ts";

const encoder = new TextEncoder();

Deno.test("a header is read as it was written, whatever fits into it", () => {
  const name = fc.string({ unit: fc.constantFrom(..."abc/é-."), minLength: 1, maxLength: 60 });
  fc.assert(fc.property(
    name,
    fc.nat(0o7777),
    fc.maxSafeNat().map((n) => n % (MAX_LONG + 1)),
    fc.constantFrom("0", "1", "2", "5", "x"),
    (path, mode, size, type) => {
      const block = new Uint8Array(512).fill(7);
      writeHeader(block, 0, { path: encoder.encode(path), mode, uid: 1, gid: 2, size, mtime: size, type });
      const header = readHeader(block);
      assert.deepEqual([...header.path], [...encoder.encode(path)]);
      assert.deepEqual([header.mode, header.size, header.mtime, header.type], [mode, size, size, type]);
    },
  ));
});

Deno.test("a path of up to 256 bytes is split between prefix and name at a slash", () => {
  for (
    const path of [
      `${"p".repeat(155)}/${"n".repeat(100)}`,
      `${"p".repeat(90)}/${"q".repeat(60)}/`,
      "a".repeat(100),
    ]
  ) {
    const block = member({ path }).slice(0, 512);
    assert.equal(new TextDecoder().decode(readHeader(block).path), path);
  }
});

Deno.test("sizes in GNU tar's binary form are read, and refused when negative or beyond what a number holds", () => {
  const sized = (field: string) => readHeader(member({ path: "a", over: [[124, field]] }).slice(0, 512)).size;
  assert.equal(sized("\x80\0\0\0\0\0\0\x02\0\0\0\x01"), 2 ** 33 + 1);
  assert.equal(sized("     000017\0"), 15);
  for (
    const field of [
      "\xff".repeat(12),
      `\x80${"\xff".repeat(11)}`,
      "00000000009\0",
      "-0000000001\0",
      "0x000000001\0",
    ]
  ) {
    assert.throws(() => sized(field), BadHeader, JSON.stringify(field));
  }
});

Deno.test("a header with times at its prefix's end is read, as npm's tar library writes it", () => {
  const time = "15303225321\0";
  const read = (over: [number, string][]) =>
    new TextDecoder().decode(readHeader(member({ path: "abc", over }).slice(0, 512)).path);
  assert.equal(read([[476, time], [488, time]]), "abc");
  assert.equal(read([[345, "p"], [476, time], [488, time]]), "p/abc");
  for (const over of [[476, "../../etc\0\0\0"], [488, "x"], [500, "x"], [475, "x"]] as [number, string][]) {
    assert.throws(() => read([[476, time], [488, time], over]), BadHeader, JSON.stringify(over));
  }
});

Deno.test("a header with a wrong checksum, no magic or bytes behind a NUL is refused", () => {
  const sound = member({ path: "abc" }).slice(0, 512);
  assert.equal(readHeader(sound).path.length, 3);
  const changed = sound.slice();
  changed[1]! ^= 1;
  assert.throws(() => readHeader(changed), /checksum/);
  assert.throws(() => readHeader(member({ path: "a", over: [[257, "uztar\x0000"]] })), /no tar archive/);
  assert.throws(() => readHeader(member({ path: "a", over: [[50, "evil"]] })), /NUL/);
  assert.throws(() => readHeader(member({ path: "a", over: [[240, "evil"]] })), /NUL/);
});

Deno.test("extended headers are read as they were written", () => {
  const key = fc.string({ unit: fc.constantFrom(..."abcXYZ.09"), minLength: 1, maxLength: 40 });
  const value = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, value), { selector: ([key]) => key, maxLength: 6 }),
      (records) => {
        assert.deepEqual(
          [...decodePax(encodePax(records))].map(([k, v]) => [k, [...v]]),
          records.map(([k, v]) => [k, [...v]]),
        );
      },
    ),
  );
});

Deno.test("a malformed extended header is refused, whatever is wrong with it", () => {
  for (
    const text of [
      "7 a=b\n",
      "x a=b\n",
      "6 a=bc",
      "99 a=b\n",
      "0 a=b\n",
      "6 =ab\n",
      "-6 a=b\n",
      "6 a=b\n6 a=b\n",
      "4 a=\n",
    ]
  ) {
    assert.throws(() => decodePax(encoder.encode(text)), BadHeader, text);
  }
  assert.equal(decodePax(encoder.encode("6 a=b\n")).size, 1);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    try {
      decodePax(bytes);
    } catch (error) {
      assert.ok(error instanceof BadHeader);
    }
  }));
});

Deno.test("times keep their nanoseconds, before 1970 too", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 19n }), (ns) => {
    assert.equal(parsePaxTime(paxTime(ns)), ns);
  }));
  for (const text of ["", "1e9", "0x1", "1.2.3", " 1", "9".repeat(30)]) {
    assert.throws(() => parsePaxTime(text), BadHeader);
  }
});

Deno.test("names keep every byte as text, and in JSON", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    const text = nameText(bytes);
    assert.deepEqual([...nameBytes(text)], [...bytes]);
    assert.deepEqual([...nameBytes(JSON.parse(JSON.stringify(text)))], [...bytes]);
  }));
  assert.equal(nameText(encoder.encode("é日本")), "é日本");
  assert.ok(isUtf8("é😀"));
  assert.ok(!isUtf8(nameText(Uint8Array.of(0x61, 0xff))));
});
