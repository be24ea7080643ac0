import assert from "node:assert/strict";
import { readText } from "../../lib/host/store.ts";
import { run } from "../../lib/host/process.ts";

Deno.test("N5: a settings file that is no file, or a link to nothing, is an error that names it, and none is none", async () => {
  const base = await Deno.makeTempDir({ prefix: "kanibako-text-" });
  const at = (name: string) => `${base}/${name}`;
  try {
    await Deno.writeTextFile(at("file"), "text");
    await Deno.symlink("file", at("link"));
    await Deno.symlink("nowhere", at("lost"));
    await Deno.symlink("/dev/zero", at("device"));
    await Deno.symlink("/dev/null", at("empty"));
    await Deno.mkdir(at("folder"));
    await run(["mkfifo", at("fifo")]);
    assert.equal(await readText(at("file")), "text");
    assert.equal(await readText(at("link")), "text");
    assert.equal(await readText(at("empty")), "");
    assert.equal(await readText(at("none")), undefined);
    assert.equal(await readText(`${base}/none/below`), undefined);
    for (
      const [name, why] of [
        ["lost", /lost: it is a link to nothing \(nowhere\)/],
        ["fifo", /fifo: it is a FIFO, not a file/],
        ["device", /device: it is a device, not a file/],
        ["folder", /folder: it is a folder, not a file/],
      ] as const
    ) {
      await assert.rejects(readText(at(name)), { code: "cannot-read", message: why });
    }
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
