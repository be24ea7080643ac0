import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { setHere } from "../../../lib/app/config/change.ts";
import { crabScope } from "../../../lib/app/config/crab_scope.ts";
import { crabInfo, crabs } from "../../../lib/app/crab/info.ts";
import { loginState } from "../../../lib/app/crab/reauth.ts";
import { create } from "../../../lib/app/project/create.ts";
import { AppWorld } from "../world.ts";

Deno.test("configured agents are listed and shown, their secrets masked", async () => {
  await using world = await AppWorld.make();
  deepStrictEqual(await crabs(world.host), []);
  await rejects(crabInfo(world.host, "nobody"), { code: "unknown-crab" });
  // An agent of this program's own is known before its first start.
  strictEqual((await crabInfo(world.host, "claude")).name, "Claude Code");
  const scope = await crabScope(world.host, "claude");
  await setHere(scope, "env.MY_TOKEN", "hunter2");
  await setHere(scope, "env.EDITOR", "vi");
  const crab = await crabInfo(world.host, "claude");
  deepStrictEqual(crab.env, { MY_TOKEN: "********", EDITOR: "vi" });
  strictEqual(JSON.stringify(await crabs(world.host)).includes("hunter2"), false);
});

Deno.test("the state of a login is answered, or why there is none", async () => {
  await using world = await AppWorld.make();
  await create(world.host, { path: await world.folder("own"), cwd: "/", distinctAuth: true });
  await rejects(loginState(world.host, "own", "/"), { code: "no-agent" });
});
