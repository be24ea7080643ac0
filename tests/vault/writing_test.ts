import assert from "node:assert/strict";
import { contents } from "../support/trees.ts";
import { VaultWorld } from "./world.ts";

/** Writes in place, appends, renames and removes until it is ended, and says when it has begun. */
const RESTLESS = `cd "$1" || exit 1
mkdir -p moving
n=0
while :; do
  n=$((n + 1))
  printf '%08d' "$n" | dd of=inplace bs=8 seek=$((n % 64)) conv=notrunc status=none
  echo "$n" >> appended
  echo "$n" > moving/new && mv moving/new "moving/$((n % 5))"
  rm -f "moving/$(((n + 2) % 5))"
  [ "$n" != 3 ] || echo begun
done`;

for (const strategy of ["hardlink", "archive"] as const) {
  Deno.test(`a box that writes all the while: each ${strategy} snapshot is whole, and stays as it was taken`, async () => {
    await using world = await VaultWorld.make();
    for (let n = 0; n < 50; n++) await world.write(`still/${n}`, `content of ${n}`);
    await world.write("inplace", "-".repeat(512));
    const still = await contents(`${world.live}/still`);
    const box = new Deno.Command("sh", {
      args: ["-c", RESTLESS, "sh", world.live],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const taken = new Map<string, string>();
    try {
      const reader = box.stdout.getReader();
      assert.match(new TextDecoder().decode((await reader.read()).value), /begun/);
      await reader.cancel();
      for (let n = 0; n < 5; n++) {
        const { name } = await world.snapshot({ strategy });
        if (strategy === "hardlink") taken.set(name, await contents(`${world.versions}/${name}/content`));
      }
    } finally {
      box.kill("SIGKILL");
      await box.status;
    }
    assert.deepEqual((await world.verify()).filter(({ outcome }) => outcome === "damaged"), []);
    for (const [name, before] of taken) {
      assert.equal(await contents(`${world.versions}/${name}/content`), before);
    }
    for (const name of (await world.names()).slice(0, 5)) {
      await world.restore(name);
      assert.equal(await contents(`${world.live}/still`), still);
    }
  });
}
