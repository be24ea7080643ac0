// An agent that ends in its first second, which must have the processor to do so: this file is tested alone.

import assert from "node:assert/strict";
import { withAgent } from "../support/agent_user.ts";

Deno.test("D4, F5: without a terminal an agent answers where the output goes, and is started again where it had nothing to continue", async () => {
  const script = `
    if (words.includes("-p")) { console.log("the answer"); process.exit(5); }
    if (words.includes("--model")) process.exit(0);
    if (words.includes("--continue")) { console.log("No conversation found to continue"); process.exit(1); }
    setTimeout(() => {}, 600_000);`;
  await using agent = await withAgent(script);
  const { user, cwd } = agent;
  const answered = await user.run(["start", "--", "-p", "question"], { cwd });
  assert.deepEqual([answered.code, answered.stdout], [5, "the answer\n"], answered.stderr);
  assert.deepEqual(await user.containers(), []);
  // A first conversation, so that there seems to be one to continue.
  await user.ok(["start", "--ephemeral", "--model", "any"], { cwd });
  const retried = await user.run(["start"], { cwd });
  assert.equal(retried.code, 0);
  assert.match(retried.stderr, /no conversation to continue; starting a new one[^]*is running\. Attach/);
  const never = await user.run(["start", "--", "-p", "question"], { cwd });
  assert.deepEqual([never.code, never.stdout], [1, ""]);
  assert.match(never.stderr, /the arguments after -- need a new box/);
});
