// The first command of a new user, at a real terminal.

import assert from "node:assert/strict";
import { Terminal } from "../support/terminal.ts";
import { User } from "../support/program.ts";

Deno.test("setup asks at a terminal, stores the answers, and does not ask again what is decided", async () => {
  await using user = await User.make({
    // No agent of this machine is asked about.
    env: { SHELL: "/bin/bash", PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  });
  await user.configure("");
  const cwd = await user.folder();
  const config = () => Deno.readTextFile(`${user.home}/.config/kanibako.toml`);
  const written = `${user.home}/.local/share/bash-completion/completions/kanibako`;
  {
    await using terminal = await Terminal.open(user, ["setup"], cwd);
    const no = () => terminal.press("Down", "Enter");
    const before = await terminal.shows(/Prepare it now|What may boxes reach/);
    if (/Prepare it now/.test(before)) await no();
    await terminal.shows("What may boxes reach");
    await terminal.press("Down", "Enter");
    const next = await terminal.shows(/Keep boxes running when you log out|Set them up/);
    if (/Keep boxes running when/.test(next)) await no();
    await terminal.shows("Set them up");
    await terminal.press("Enter");
    assert.equal(await terminal.ended(), 0);
    assert.match(await config(), /network = "filtered"/);
    assert.match(await config(), /presets = \[ *\]/);
    assert.match(await Deno.readTextFile(written), /__complete/);
  }
  {
    await using terminal = await Terminal.open(user, ["setup"], cwd);
    // What was declined is not done, so it is offered again; what was decided is not.
    const screen = await terminal.shows(/\[exit code|Keep boxes running when|Prepare it now/);
    for (const key of ["Down", "Enter", "Down", "Enter"]) {
      if (!screen.includes("[exit code")) await terminal.press(key);
    }
    assert.equal(await terminal.ended(), 0);
    assert.doesNotMatch(await terminal.screen(), /What may boxes reach|Set them up/);
  }
  const again = await user.run(["setup"], { cwd });
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /filtered \(system config\)/);
  assert.match(again.stdout, /\[ok\] bash: /);
  // In a script each answer is an option.
  assert.equal((await user.run(["setup", "--network", "none", "--crab", "claude"], { cwd })).code, 0);
  assert.match(await config(), /network = "none"/);
  assert.match(await config(), /crab = "claude"/);
  const json = JSON.parse(await user.ok(["setup", "--json"], { cwd }));
  assert.deepEqual([json.engine.status, json.network, json.completions.installed], [
    "ok",
    { value: "none", decided: true },
    true,
  ]);
});
