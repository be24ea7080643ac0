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

/** An engine with one image, which can be removed. */
const WITH_IMAGE = (folder: string) =>
  `#!/bin/sh
gone() { [ -e "${folder}/gone" ]; }
case "$*" in
  *--version*|version*) echo "podman version 4.3.1" ;;
  *"images --no-trunc"*) gone && echo '[]' || echo '[{"Id":"abc","Names":["localhost/kanibako-mine:latest"],"Size":5,"Created":0}]' ;;
  *image*inspect*) echo "Error: no such image" >&2; exit 125 ;;
  *"image rm "*) : >"${folder}/gone" ;;
esac
`;

Deno.test("F17: removing a rig is asked first, and a no removes nothing and ends with 2", async () => {
  await using world = await AppWorld.make();
  const bin = `${world.sandbox.root}/bin`;
  await Deno.writeTextFile(`${bin}/podman`, WITH_IMAGE(bin));
  const file = await world.sandbox.write("data/kanibako/containers/Containerfile.mine", "FROM scratch\n");
  await rejects(removeRig(world.host, "mine"), { code: "aborted", exitCode: 2 });
  match(world.ui.questions[0]?.text ?? "", /Remove localhost\/kanibako-mine:latest/);
  strictEqual((await removeRig(world.host, "mine", { force: true })).image, "localhost/kanibako-mine:latest");
  ok((await Deno.stat(`${bin}/gone`)).isFile);
  // F7: the same line again leaves the user's own file alone.
  await rejects(removeRig(world.host, "mine", { force: true }), { code: "no-rig" });
  ok((await Deno.stat(file)).isFile);
  strictEqual(world.ui.questions.length, 1);
});
