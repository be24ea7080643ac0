import { strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { Hasher, HashSet64, newKey } from "../../lib/vault/snapshot/hash_set.ts";

function hashOf(hasher: Hasher, words: readonly number[], text: string): [number, number] {
  hasher.start();
  for (const word of words) hasher.word(word);
  hasher.text(text);
  hasher.finish();
  return [hasher.low, hasher.high];
}

Deno.test("a set has what was added and nothing else, also after it was written and read", () => {
  const pair = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff));
  fc.assert(
    fc.property(
      fc.uniqueArray(pair, { maxLength: 300, selector: String }),
      fc.array(pair),
      (list, others) => {
        const set = new HashSet64(4);
        for (const [low, high] of list) set.add(low, high);
        const again = HashSet64.from(set.bytes());
        strictEqual(again.size, list.length);
        for (const [low, high] of list) strictEqual(set.has(low, high) && again.has(low, high), true);
        for (const [low, high] of others) {
          strictEqual(again.has(low, high), list.some(([a, b]) => a === low && b === high));
        }
      },
    ),
  );
});

Deno.test("hashes of a million entries that differ little do not meet, and depend on the key", () => {
  const hasher = new Hasher(newKey());
  const set = new HashSet64();
  let met = 0;
  for (let n = 0; n < 200_000; n++) {
    for (const text of ["a", "b", "ab", "ba", ""]) {
      const [low, high] = hashOf(hasher, [n, 0], text);
      if (set.has(low, high)) met++;
      else set.add(low, high);
    }
  }
  strictEqual(met, 0);
  const [low, high] = hashOf(new Hasher(newKey()), [1, 0], "a");
  strictEqual(set.has(low, high), false);
});
