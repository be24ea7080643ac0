import assert from "node:assert/strict";
import { Sandbox } from "./program.ts";

Deno.test("a prompt for which there is no agent is an error, on standard error alone", async () => {
  await using sandbox = await Sandbox.make();
  for (
    const words of [["--prompt", "x"], ["--prompt", "x", "--json"], ["--prompt", "x", "--crab", "codex"]]
  ) {
    const { code, stdout, stderr } = await sandbox.run(["start", ...words]);
    assert.deepEqual([code, stdout], [1, ""], words.join(" "));
    assert.match(stderr, /There is no agent on this machine|Codex is not installed/);
  }
  // Without one it is no failure to say what to install, where there is no project yet.
  const { code, stdout } = await sandbox.run(["start"]);
  assert.equal(code, 0);
  assert.match(stdout, /There is no agent on this machine/);
});
