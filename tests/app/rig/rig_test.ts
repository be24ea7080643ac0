import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { prepareRig, renewRigs } from "../../../lib/app/rig/prepare.ts";
import { removeRig } from "../../../lib/app/rig/remove.ts";
import { diagnoseRig, listRigs, rigImages, rigInfo } from "../../../lib/app/rig/show.ts";
import { AppWorld } from "../world.ts";

Deno.test("rigs are listed with and without an engine", async () => {
  for (const engines of [[], ["podman"]]) {
    await using world = await AppWorld.make(engines);
    const { prefabs, current } = await listRigs(world.host);
    ok(prefabs.some(({ name }) => name === "oci"));
    strictEqual(current, "oci");
    const checks = await diagnoseRig(world.host);
    ok(checks.length > 0);
    deepStrictEqual(world.ui.notes, []);
    if (engines.length === 0) await rejects(rigImages(world.host), { code: "no-engine" });
    else deepStrictEqual(await rigImages(world.host), []);
  }
});

Deno.test("a rig that is not known is refused by name; with none here there is nothing to renew", async () => {
  await using world = await AppWorld.make();
  await rejects(rigInfo(world.host, "nothing"), { code: "no-rig" });
  await rejects(prepareRig(world.host, "nothing"), { code: "no-rig" });
  deepStrictEqual(await renewRigs(world.host), { total: 0, renewed: [] });
});

Deno.test("removing a rig is asked first, and a no removes nothing", async () => {
  await using world = await AppWorld.make();
  const file = await world.sandbox.write("data/kanibako/containers/Containerfile.mine", "FROM scratch\n");
  strictEqual((await removeRig(world.host, "mine")).removed, false);
  match(world.ui.questions[0]?.details?.[0] ?? "", /not recoverable/);
  ok((await Deno.stat(file)).isFile);
  strictEqual((await removeRig(world.host, "mine", { force: true })).removed, true);
  await rejects(Deno.stat(file), Deno.errors.NotFound);
  strictEqual(world.ui.questions.length, 1);
});
