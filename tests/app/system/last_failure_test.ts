import assert from "node:assert/strict";
import { lastStarts } from "../../../lib/app/system/last_starts.ts";
import { create } from "../../../lib/app/project/create.ts";
import { KanibakoError } from "../../../lib/host/error.ts";
import { lastFailure, noteFailure } from "../../../lib/run/last_failure.ts";
import { AppWorld } from "../world.ts";

Deno.test("C33: a diagnosis names the boxes whose last start failed, and why", async () => {
  await using world = await AppWorld.make([]);
  const made = async (name: string) =>
    (await create(world.host, { path: await world.folder(name), cwd: "/" })).project;
  const [api, web] = [await made("api"), await made("web")];
  assert.deepEqual(await lastStarts(world.host), []);
  const damaged = new KanibakoError("rig-damaged", "The rig min is damaged.", {
    hint: "kanibako rig rebuild min",
  });
  await noteFailure(api.state, damaged);
  await noteFailure(
    web.state,
    new KanibakoError("engine", "It failed.", { hint: "To find the cause: kanibako system diagnose" }),
  );
  const found = await lastStarts(world.host);
  assert.deepEqual(found.map(({ mark, label }) => [mark, label]).sort(), [
    ["!!", "Last start of api"],
    ["!!", "Last start of web"],
  ]);
  const detail = (name: string) => found.find(({ label }) => label.endsWith(name))!.detail;
  assert.match(detail("api"), /^failed at .* UTC: The rig min is damaged\. → kanibako rig rebuild min$/);
  // It does not lead to where one is.
  assert.match(detail("web"), /: It failed\.$/);
});

Deno.test("C46: why a start failed is not itself an error where it cannot be kept", async () => {
  await noteFailure("/proc/none", new Error("x"));
  assert.equal(await lastFailure("/proc/none"), undefined);
});
