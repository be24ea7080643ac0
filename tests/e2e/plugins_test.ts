// Agents of the user's own and of a project, in real boxes.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";

const HEAD = (name: string) => `name = "${name}"\ntitle = "The ${name}"\ninstall = "Nothing"\n`;
/** Installs itself as an installer would: slowly enough to be seen, and only once. */
const INSIDE =
  `mkdir -p .local/bin && echo run >>.installs && printf '#!/bin/sh\\necho "handy $*"\\n' >.local/bin/handy && chmod +x .local/bin/handy`;

Deno.test("agents of the user's own: installed in the home once, in the rig, missing there, and one that a project brings along", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.configure('box.network = "none"', 'persistence = "ephemeral"');
  const declare = async (name: string, text: string) => {
    await Deno.writeTextFile(`${cwd}/${name}.toml`, HEAD(name) + text);
    await user.ok(["crab", "add", `${name}.toml`], { cwd });
  };
  await declare(
    "handy",
    `[provision]\ninside = ["sh", "-c", ${JSON.stringify(INSIDE)}]\nprovides = ".local/bin/handy"\n`,
  );
  const start = (crab: string, ...words: string[]) =>
    user.run(["start", "--crab", crab, "--", ...words], { cwd });
  for (const installed of [true, false]) {
    const { code, stdout, stderr } = await start("handy", "a b");
    assert.deepEqual([code, stdout], [0, "handy a b\n"], stderr);
    assert.equal(stderr.includes("Installing The handy in this box, which is done once."), installed, stderr);
  }
  assert.equal(await user.ok(["shell", "--", "cat", "/home/agent/.installs"], { cwd }), "run\n");

  await declare("rigged", '[provision]\nrig = "/bin/echo"\n');
  assert.deepEqual((await start("rigged", "hello")).stdout, "hello\n");
  await declare("absent", '[provision]\nrig = "/opt/absent"\n');
  const absent = await start("absent");
  assert.equal(absent.code, 127, absent.stderr);
  assert.match(absent.stderr, /This rig does not have The absent \(\/opt\/absent\)\.\nUse a rig that has it/);

  await Deno.mkdir(`${cwd}/.kanibako/plugins`, { recursive: true });
  await Deno.writeTextFile(
    `${cwd}/.kanibako/plugins/ours.toml`,
    `${HEAD("ours")}[provision]\nrig = "/bin/echo"\n`,
  );
  const refused = await start("ours", "hello");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Cannot use the agent ours of .*: it was not approved on this machine/);
  assert.match(await user.ok(["box", "approve", "--force"], { cwd }), /^Approved\./);
  assert.equal((await start("ours", "hello")).stdout, "hello\n");
  const plan = await user.ok(["start", "--plan", "--crab", "ours"], { cwd });
  assert.match(plan, /Runs +\/home\/agent\/\S+ +target ours, declared by this project\n/);
  assert.match(
    await user.ok(["crab", "list"], { cwd }),
    /ours +- +no login is declared +in the rig +this project\n/,
  );
});
