import assert from "node:assert/strict";
import { User } from "../support/program.ts";

Deno.test("settings made by the config commands reach a real box, and --effective said so before", async () => {
  await using user = await User.make();
  const work = await user.folder();
  const set = async (...words: string[]) => void await user.ok(words, { cwd: work });
  await set("create");
  await set("system", "config", "env.FROM_SYSTEM=one");
  await set("system", "config", "env.BOTH=system");
  await set("box", "config", "env.BOTH=box # kept");
  await set("box", "config", "pids=77");
  await set("system", "config", "network=none");
  const settings = JSON.parse(await user.ok(["box", "config", "--effective", "--json"], { cwd: work }));
  assert.equal(settings["env.BOTH"].value, "box # kept");
  const script = 'echo "$FROM_SYSTEM/$BOTH"; wc -l </proc/net/route';
  const { code, stdout, stderr } = await user.run(["shell", "--", "sh", "-c", script], { cwd: work });
  assert.equal(code, 0, stderr);
  assert.equal(stdout.replaceAll("\r", ""), "one/box # kept\n1\n");
  await set("box", "config", "--reset", "--all", "--force");
  await set("box", "config", "network=open");
  const after = await user.ok(["shell", "--", "sh", "-c", 'echo "$BOTH"'], { cwd: work });
  assert.equal(after.replaceAll("\r", ""), "system\n");
});
