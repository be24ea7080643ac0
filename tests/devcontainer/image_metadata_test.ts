import assert from "node:assert/strict";
import { imageMetadata } from "../../lib/devcontainer/image_metadata.ts";

const of = (text: string) => imageMetadata("a", { labels: { "devcontainer.metadata": text } });

Deno.test("imageMetadata reads a list, one entry alone, and nothing", () => {
  assert.deepEqual(of('[{"init":true},{"id":"a"}]'), [{ init: true }, { id: "a" }]);
  assert.deepEqual(of('{"init":true}'), [{ init: true }]);
  assert.deepEqual([of(""), imageMetadata("a", { labels: {} })], [[], []]);
});

Deno.test("imageMetadata refuses a label that is something else", () => {
  const texts = [
    "{",
    "1",
    "[1]",
    "[[]]",
    `[{"a":${"[".repeat(500)}${"]".repeat(500)}}]`,
    `[${"{},".repeat(600)}{}]`,
  ];
  for (const text of texts) assert.throws(() => of(text), { code: "bad-image-metadata" }, text.slice(0, 20));
});
