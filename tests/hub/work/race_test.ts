import assert from "node:assert/strict";
import { KanibakoError } from "../../../lib/host/error.ts";
import { pause } from "../../../lib/host/timer.ts";
import { LandedStore } from "../../../lib/hub/work/landed.ts";
import { undoLand } from "../../../lib/hub/work/undo.ts";
import { command } from "../../support/trees.ts";
import { land, lines, read, withHelper, write } from "./support.ts";

const SECRET = "a secret of this machine\n";

Deno.test("a helper that swaps folders and links while its work lands gets nothing else to land, and nothing of this machine", () =>
  withHelper({ "d/a": "a\n", "d/b": "b\n" }, async (world) => {
    const { base, workspace, parent } = world;
    await write(base, { "outside/a": SECRET, "outside/b": SECRET, "outside/c": SECRET });
    await write(workspace, { "d/a": "A\n", "d/c": "C\n" });
    await Deno.rename(`${workspace}/d`, `${workspace}/.real`);
    await Deno.symlink(`${base}/outside`, `${workspace}/.link`);
    // Swaps both names as fast as a shell can, until the file is gone.
    await Deno.writeTextFile(`${base}/go`, "");
    const swapping = command(
      "sh",
      "-c",
      `cd "$1"; while [ -e "$2" ]; do mv -T .real d; mv -T d .real; mv -T .link d; mv -T d .link; done`,
      "sh",
      workspace,
      `${base}/go`,
    );
    let landed = 0;
    try {
      for (const end = Date.now() + 3000; Date.now() < end;) {
        try {
          await land(world);
          landed++;
        } catch (error) {
          assert.ok(error instanceof KanibakoError, String(error));
        }
        const files = await read(parent);
        // A link may land as the link that it is; nothing that is behind it does.
        for (const [path, text] of Object.entries(files)) {
          assert.ok(text !== SECRET, `${path} has what is not the helper's`);
          assert.ok(!path.startsWith(".kanibako"), path);
        }
      }
    } finally {
      await Deno.remove(`${base}/go`);
      await swapping;
    }
    assert.ok(landed > 0, "nothing ever landed");
    assert.equal(await Deno.readTextFile(`${base}/outside/a`), SECRET);
    assert.deepEqual([...Deno.readDirSync(`${base}/outside`)].map(({ name }) => name).sort(), [
      "a",
      "b",
      "c",
    ]);
  }));

Deno.test("a parent that swaps its folders for links has nothing written elsewhere", () =>
  withHelper({ "d/a": "a\n", "d/b": "b\n" }, async (world) => {
    const { base, workspace, parent } = world;
    await write(base, { "outside/keep": SECRET });
    await Deno.symlink(`${base}/outside`, `${parent}/.link`);
    await Deno.writeTextFile(`${base}/go`, "");
    const swapping = command(
      "sh",
      "-c",
      `cd "$1"; while [ -e "$2" ]; do mv -T d .real; mv -T .link d; mv -T d .link; mv -T .real d; done`,
      "sh",
      parent,
      `${base}/go`,
    );
    try {
      for (let round = 0, end = Date.now() + 3000; Date.now() < end; round++) {
        await write(workspace, { "d/a": `${round}\n`, [`d/new-${round}`]: "" });
        await land(world).catch((error) => assert.ok(error instanceof KanibakoError, String(error)));
      }
    } finally {
      await Deno.remove(`${base}/go`);
      await swapping;
    }
    assert.deepEqual(await read(`${base}/outside`), { keep: SECRET });
    await land(world).catch(() => {});
  }));

Deno.test("a landing that was killed is taken back by the next one", () =>
  withHelper({ "a": "a\n", "b": "b\n", "gone": "gone\n" }, async (world) => {
    const { workspace, parent, undo } = world;
    await write(workspace, { "a": "A\n", "b": "B\n", "new/c": "c\n" });
    await Deno.remove(`${workspace}/gone`);
    const { undo: id } = await land(world);
    // As if it had been killed when it had not come to b, with a folder of its own in the parent's.
    using store = await LandedStore.open(undo);
    const record = await store.read(id!);
    const inside = `.kanibako-landing-${crypto.randomUUID()}`;
    await store.write(id!, { ...record, status: "begun", inside });
    store[Symbol.dispose]();
    await write(parent, { "b": "b\n", [`${inside}/old/x`]: "" });
    await assert.rejects(undoLand({ ...world, keepOut: "none" }), { code: "no-undo" });
    assert.deepEqual(await read(parent), { "a": "a\n", "b": "b\n", "gone": "gone\n" });
    assert.deepEqual(await lines(world), [
      "changed a",
      "changed b",
      "removed gone",
      "added new",
      "added new/c",
    ]);
    await land(world);
    assert.deepEqual(await read(parent), { "a": "A\n", "b": "B\n", "new/c": "c\n" });
  }));

Deno.test("what landings replaced is kept within limits of number and length, the last one always", () =>
  withHelper({ "a": "a\n" }, async (world) => {
    for (let round = 0; round < 22; round++) {
      await write(world.workspace, { [`f${round}`]: "" });
      await land(world);
    }
    using store = await LandedStore.open(world.undo, 0);
    assert.equal((await store.ids()).length, 20);
    const last = (await store.ids()).at(-1)!;
    await store.write(last, { ...await store.read(last), bytes: 1 });
    await store.prune();
    assert.deepEqual(await store.ids(), [last]);
  }));

Deno.test("two landings at once wait for each other", () =>
  withHelper({ "a": "a\n" }, async (world) => {
    await write(world.workspace, { "a": "A\n", "b": "B\n" });
    const results = await Promise.all([land(world), land(world), pause(1).then(() => land(world))]);
    assert.equal(results.filter(({ undo }) => undo !== undefined).length, 1);
    assert.deepEqual(await read(world.parent), { "a": "A\n", "b": "B\n" });
  }));
