import assert from "node:assert/strict";
import { chooseImage, DEFAULT_IMAGE } from "../../../lib/rig/choose/choose.ts";

Deno.test("chooseImage: an image that was named is taken, and the default where nothing decides", async () => {
  const input = { argv: ["unheard-of"], folder: undefined, templates: [] };
  assert.equal((await chooseImage({ ...input, image: "example.org/a/b:1" })).image, "example.org/a/b:1");
  assert.equal((await chooseImage(input)).image, DEFAULT_IMAGE);
});
