import assert from "node:assert/strict";
import fc from "fast-check";
import { asBytes, bytesOf, latin1, Source } from "../../../lib/net/intercept/source.ts";
import type { HalfClosing } from "../../../lib/wire/relay.ts";

/** A connection on which pieces come, each at once or a moment after it was asked for. */
function connection(pieces: readonly { readonly size: number; readonly late: boolean }[]) {
  const all = new Uint8Array(pieces.reduce((sum, { size }) => sum + size, 0)).map((_, at) =>
    (at * 7 + (at >> 8)) % 251
  );
  const ends: { end: number; late: boolean }[] = [];
  for (const { size, late } of pieces) ends.push({ end: (ends.at(-1)?.end ?? 0) + size, late });
  let at = 0;
  let reads = 0;
  const conn: HalfClosing = {
    async read(into) {
      assert.equal(reads++, 0, "two reads at once");
      const next = ends.find(({ end }) => end > at);
      if (next?.late) await new Promise((resolve) => setTimeout(resolve));
      reads--;
      if (!next) return null;
      const count = Math.min(into.length, next.end - at);
      into.set(all.subarray(at, at += count));
      return count;
    },
    write: () => Promise.reject(new Error("nobody writes")),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  return { conn, all };
}

Deno.test("what comes on a connection is read once and in its order, however it comes and whoever goes on with it", async () => {
  const piece = fc.record({
    size: fc.oneof(fc.nat(100), fc.constantFrom(4096, 16 * 1024, 64 * 1024), fc.nat(70_000)),
    late: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.constantFrom(1, 100, 16 * 1024, 100_000), { maxLength: 12 }),
      async (pieces, takes) => {
        const { conn, all } = connection(pieces);
        const source = new Source(conn);
        const got: number[] = [];
        for (const most of takes) {
          assert.equal(source.first ?? all[got.length], all[got.length]);
          const some = await source.some(most);
          if (some) got.push(...some);
        }
        const rest = source.following(conn);
        const into = new Uint8Array(10_000);
        for (let count = await rest.read(into); count !== null; count = await rest.read(into)) {
          got.push(...into.subarray(0, count));
        }
        assert.ok(Uint8Array.from(got).every((byte, at) => byte === all[at]) && got.length === all.length);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("bytes are the same after they were text", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
    assert.deepEqual(bytesOf(latin1(bytes)), bytes);
  }));
  assert.equal(asBytes("é"), "\xc3\xa9");
});
