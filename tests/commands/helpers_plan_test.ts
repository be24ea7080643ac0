// Whether a box may start helpers, as its plan says.

import assert from "node:assert/strict";
import { Sandbox } from "./program.ts";

async function hasFolder(sandbox: Sandbox, ...words: string[]): Promise<boolean> {
  const { code, stdout, stderr } = await sandbox.run(["shell", "--plan", ...words]);
  assert.equal(code, 0, stderr);
  return stdout.includes("/home/agent/helpers");
}

Deno.test("W-60: every box may start helpers, shells and persistent ones too, unless an option or a setting says no", async () => {
  await using sandbox = await Sandbox.make();
  for (const words of [[], ["--persistent"]]) assert.ok(await hasFolder(sandbox, ...words), words.join());
  assert.equal(await hasFolder(sandbox, "--no-helpers"), false);
  assert.equal((await sandbox.run(["create"])).code, 0);
  for (const setting of ["allow_helpers=false", "spawn.depth=0", "spawn.breadth=0"]) {
    assert.equal((await sandbox.run(["box", "config", setting])).code, 0);
    assert.equal(await hasFolder(sandbox), false, setting);
    assert.equal((await sandbox.run(["box", "config", "--reset", setting.split("=")[0]!])).code, 0);
  }
});
