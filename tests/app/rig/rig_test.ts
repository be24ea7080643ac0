import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { prepareRig, renewRigs } from "../../../lib/app/rig/prepare.ts";
import { removeRig } from "../../../lib/app/rig/remove.ts";
import { diagnoseRig, listRigs, rigImages, rigInfo } from "../../../lib/app/rig/show.ts";
import { create } from "../../../lib/app/project/create.ts";
import type { KanibakoError } from "../../../lib/host/error.ts";
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

Deno.test("annoyance 7: a rig in use is said to be, with its boxes and how to stop them, and once", async () => {
  await using world = await AppWorld.make();
  const bin = `${world.sandbox.root}/bin`;
  const used =
    '[{"Id":"c1","Names":["kanibako-api"],"Image":"localhost/kanibako-mine:latest","State":"running",' +
    `"Labels":{"kanibako.box":"kanibako-api","kanibako.role":"box","kanibako.owner":"x"}}]`;
  const engine = (list: string, says: string) =>
    Deno.writeTextFile(
      `${bin}/podman`,
      WITH_IMAGE(bin).replace(
        / {2}\*"image rm "\*\).*\n/,
        `  *"image rm "*) echo "${says}" >&2; exit 2 ;;\n  *"ps --all"*) echo '${list}' ;;\n`,
      ),
    );
  const inUse = `Error: image used by ${"a".repeat(64)}: image is in use by a container: consider forcing`;
  await world.sandbox.write("data/kanibako/containers/Containerfile.mine", "FROM scratch\n");
  await create(world.host, { path: await world.folder("api"), cwd: "/" });
  await engine(used, inUse);
  await rejects(removeRig(world.host, "mine", { force: true }), (error: KanibakoError) => {
    strictEqual(error.message, "The rig mine is used by the box api.");
    deepStrictEqual([error.hints, error.output], [["Stop it first: kanibako stop api"], undefined]);
    return true;
  });
  await engine("[]", inUse);
  await rejects(removeRig(world.host, "mine", { force: true }), {
    code: "image-in-use",
    message: "A container uses the image localhost/kanibako-mine:latest.",
  });
  await engine("[]", "Error: it is broken");
  await rejects(removeRig(world.host, "mine", { force: true }), (error: KanibakoError) => {
    strictEqual(
      error.message,
      "podman cannot remove image localhost/kanibako-mine:latest: Error: it is broken",
    );
    strictEqual(error.output, undefined, "the reason is said twice");
    return true;
  });
});
