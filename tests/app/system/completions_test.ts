import assert from "node:assert/strict";
import { completionState, installCompletions, userShell } from "../../../lib/app/system/completions.ts";
import { COMPLETION_SCRIPTS } from "../../../lib/app/system/completion_scripts.ts";
import { Sandbox } from "../../config/support.ts";

Deno.test("completions are written where each shell looks, and nobody else's file is replaced", async () => {
  await using sandbox = await Sandbox.make();
  const host = await sandbox.open();
  for (const shell of ["bash", "zsh", "fish"] as const) {
    assert.equal((await completionState(host, shell)).state, "none");
    const { file } = await installCompletions(host, shell);
    assert.ok(file.startsWith(sandbox.root));
    assert.equal(await Deno.readTextFile(file), COMPLETION_SCRIPTS[shell]);
    assert.equal((await completionState(host, shell)).state, "current");
    // That of an earlier version is replaced.
    await Deno.writeTextFile(file, "older: kanibako __complete");
    assert.equal((await installCompletions(host, shell)).state, "current");
    await Deno.writeTextFile(file, "mine");
    await assert.rejects(installCompletions(host, shell), { code: "not-ours" });
    assert.equal(await Deno.readTextFile(file), "mine");
    await Deno.remove(file);
    await Deno.symlink("nowhere", file);
    await assert.rejects(installCompletions(host, shell), { code: "not-ours" });
  }
  assert.deepEqual(["/bin/bash", "/usr/bin/zsh", "fish", "/bin/dash", ""].map((path) => userShell(path)), [
    "bash",
    "zsh",
    "fish",
    undefined,
    undefined,
  ]);
});
