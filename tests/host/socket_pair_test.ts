import assert from "node:assert/strict";
import { SocketPairs } from "../../lib/host/socket_pair.ts";

Deno.test("a process connects with itself, any number of times at once, also where a folder has a long name", async () => {
  const folder = await Deno.makeTempDir();
  const long = `${folder}/${"l".repeat(120)}`;
  await Deno.mkdir(long);
  for (const place of [folder, long]) {
    const path = `${place}/own`;
    // One that was killed has left it.
    await Deno.writeTextFile(path, "");
    const pairs = new SocketPairs(path);
    const made = await Promise.all(Array.from({ length: 8 }, () => pairs.make()));
    assert.equal((await Deno.lstat(path)).mode! & 0o777, 0o600);
    for (const [at, { own, node }] of made.entries()) {
      await own.write(new TextEncoder().encode(`${at}`));
      const said = await new Promise((resolve) => {
        node.once("data", (data) => resolve(new TextDecoder().decode(data as Uint8Array)));
        node.resume();
      });
      assert.equal(said, `${at}`);
      own.close();
      node.destroy();
    }
    pairs[Symbol.dispose]();
    await assert.rejects(pairs.make(), /no more connections/);
    await assert.rejects(Deno.lstat(path), Deno.errors.NotFound);
  }
  await Deno.remove(folder, { recursive: true });
});
