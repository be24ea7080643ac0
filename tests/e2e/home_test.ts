// What a new home is made from, in a real box: templates, the prompt, ~/.shell.d, instructions, and what is tidied in it.

import assert from "node:assert/strict";
import { installAgent } from "../support/agent.ts";
import { User } from "../support/program.ts";

Deno.test("a home made by create has its template, prompt and shell files in a shell, and the agent's instructions with the agent", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const write = async (path: string, text: string) => {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  };
  const templates = `${user.data}/templates/general`;
  await write(`${templates}/base/.claude/CLAUDE.md`, "Base rules.\n");
  await write(`${templates}/standard/.claude/CLAUDE.md`, "Standard rules.\n");
  await write(`${templates}/standard/.shell.d/x.sh`, "alias hello='echo hello'\n");
  await user.ok(["create"], { cwd });
  const name = cwd.slice(cwd.lastIndexOf("/") + 1);
  const home = `${user.data}/boxes/${name}/shell`;
  assert.equal(await Deno.readTextFile(`${home}/.shell.d/x.sh`), "alias hello='echo hello'\n");
  // Old files of the agent's, and a copy of its program, are gone then, whichever call brings the agent first; its conversations stay.
  for (const path of [".cache/claude/old", ".claude/projects/x/talk.jsonl", ".claude/debug/old"]) {
    await write(`${home}/${path}`, "old");
    await Deno.utime(`${home}/${path}`, new Date(0), new Date(0));
  }
  await write(`${home}/bin/claude`, "");
  await Deno.truncate(`${home}/bin/claude`, 100 * 2 ** 20);
  const shell = await user.run(
    ["shell", "-e", "KANIBAKO_PS1=box>", "--", "bash", "-ic", 'alias hello; echo "[$PS1]"; cat ~/.profile'],
    { cwd },
  );
  assert.match(shell.stdout, /^alias hello='echo hello'\n\[box> \]\n# Made by kanibako/);
  const env = await installAgent(
    user.home,
    `const { readFileSync } = await import("node:fs");
     console.log(readFileSync(process.env.HOME + "/.claude/CLAUDE.md", "utf8"));`,
  );
  const said = await user.ok(["start", "--ephemeral", "--crab", "claude"], { cwd, env });
  assert.match(said, /kanibako base[^]*Base rules\.[^]*template: standard[^]*Standard rules\./);
  const there = (path: string) => Deno.lstat(`${home}/${path}`).then(() => true, () => false);
  assert.deepEqual(
    await Promise.all([".cache/claude/old", ".claude/debug/old", "bin/claude"].map(there)),
    [false, false, false],
  );
  assert.equal(await there(".claude/projects/x/talk.jsonl"), true);
});
