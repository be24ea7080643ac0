// Agents that are a Python environment: what such an environment says of itself is believed only so far.

import assert from "node:assert/strict";
import { findTarget, targetHost } from "../../../targets/discover.ts";
import { type FakeHome, inHome } from "../fake_install.ts";

const hostOf = (home: FakeHome) => targetHost(home.path, home.bin);

/** An environment with Aider that says its Python is in a folder of the home. */
async function aider(home: FakeHome, python: string): Promise<void> {
  const root = `${home.path}/.local/share/uv/tools/aider-chat`;
  await home.file(".local/share/uv/tools/aider-chat/bin/aider", `#!${root}/bin/python\nimport aider\n`);
  await home.file(
    ".local/share/uv/tools/aider-chat/pyvenv.cfg",
    `home = ${home.path}/${python}/bin\nversion = 3.12.1\n`,
  );
  await home.file(".local/share/uv/tools/aider-chat/bin/python", "");
  await home.link("bin/aider", `${root}/bin/aider`);
}

Deno.test("a box is shown an environment and its Python where they lie on the host", () =>
  inHome(async (home) => {
    const python = ".local/share/uv/python/cpython-3.12";
    await home.file(`${python}/bin/python3.12`, "");
    await home.file(`${python}/lib/python3.12/os.py`, "");
    await aider(home, python);
    const target = findTarget("aider");
    const install = (await target.find(hostOf(home)))?.install;
    assert.equal(install?.method, "python");
    const mounts = await target.mounts(install!, hostOf(home));
    assert.deepEqual(mounts.map(({ destination }) => destination), [
      `${home.path}/.local/share/uv/tools/aider-chat`,
      `${home.path}/${python}`,
      "/home/agent/.local/bin/aider",
    ]);
  }));

Deno.test("an environment that calls another folder its Python shows a box nothing of it", () =>
  inHome(async (home) => {
    await home.file("work/bin/tool", "");
    await home.file("work/customers.csv", "");
    await aider(home, "work");
    const target = findTarget("aider");
    assert.equal((await target.find(hostOf(home)))?.install, undefined);
  }));
