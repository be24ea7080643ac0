import assert from "node:assert/strict";
import fc from "fast-check";
import { BoundedOutput } from "../../lib/app/bounded_output.ts";

function collect(limit: number, pieces: readonly Uint8Array[]): BoundedOutput {
  const output = new BoundedOutput(limit);
  for (const piece of pieces) output.push(piece);
  return output;
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("BoundedOutput keeps everything up to its limit", () => {
  const output = collect(10, [bytes("abc"), bytes(""), bytes("defghij")]);
  assert.equal(new TextDecoder().decode(output.bytes()), "abcdefghij");
  assert.equal(output.droppedBytes, 0);
});

Deno.test("BoundedOutput keeps the beginning and the end beyond its limit, and counts what it dropped", () => {
  const output = collect(6, [bytes("abcd"), bytes("efgh"), bytes("ij")]);
  assert.equal(new TextDecoder().decode(output.bytes()), "abchij");
  assert.equal(output.droppedBytes, 4);
});

Deno.test("BoundedOutput counts bytes however the output is cut", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }),
    fc.integer({ min: 2, max: 60 }),
    (pieces, limit) => {
      const whole = new Uint8Array(pieces.flatMap((piece) => [...piece]));
      const output = collect(limit, pieces);
      const half = Math.floor(limit / 2);
      const expected = whole.length <= 2 * half
        ? whole
        : new Uint8Array([...whole.subarray(0, half), ...whole.subarray(whole.length - half)]);
      assert.deepEqual([...output.bytes()], [...expected]);
      assert.equal(output.droppedBytes, whole.length - expected.length);
    },
  ));
});

Deno.test("BoundedOutput is not changed by who owns the bytes it was given", () => {
  const piece = bytes("abc");
  const output = collect(100, [piece]);
  piece.fill(0);
  assert.equal(new TextDecoder().decode(output.bytes()), "abc");
});

Deno.test("BoundedOutput takes no more memory for output that comes in single bytes", () => {
  const limit = 512 * 1024;
  const output = new BoundedOutput(limit);
  const piece = new Uint8Array(1);
  const before = Deno.memoryUsage();
  for (let at = 0; at < 3 * limit; at++) {
    piece[0] = at % 251;
    output.push(piece);
  }
  const after = Deno.memoryUsage();
  const grown = after.heapUsed + after.external - before.heapUsed - before.external;
  assert.ok(grown < 20_000_000, `${grown} bytes for ${limit}`);
  const kept = output.bytes();
  assert.equal(kept.length, limit);
  assert.equal(output.droppedBytes, 2 * limit);
  assert.equal(kept[0], 0);
  assert.equal(kept[limit - 1], (3 * limit - 1) % 251);
});
