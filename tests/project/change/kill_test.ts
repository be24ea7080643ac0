// A process that makes a change is killed at every point of it. The next command finds the old world or the new one.

import assert from "node:assert/strict";
import { run } from "../../../lib/host/process.ts";
import { runChange } from "../../../lib/project/change/change.ts";
import { recoverChanges } from "../../../lib/project/change/recover.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { Sandbox } from "../../config/support.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { picture, restore } from "./world.ts";
import { denoDir } from "../../support/deno_dir.ts";

const victim = new URL("./victim.ts", import.meta.url).pathname;

/** Makes the change in a process of its own that is to be killed there. */
async function kill(box: Sandbox, name: string, index: number, when: string): Promise<void> {
  const { code, stderr } = await run(
    [Deno.execPath(), "run", "-A", "--no-check", "--quiet", victim, box.root, name, String(index), when],
    { env: { ...box.env(), DENO_DIR: denoDir() } },
  );
  assert.equal(code, 137, `${when} step ${index}: ${stderr}`);
}

async function check(scenario: Scenario, box: Sandbox, isNew: boolean, from: string): Promise<void> {
  const host = await box.open();
  const work = `${box.root}/work`;
  if (isNew && scenario.result) {
    const project = await locateProject(host, scenario.result(work), work);
    assert.equal(project.exists, true);
    assert.equal(project.mode, scenario.mode);
    assert.equal(await Deno.readTextFile(`${project.home}/.marker`), "home");
    assert.equal(await Deno.readTextFile(`${project.vault!.readWrite}/kept`), "vault");
    if (scenario.stays) assert.notEqual(project.home, (await locateProject(host, from, work)).home);
  } else if (!isNew) {
    assert.equal((await locateProject(host, from, work).catch((error) => error)).mode !== "new", true);
  }
}

for (const [name, scenario] of Object.entries(scenarios)) {
  Deno.test(`${name}: killed at any point, the old state or the new one is there, whole`, async () => {
    await using box = await Sandbox.make();
    await using saved = await Sandbox.make();
    const work = `${box.root}/work`;
    const host = await box.open();
    const from = (await scenario.setUp(host, work)).path;
    const old = await picture(box);
    await restore(box.root, saved.root);
    const change = await scenario.plan(host, work);
    await runChange(host, change);
    const after = await picture(box);
    assert.notEqual(after, old);
    await check(scenario, box, true, from);

    for (let index = 0; index < change.steps.length; index++) {
      for (const when of ["before", "performed"]) {
        await restore(saved.root, box.root);
        await kill(box, name, index, when);
        const said = await recoverChanges(host);
        assert.equal(said.length, 1, said.join("\n"));
        const isNew = index > change.commitAt || index === change.commitAt;
        assert.match(said[0]!, isNew ? /now complete/ : /rolled back/);
        assert.equal(await picture(box), isNew ? after : old, `${when} step ${index}: ${said}`);
        await check(scenario, box, isNew, from);
        assert.deepEqual(await recoverChanges(host), []);
      }
    }
  });
}
