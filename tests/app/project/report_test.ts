import assert from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { quarantineOf } from "../../../lib/app/project/quarantine.ts";
import { boxReport } from "../../../lib/app/project/report.ts";
import { forgetLook, lookBefore } from "../../../lib/report/session.ts";
import { AppWorld } from "../world.ts";

Deno.test("a start that failed before its look was kept leaves the report of the session before it", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  const { project: { state } } = await create(world.host, { path, cwd: "/" });
  await assert.rejects(boxReport(world.host, path, "/"), { code: "no-look" });
  const look = (run: string) => lookBefore({ state, root: path, run, agent: "", show: "brief" });
  await (await look("run-1")).keep();
  await Deno.writeTextFile(`${path}/.envrc`, "");
  await look("run-2");
  await forgetLook(state, "run-2");
  const { since, findings } = await boxReport(world.host, path, "/");
  assert.equal(since.id, "run-1");
  assert.deepEqual(findings.map(({ path }) => path), [".envrc"]);
});

Deno.test("a folder that is no project has neither a report nor a quarantine", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("none");
  await assert.rejects(boxReport(world.host, path, "/"), { code: "no-box" });
  await assert.rejects(quarantineOf(world.host, path, "/"), { code: "no-box" });
});
