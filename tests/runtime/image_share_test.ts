import assert from "node:assert/strict";
import { imagePlaces, layersOf } from "../../lib/runtime/cli/image_share.ts";

const id = (digit: string) => digit.repeat(64);

Deno.test("layersOf() names the layers of images with all that they stand on, and none of a container", () => {
  const layers = [
    { id: id("a") },
    { id: id("b"), parent: id("a") },
    { id: id("c"), parent: id("b") },
    { id: id("d"), parent: id("b") },
    { id: "../../secrets" },
  ];
  assert.deepEqual(layersOf([{ layer: id("c") }], layers), [id("a"), id("b"), id("c")]);
  assert.deepEqual(layersOf([{ layer: id("b") }, { layer: id("a") }, {}], layers), [id("a"), id("b")]);
  assert.deepEqual(layersOf([{ layer: "../../secrets" }, { layer: id("f") }], layers), []);
  const round = [{ id: id("a"), parent: id("b") }, { id: id("b"), parent: id("a") }];
  assert.deepEqual(layersOf([{ layer: id("a") }], round), [id("a"), id("b")]);
});

Deno.test("imagePlaces() is the images of a storage and nothing else, or says why not", async () => {
  const root = await Deno.makeTempDir();
  const refused = (driver: string, why: RegExp) =>
    assert.rejects(imagePlaces(root, driver), { code: "no-shared-images", message: why });
  await refused("vfs", /its storage driver is vfs/);
  await refused("overlay", /there are none/);
  await Deno.mkdir(`${root}/overlay-images`);
  await Deno.mkdir(`${root}/overlay-layers`);
  await Deno.writeTextFile(`${root}/overlay-images/images.json`, "{");
  await refused("overlay", /images\.json cannot be read/);
  await Deno.writeTextFile(`${root}/overlay-images/images.json`, JSON.stringify([{ layer: id("a") }]));
  await Deno.writeTextFile(
    `${root}/overlay-layers/layers.json`,
    JSON.stringify([{ id: id("a") }, { id: id("b") }]),
  );
  assert.deepEqual((await imagePlaces(root, "overlay")).map(({ place }) => place), [
    "overlay-images",
    "overlay-layers",
    "overlay/l",
    `overlay/${id("a")}`,
  ]);
  await Deno.remove(root, { recursive: true });
});
