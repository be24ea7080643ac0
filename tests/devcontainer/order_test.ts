import assert from "node:assert/strict";
import { inOrder, type OrderNode, withoutVersion } from "../../lib/devcontainer/features/order.ts";

const node = (
  resource: string,
  needs: string[] = [],
  after: string[] = [],
  legacy: string[] = [],
): OrderNode => ({
  key: resource,
  resource,
  needs,
  after,
  legacy,
});
const names = (nodes: readonly OrderNode[], first: readonly string[] = []) =>
  inOrder(nodes, first).map(({ resource }) => resource);

Deno.test("features are installed in the order of their names where nothing else says so", () => {
  assert.deepEqual(names([node("z.io/a/c"), node("a.io/a/b"), node("a.io/a/a")]), [
    "a.io/a/a",
    "a.io/a/b",
    "z.io/a/c",
  ]);
});

Deno.test("a feature comes after what it needs, and after what it names where that is asked for", () => {
  assert.deepEqual(names([node("a.io/a/a", ["a.io/a/b"]), node("a.io/a/b")]), ["a.io/a/b", "a.io/a/a"]);
  assert.deepEqual(names([node("a.io/a/a", [], ["a.io/a/b:2", "a.io/a/none"]), node("a.io/a/b")]), [
    "a.io/a/b",
    "a.io/a/a",
  ]);
  assert.deepEqual(names([node("a.io/a/a", [], ["a.io/a/old"]), node("a.io/a/b", [], [], ["a.io/a/old"])]), [
    "a.io/a/b",
    "a.io/a/a",
  ]);
});

Deno.test("what the file wants first comes first, but after what it needs", () => {
  const nodes = [node("a.io/a/a"), node("a.io/a/b", ["a.io/a/d"]), node("a.io/a/c"), node("a.io/a/d")];
  assert.deepEqual(names(nodes, ["a.io/a/c:1", "a.io/a/b"]), [
    "a.io/a/c",
    "a.io/a/a",
    "a.io/a/d",
    "a.io/a/b",
  ]);
});

Deno.test("features that need each other are refused", () => {
  assert.throws(() => names([node("a", ["b"]), node("b", ["a"])]), { code: "bad-feature" });
});

Deno.test("withoutVersion takes tag and digest away, and no port", () => {
  assert.equal(withoutVersion("Ghcr.io:5000/o/f/Node:1"), "ghcr.io:5000/o/f/node");
  assert.equal(withoutVersion(`a.io/o/f@sha256:${"a".repeat(64)}`), "a.io/o/f");
  assert.equal(withoutVersion("./F"), "./F");
});
