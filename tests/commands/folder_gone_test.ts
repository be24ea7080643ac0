import assert from "node:assert/strict";
import { Sandbox } from "./program.ts";

/** As the portable program starts what it has unpacked when its own folder was deleted. */
const GONE = { cwd: "/", env: { KANIBAKO_FOLDER_GONE: "1" } };

Deno.test("D5, C29: where the current folder was deleted, commands that name their project work, and others say so", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  for (
    const words of [["list"], ["stop", "work"], ["stop", "--all", "--force"], ["box", "info", "work"], ["ps"]]
  ) {
    const { code, stderr } = await sandbox.run(words, GONE);
    assert.equal(code, 0, `${words}: ${stderr}`);
    assert.doesNotMatch(stderr, /no-current-folder/);
  }
  for (
    const words of [
      ...[["box", "info"], ["stop"], ["shell", "--", "true"], ["create"], ["create", "x"], ["start", "./x"]],
      ...[["box", "config"], ["workset", "create", "w"], ["box", "move", "work", "./y", "--force"]],
    ]
  ) {
    const { code, stderr } = await sandbox.run(words, GONE);
    assert.equal(code, 1, `${words}: ${stderr}`);
    assert.match(stderr, /^Error: The current folder no longer exists\.\n.*cd ~/m, words.join(" "));
    assert.equal(stderr.match(/Error/g)?.length, 1);
  }
  // Of root, the folder is no other than any.
  const { stderr } = await sandbox.run(["box", "info"], { cwd: "/" });
  assert.doesNotMatch(stderr, /no longer exists/);
});
