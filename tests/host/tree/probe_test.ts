import assert from "node:assert/strict";
import { KanibakoError } from "../../../lib/host/error.ts";
import { libc } from "../../../lib/host/libc/libc.ts";
import { openFolder } from "../../../lib/host/tree/folder.ts";
import { probeLinks } from "../../../lib/host/tree/probe.ts";
import { handlesIn } from "../../support/trees.ts";

Deno.test("probing a folder finds out whether files can have two names, and leaves no handle open", async () => {
  const root = await Deno.makeTempDir();
  using folder = openFolder(root);
  const before = handlesIn(root);
  assert.equal(probeLinks(folder).hardlink, true);
  assert.equal(handlesIn(root), before);
  await Deno.remove(root, { recursive: true });
});

Deno.test("a probe that cannot make its files says so, and leaves no handle open", async () => {
  for (const taken of ["one", "two"]) {
    const root = await Deno.makeTempDir();
    await Deno.mkdir(`${root}/${taken}`);
    using folder = openFolder(root);
    const before = handlesIn(root);
    assert.throws(
      () => probeLinks(folder),
      (error) => error instanceof KanibakoError && error.code === "cannot-write",
    );
    assert.equal(handlesIn(root), before, taken);
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a full disk is not taken for a file system that cannot", async () => {
  const c = libc() as { clone: ReturnType<typeof libc>["clone"]; link: ReturnType<typeof libc>["link"] };
  const { clone, link } = c;
  const probed = async (calls: Partial<typeof c>) => {
    const root = await Deno.makeTempDir();
    using folder = openFolder(root);
    Object.assign(c, calls);
    try {
      return probeLinks(folder);
    } finally {
      Object.assign(c, { clone, link });
      await Deno.remove(root, { recursive: true });
    }
  };
  const [unable, full] = [() => -95, () => -28];
  assert.deepEqual(await probed({ clone: unable, link: unable }), { reflink: false, hardlink: false });
  await assert.rejects(probed({ clone: full }), { code: "disk-full" });
  await assert.rejects(probed({ clone: unable, link: full }), { code: "disk-full" });
});
