import assert from "node:assert/strict";
import type { Place } from "../../lib/report/entry.ts";
import type { Finding, Look, Seen } from "../../lib/report/look.ts";
import { isAt, matchesName, partsOf } from "../../lib/report/place.ts";
import { entryOf, TABLE } from "../../lib/report/table.ts";

/** The types of a look are part of what this folder offers. */
export type Shapes = [Finding, Look, Seen];

Deno.test("ids are in kebab case, and each is used once", () => {
  const ids = TABLE.map(({ id }) => id);
  for (const id of ids) assert.match(id, /^[a-z]+(-[a-z]+)*$/);
  assert.deepEqual([...new Set(ids)], ids);
  assert.equal(entryOf("git-hook"), TABLE[0]);
  assert.equal(entryOf("no-such-entry"), undefined);
});

Deno.test("places are relative, and have stars where they may", () => {
  for (const { places } of TABLE) {
    for (const place of places) {
      const { names } = partsOf(place);
      assert.ok(names.length > 0 && names.every((name) => /^[^/*]*(\*[^/*]*)*$/.test(name)), place);
      assert.ok(!names.some((name) => ["", ".", "..", "**"].includes(name)), place);
    }
  }
});

Deno.test("effects are the end of a sentence", () => {
  for (const { effect, effects, what } of TABLE) {
    for (const text of [effect, ...Object.values(effects ?? {})]) assert.match(text, /^[a-z]+s .*[^.]$/);
    assert.match(what, /[^.]$/);
  }
});

Deno.test("a star stands for any characters of one name", () => {
  const cases: readonly [string, string, boolean][] = [
    ["a", "a", true],
    ["a", "ab", false],
    ["*.xml", "a.xml", true],
    ["*.xml", ".xml", true],
    ["*.xml", "a.xml.bak", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["a*b*c", "a1b2c", true],
    ["a*b*c", "acb", false],
    ["*", "", true],
  ];
  for (const [pattern, name, fits] of cases) {
    assert.equal(matchesName(pattern, name), fits, `${pattern} ${name}`);
  }
});

Deno.test("a path is at a place", () => {
  const cases: readonly [Place, string, boolean][] = [
    [".envrc", ".envrc", true],
    [".envrc", "a/.envrc", false],
    ["**/.envrc", "a/.envrc", true],
    ["**/.envrc", ".envrc", true],
    ["**/.git/hooks/*", "a/b/.git/hooks/pre-push", true],
    ["**/.git/hooks/*", ".git/hooks", false],
    [".git/hooks/*", ".git/hooks/a/b", false],
    [".direnv/**", ".direnv/a/b", true],
    [".direnv/**", ".direnv", false],
    ["**/.claude/hooks/**", "x/.claude/hooks/y/z", true],
  ];
  for (const [place, path, fits] of cases) assert.equal(isAt(path, place), fits, `${place} ${path}`);
});
