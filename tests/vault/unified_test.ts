import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { unified } from "../../lib/vault/compare/unified.ts";

const UNENDED = "\\ No newline at end of file";

/** What `patch` makes of the first text, in the few lines a test needs. */
function patched(before: string, lines: readonly string[]): string {
  const source = before.split(/(?<=\n)/);
  const result: string[] = [];
  let at = 0;
  for (const [index, said] of lines.entries()) {
    if (index < 2 || said === UNENDED) continue;
    const line = said.startsWith("@@") || lines[index + 1] === UNENDED ? said : `${said}\n`;
    const hunk = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(line);
    if (hunk) {
      const begin = Number(hunk[2]) === 0 ? Number(hunk[1]) : Number(hunk[1]) - 1;
      result.push(...source.slice(at, begin));
      at = begin;
    } else if (line.startsWith("+")) result.push(line.slice(1));
    else {
      strictEqual(source[at++], line.slice(1), "the context is that of the text");
      if (line.startsWith(" ")) result.push(line.slice(1));
    }
  }
  return [...result, ...source.slice(at)].join("");
}

const text = fc.tuple(
  fc.array(fc.constantFrom("a", "b", "c", "-", "+", "@@", ""), { maxLength: 40 }),
  fc.boolean(),
).map(([lines, ended]) => lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));

Deno.test("a comparison, applied to the first text, gives the second", () => {
  fc.assert(
    fc.property(text, text, (a, b) => strictEqual(a === b ? a : patched(a, unified(a, b, "a", "b")), b)),
  );
});

Deno.test("a comparison shows a few lines around what changed, and nothing for the same text", () => {
  const lines = Array.from({ length: 20 }, (_, n) => `${n}\n`);
  deepStrictEqual(unified(lines.join(""), lines.with(10, "x\n").join(""), "old", "new"), [
    "--- old",
    "+++ new",
    "@@ -8,7 +8,7 @@",
    " 7",
    " 8",
    " 9",
    "-10",
    "+x",
    " 11",
    " 12",
    " 13",
  ]);
  deepStrictEqual(unified("a\n", "a\n", "old", "new"), []);
  deepStrictEqual(unified("a\nb\n", "a\nb", "old", "new").slice(2), [
    "@@ -1,2 +1,2 @@",
    " a",
    "-b",
    "+b",
    UNENDED,
  ]);
});
