// Which agent a helper has, and what the user keeps for it.

import assert from "node:assert/strict";
import { type FlagSettings } from "../../lib/config/settings.ts";
import { gather } from "../../lib/session/gather.ts";
import type { HelperBox } from "../../lib/session/stand_in.ts";
import { aHelper } from "../hub/example.ts";
import { installAgent } from "../support/agent.ts";
import { AppWorld } from "./world.ts";

Deno.test("T44: variables and caches that the user keeps for an agent are for helpers of a box with that agent alone", async () => {
  await using world = await AppWorld.make();
  const cwd = await world.folder("app");
  const { PATH } = await installAgent(`${world.sandbox.root}/home`, "");
  Deno.env.set("PATH", PATH);
  await Deno.mkdir(world.host.system.paths.crabs, { recursive: true });
  await Deno.writeTextFile(
    `${world.host.system.paths.crabs}/claude.toml`,
    '[env]\nOWN_KEY = "value"\n[shared]\nextra = ".cache/extra"\n',
  );
  const flags: FlagSettings = { crab: "claude" };
  const request = { host: world.host, cwd, words: [], flags };
  const director = await gather({ ...request, kind: "shell" });
  const of = async (agent: string) => {
    const standIn = {
      role: "helper",
      project: director.project,
      director: director.project,
      helper: aHelper(1, { crab: "claude" }),
      has: { security: "strict", autonomous: true, agent },
    } as unknown as HelperBox;
    const { settings } = await gather({ ...request, kind: "agent", standIn });
    return ["OWN_KEY" in settings.env, "extra" in settings.agentCaches];
  };
  assert.deepEqual(await of("claude"), [true, true]);
  assert.deepEqual(await of("codex"), [false, false]);
  assert.deepEqual(await of(""), [false, false]);
});
