// A copy that is stopped before its end leaves what was there, in either direction.

import assert from "node:assert/strict";
import { program, until, User } from "../support/program.ts";

Deno.test("Ctrl-C stops a copy of a file and of standard input into a box, and leaves what was there", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  const shell = async (script: string) =>
    (await user.ok(["shell", "--", "sh", "-c", script], { cwd })).trim();
  await shell("mkdir ~/into; echo old >~/into/file");
  // Copying it takes minutes; nothing comes from the input.
  const large = `${user.home}/large`;
  await Deno.writeTextFile(large, "");
  await Deno.truncate(large, 2 ** 33);
  for (const source of [large, "-"]) {
    const words = [...program, "box", "cp", source, ":~/into/file"];
    const copying = user.spawn(["bash", "-c", 'exec "$@" < <(exec sleep 60 2>&-)', "bash", ...words], {
      cwd,
    });
    await until(async () => /part/.test(await shell("ls ~/into")), undefined, "the copy did not begin");
    copying.kill("SIGINT");
    const { code, stderr } = await copying.ended;
    assert.deepEqual([code, /Stopped by SIGINT/.test(stderr)], [130, true], stderr);
    await until(async () => await shell("ls ~/into") === "file", undefined, "a part was left");
    assert.equal(await shell("cat ~/into/file"), "old");
  }
});
