// Data of the earlier Python program, with real boxes.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";
import { leave15 } from "../support/earlier.ts";

Deno.test("F8, F4: boxes of the earlier program start with their home, vault, variables and settings", async () => {
  await using user = await User.make();
  const old = await leave15(`${user.home}/old`);
  const settings = `${old.data}/boxes/app/project.yaml`;
  await Deno.writeTextFile(
    settings,
    (await Deno.readTextFile(settings)).replace("kanibako-template-jvm", "oci"),
  );
  // As the earlier program left it.
  await Deno.mkdir(`${user.home}/.local/state/kanibako`, { recursive: true });
  await Deno.chmod(`${user.home}/.local/state/kanibako`, 0o755);
  const taken = await user.ok(["system", "migrate", "--from", old.home]);
  assert.match(taken, /box app [^]*workset research [^]*Not taken over:[^]*plugin mine\.py/);
  const seen = await user.ok([
    "shell",
    "--network",
    "none",
    "app",
    "--",
    "sh",
    "-c",
    "echo $FOO $EDITOR; head -n 1 ~/.bashrc; cat ~/share-ro/r ~/share-rw/w; ls ~/.claude/projects; echo new >~/mine",
  ]);
  assert.equal(seen, "bar nano\nexport MINE=1\nr\nw\n-home-agent-workspace\n");
  assert.equal(await user.ok(["shell", "--network", "none", "research/paper", "--", "cat", "text"]), "t\n");
  await assert.rejects(Deno.lstat(`${old.data}/boxes/app/shell/mine`), Deno.errors.NotFound);
  assert.match(await user.ok(["system", "migrate", "--from", old.home]), /^Here already: \d/);
});
