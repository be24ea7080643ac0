import assert from "node:assert/strict";
import { runtimeDir, sessionBus } from "../../lib/host/runtime_dir.ts";

Deno.test("C29: a runtime folder that is another user's, open to others or gone counts as unset", async () => {
  const base = await Deno.makeTempDir({ prefix: "kanibako-runtime-" });
  const [ours, open, file] = [`${base}/ours`, `${base}/open`, `${base}/file`];
  try {
    await Deno.mkdir(ours, { mode: 0o700 });
    await Deno.mkdir(open);
    await Deno.chmod(open, 0o755);
    await Deno.writeTextFile(file, "", { mode: 0o600 });
    const at = (folder: string | undefined, bus?: string) => (name: string) =>
      name === "XDG_RUNTIME_DIR" ? folder : name === "DBUS_SESSION_BUS_ADDRESS" ? bus : undefined;
    const none = runtimeDir(at(undefined));
    assert.equal(runtimeDir(at(ours)), ours);
    // Of another user: root's own are nobody else's, and what is not root's is not root's.
    const foreign = Deno.uid() === 0 ? `${base}/foreign` : "/root";
    if (Deno.uid() === 0) {
      await Deno.mkdir(foreign, { mode: 0o700 });
      await Deno.chown(foreign, 65534, 65534);
    }
    for (const folder of [foreign, open, file, `${base}/none`, "ours", ""]) {
      assert.equal(runtimeDir(at(folder)), none, folder);
    }
    assert.equal(sessionBus(at(ours, `unix:path=${ours}/bus`)), `unix:path=${ours}/bus`);
    assert.equal(sessionBus(at(foreign, `unix:path=${foreign}/bus`)), undefined);
    assert.equal(sessionBus(at(foreign, "unix:abstract=/tmp/bus")), "unix:abstract=/tmp/bus");
    assert.equal(sessionBus(at(undefined, "unix:path=/x/bus")), "unix:path=/x/bus");
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
