import assert from "node:assert/strict";
import { CONTENT } from "../../lib/report/limits.ts";
import { keysOf } from "../../lib/report/keys/keys.ts";

const READ = [
  "git-config",
  "git-attributes",
  "git-modules",
  "git-pointer",
  "git-common",
  "git-todo",
  "package-json",
  "editor-settings",
  "pyproject",
] as const;

/** What a text begins with, and what is repeated then. */
const TEXTS = [
  ["", " "],
  ["", "\n"],
  ["", "a"],
  ["", '"'],
  ["", '"\\'],
  ["", "\\"],
  ["", '\\"'],
  ["", "/*"],
  ["", "//"],
  ["", "["],
  ["", "[ "],
  ["", "]"],
  ["[", " "],
  ["[a", " "],
  ["[a", "] "],
  ['[a "', "\\"],
  ["gitdir: a", " "],
  ["gitdir: a", " b"],
  ["gitdir: ", "\n"],
  [",", " "],
  ["", ", "],
  ["", "a "],
  ["", "a="],
  ["a =", " "],
  ["{", '"a'],
  ["{", '"a":"\\"'],
  ["* ", "filter="],
  ["", "x\\\n"],
] as const;

Deno.test("H6: a file that is made to be slow to read is noted at once", () => {
  const slow: string[] = [];
  for (const counts of READ) {
    for (const [start, part] of TEXTS) {
      for (const end of ["", "x"]) {
        const text = start + part.repeat((CONTENT.file - start.length - end.length) / part.length) + end;
        const began = performance.now();
        keysOf(counts, new TextEncoder().encode(text));
        const tookMs = performance.now() - began;
        if (tookMs > 500) {
          slow.push(`${counts}: ${JSON.stringify([start, part, end])}: ${Math.round(tookMs)} ms`);
        }
      }
    }
  }
  assert.deepEqual(slow, []);
});

Deno.test("comments and commas too many are no part of a file's keys, and what is not JSON is none", () => {
  const keys = (text: string) => keysOf("editor-settings", new TextEncoder().encode(text));
  const loose = `// one
{ /* two */ "a.path": "x // no comment, ]", /* , */ "b.args": ["1", /* 3 */ ], // four
  "quoted.command": "a\\"b,", }`;
  assert.deepEqual(keys(loose), {
    "a.path": "x // no comment, ]",
    "b.args": '["1"]',
    "quoted.command": 'a"b,',
  });
  for (
    const text of ['{"a.path":1} /*', '{"a.path":"x', '{"a.path":1,,}', '{"a.path":1}/', '/*/ {"a.path":1}']
  ) {
    assert.equal(keys(text), undefined, text);
  }
});
