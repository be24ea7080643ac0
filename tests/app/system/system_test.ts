import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { diagnoseSystem } from "../../../lib/app/system/diagnose.ts";
import { systemInfo } from "../../../lib/app/system/info.ts";
import { setupState } from "../../../lib/app/system/setup.ts";
import { version } from "../../../lib/host/version.ts";
import { AppWorld } from "../world.ts";

Deno.test("setup looks for no rig where there is no engine", async () => {
  await using without = await AppWorld.make([]);
  const { engine, rig, ready } = await setupState(without.host);
  deepStrictEqual([engine.mark, rig, ready], ["!!", undefined, false]);
});

Deno.test("setup, info and diagnose answer data, and print and note nothing", async () => {
  await using world = await AppWorld.make();
  const { engine, rig, ready, network } = await setupState(world.host);
  deepStrictEqual([engine.mark, rig?.mark, ready], ["ok", "--", false]);
  deepStrictEqual(network, { value: "open", decided: false });
  const info = await systemInfo(world.host);
  deepStrictEqual([info.version, info.engine?.name, info.agents], [version, "podman", []]);
  const checks = await diagnoseSystem(world.host);
  strictEqual(checks.find(({ label }) => label === "Container engine")?.mark, "ok");
  strictEqual(
    checks.find(({ label }) => label === "Aider")?.detail,
    "not found. Install Aider: uv tool install aider-chat",
  );
  deepStrictEqual(world.ui.notes, []);
});
