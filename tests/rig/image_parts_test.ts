// An image archive is somebody else's: whatever it says, it is an image or an error that says why not.

import assert from "node:assert/strict";
import type { ArchiveEntry } from "../../lib/archive/tar_reader.ts";
import { onlyImage, PartFiles } from "../../lib/rig/bundle/image_parts.ts";
import { inFolder } from "../support/trees.ts";

/** Files of an archive, in order. */
async function imageOf(files: Readonly<Record<string, unknown>>, folder: string) {
  const left = Object.entries(files);
  let text: string | undefined;
  const members = {
    next: () => {
      const next = left.shift();
      if (!next) return Promise.resolve(undefined);
      text = typeof next[1] === "string" ? next[1] : JSON.stringify(next[1]);
      return Promise.resolve({ path: next[0], kind: "file", size: text.length } as unknown as ArchiveEntry);
    },
    content: () => {
      const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
      text = undefined;
      return Promise.resolve(bytes);
    },
  };
  return await onlyImage(await PartFiles.read(members, folder, "the image"));
}

const image = (manifest: Readonly<Record<string, unknown>> = {}, labels: unknown = { a: "b" }) => ({
  "manifest.json": [{ Config: "c.json", Layers: ["l.tar", "l.tar"], RepoTags: null, ...manifest }],
  "c.json": { config: { Labels: labels } },
  "l.tar": "layer",
});

Deno.test("an image has its layers, also one that it has twice, and the labels that are text", () =>
  inFolder(async (folder) => {
    const { layers, labels } = await imageOf(
      image({}, { a: "b", c: 1, d: { toString: 1, valueOf: 1 } }),
      folder,
    );
    assert.deepEqual(layers, [`${folder}/2`, `${folder}/2`]);
    assert.deepEqual(labels, { a: "b" });
  }));

const BAD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "its settings are a layer": { Layers: ["l.tar", "c.json"] },
  "a layer is no text": { Layers: ["l.tar", 1] },
  "a layer is missing": { Layers: ["x.tar"] },
  "its layers are no list": { Layers: "l.tar" },
  "its settings are no text": { Config: {} },
};
for (const [what, manifest] of Object.entries(BAD)) {
  Deno.test(`T17: no image, and said so: ${what}`, () =>
    inFolder((folder) => assert.rejects(imageOf(image(manifest), folder), { code: "bad-archive" })));
}
