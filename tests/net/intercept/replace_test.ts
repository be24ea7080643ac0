import assert from "node:assert/strict";
import fc from "fast-check";
import { type Replacement, StreamReplacer } from "../../../lib/net/intercept/replace.ts";
import { bytesOf, latin1 } from "../../../lib/net/intercept/source.ts";

function replaced(pairs: Readonly<Record<string, string>>, pieces: readonly string[]): string {
  const replacements: Replacement[] = Object.entries(pairs).map(([find, by]) => ({
    find: bytesOf(find),
    by: bytesOf(by),
  }));
  const replacer = new StreamReplacer(replacements);
  return [...pieces.map((piece) => latin1(replacer.push(bytesOf(piece)).slice())), latin1(replacer.end())]
    .join("");
}

Deno.test("texts are replaced wherever a stream is cut", () => {
  assert.equal(replaced({ secret: "S" }, ["a sec", "ret b sec", "re", "", "t"]), "a S b S");
  assert.equal(replaced({ secret: "S" }, ["a secre", "x"]), "a secrex");
  assert.equal(replaced({ abcd: "1", bc: "2" }, ["abc", "d bc abc"]), "1 2 a2");
  assert.equal(replaced({ aa: "1" }, ["a", "a", "a"]), "1a");
  assert.equal(replaced({}, ["a", "b"]), "ab");
});

Deno.test("it makes no difference where a stream is cut", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 40 });
  const wanted = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(wanted, { maxLength: 3 }),
      text,
      fc.array(fc.nat(40), { maxLength: 6 }),
      (finds, all, cuts) => {
        const pairs = Object.fromEntries(finds.map((find, at) => [find, `<${at}>`]));
        const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, all.length)), all.length])].sort((
          a,
          b,
        ) => a - b);
        const pieces = at.slice(1).map((end, index) => all.slice(at[index], end));
        assert.equal(replaced(pairs, pieces), replaced(pairs, [all]));
      },
    ),
  );
});

/** As it is to be: at each place the longest text that begins there. */
function replacedSlowly(pairs: Readonly<Record<string, string>>, all: string): string {
  const finds = Object.keys(pairs).sort((a, b) => b.length - a.length);
  let result = "";
  for (let at = 0; at < all.length;) {
    const find = finds.find((one) => all.startsWith(one, at));
    result += find ? pairs[find] : all[at];
    at += find?.length ?? 1;
  }
  return result;
}

Deno.test("texts are found as by one who compares them at each place, long ones and those that say the same again and again included", () => {
  const long = fc.tuple(
    fc.constantFrom("a", "ab", "abc"),
    fc.integer({ min: 1, max: 60 }),
    fc.constantFrom("", "x", "a"),
  )
    .map(([unit, times, end]) => unit.repeat(times) + end);
  fc.assert(
    fc.property(
      fc.array(long, { minLength: 1, maxLength: 3 }),
      fc.array(long, { maxLength: 12 }),
      (finds, pieces) => {
        const pairs = Object.fromEntries(finds.map((find, at) => [find, `<${at}>`]));
        assert.equal(replaced(pairs, pieces), replacedSlowly(pairs, pieces.join("")));
      },
    ),
  );
});

Deno.test("a stream that says the beginning of a long text again and again takes no longer than any other", () => {
  const find = `${"a".repeat(60_000)}b`;
  const replacer = new StreamReplacer([{ find: bytesOf(find), by: bytesOf("S") }]);
  const piece = bytesOf(`${"a".repeat(29_000)}c`.repeat(2));
  const started = performance.now();
  for (let times = 0; times < 8; times++) replacer.push(piece);
  assert.ok(performance.now() - started < 800, `${performance.now() - started} ms`);
});
