import assert from "node:assert/strict";
import { socketPair } from "../../lib/host/socket_pair.ts";

Deno.test("socketPair() connects this process with itself, also where folders have long names, and leaves nothing", async () => {
  const folder = await Deno.makeTempDir();
  const long = `${folder}/${"l".repeat(120)}`;
  await Deno.mkdir(long);
  const before = Deno.env.get("TMPDIR");
  for (const place of [folder, long]) {
    Deno.env.set("TMPDIR", place);
    const { own, node } = await socketPair();
    try {
      await own.write(new TextEncoder().encode("there"));
      const [piece] = await new Promise<[Uint8Array]>((resolve) =>
        node.once("data", (data) => resolve([data as Uint8Array])).resume()
      );
      assert.equal(new TextDecoder().decode(piece), "there");
      const left = [...Deno.readDirSync(place)].filter(({ name }) => name.startsWith("kanibako-"));
      assert.deepEqual(left, []);
    } finally {
      own.close();
      node.destroy();
      if (before === undefined) Deno.env.delete("TMPDIR");
      else Deno.env.set("TMPDIR", before);
    }
  }
  await Deno.remove(folder, { recursive: true });
});
