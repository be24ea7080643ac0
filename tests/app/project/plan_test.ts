import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { planSession } from "../../../lib/app/project/plan.ts";
import { recordRig } from "../../../lib/rig/records.ts";
import { listing } from "../../config/support.ts";
import { AppWorld } from "../world.ts";

Deno.test("a session is planned, secrets masked; nothing is made, noted or asked of an engine", async () => {
  await using world = await AppWorld.make();
  await recordRig(world.host.dirs, "oci", { reference: "localhost/kanibako-oci:latest", imageId: "1" });
  const cwd = await world.folder("api");
  await Deno.mkdir(`${cwd}/src`);
  const before = await listing(world.sandbox.root);
  const planned = await planSession({
    host: world.host,
    cwd,
    kind: "shell",
    words: ["id"],
    flags: { network: "none", env: ["API_TOKEN=hunter2", "EDITOR=vi"] },
  });
  strictEqual(planned.project.exists, false);
  strictEqual(planned.spec.network.kind, "none");
  deepStrictEqual(planned.work.argv.at(-1), "id");
  deepStrictEqual([planned.spec.env["API_TOKEN"]?.value, planned.spec.env["EDITOR"]?.value], [
    "********",
    "vi",
  ]);
  strictEqual(JSON.stringify(planned).includes("hunter2"), false);
  deepStrictEqual([await listing(world.sandbox.root), world.ui.notes], [before, []]);
  deepStrictEqual(await world.engineCalls("podman"), []);
});

Deno.test("F19: a plan says how a rig that is not here would be had, and has none for a rig that is nowhere", async () => {
  await using world = await AppWorld.make();
  const cwd = await world.folder("api");
  const plan = (image?: string) =>
    planSession({ host: world.host, cwd, kind: "shell", words: [], flags: image ? { image } : {} });
  strictEqual((await plan()).rigWouldBe, "built");
  strictEqual((await plan("ghcr.io/acme/kanibako-oci:v3")).rigWouldBe, "pulled");
  await rejects(plan("nosuch"), { code: "no-rig" });
  await recordRig(world.host.dirs, "min", { reference: "localhost/kanibako-min:latest", imageId: "1" });
  const known = await plan("min");
  strictEqual(known.rigWouldBe, undefined);
  strictEqual(known.meets, undefined);
});
