import assert from "node:assert/strict";
import { setPlacesFile } from "../../targets/known.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";
import { elf, type FakeHome, inHome } from "./fake_install.ts";

const claude = findTarget("claude");
const gemini = findTarget("gemini");
const aider = findTarget("aider");
const detect = async (home: FakeHome) => (await claude.find(targetHost(home.path, home.bin)))?.install;

for (
  const [what, script] of [
    ["plain", 'exec HOME/opt/claude/claude "$@"'],
    ["quoted", 'export A=1\nexec "HOME/opt/claude/claude" --flag "$@"'],
    ["under another name", "exec 'HOME/opt/main' \"$@\""],
    [
      "one among several",
      'if false; then\n  exec /nowhere/claude "$@"\nfi\nexec HOME/opt/claude/claude "$@"',
    ],
  ] as const
) {
  Deno.test(`F6: a wrapper of the user's that starts the agent by an absolute path is seen through: ${what}`, () =>
    inHome(async (home) => {
      await home.file("opt/claude/claude", elf());
      await home.file("opt/main", elf());
      await home.file("bin/claude", `#!/bin/sh\n${script.replaceAll("HOME", home.path)}\n`);
      assert.match((await detect(home))?.binary ?? "", /\/opt\/(claude\/claude|main)$/);
    }));
}

for (
  const [what, script] of [
    ["a version manager", 'exec "HOME/opt/manager" run claude "$@"'],
    ["what is no program", 'exec HOME/notes.txt "$@"'],
    ["itself", 'exec HOME/bin/claude "$@"'],
    ["a path that is made", 'exec "$BASE/opt/claude/claude" "$@"'],
  ] as const
) {
  Deno.test(`a wrapper that starts ${what} is not seen through`, () =>
    inHome(async (home) => {
      await home.file("opt/claude/claude", elf());
      await home.file("opt/manager", elf());
      await home.file("notes.txt", "hello", 0o644);
      await home.file("bin/claude", `#!/bin/sh\n${script.replaceAll("HOME", home.path)}\n`);
      assert.equal(await detect(home), undefined);
      assert.match(
        (await claude.find(targetHost(home.path, home.bin)))!.reason!,
        /\/(claude|manager|notes\.txt) /,
      );
    }));
}

Deno.test("an agent is found again where it was the last time, when PATH no longer leads there", () =>
  inHome(async (home) => {
    const path = await home.file("opt/bin/claude", elf());
    const file = await home.file("agents.json", JSON.stringify({ claude: path, codex: 7 }), 0o600);
    try {
      assert.equal(await detect(home), undefined);
      setPlacesFile(file);
      assert.equal((await detect(home))?.binary, path);
      assert.equal((await findTarget("codex").find(targetHost(home.path, home.bin)))?.install, undefined);
      const other = await home.file("bin/claude", elf());
      assert.equal((await detect(home))?.binary, other);
      await Deno.writeTextFile(file, "{");
      await Deno.remove(other);
      assert.equal(await detect(home), undefined);
    } finally {
      setPlacesFile("/nowhere");
    }
  }));

Deno.test("a script for Node is started by a launcher that names what the rig is missing", () =>
  inHome(async (home) => {
    const root = await home.pack("lib", "@google/gemini-cli", "1.0.0", { "bundle/gemini.js": "" });
    await home.file(
      `${root}/package.json`,
      JSON.stringify({ name: "@google/gemini-cli", version: "1.0.0", engines: { node: ">=22.1" } }),
      0o644,
    );
    await home.link("bin/gemini", `../${root}/bundle/gemini.js`);
    const host = targetHost(home.path, home.bin);
    const install = (await gemini.find(host))?.install;
    assert.deepEqual([install?.version, install?.node], ["1.0.0", 22]);
    const launcher = (await gemini.homeFiles(install, host, false)).find(({ path }) =>
      path === ".local/bin/gemini"
    )!;
    const program = await home.file("box/gemini", launcher.content);
    const start = async (node: string | undefined) => {
      if (node !== undefined) await home.file("box/bin/node", node);
      const { code, stdout, stderr } = await new Deno.Command(program, {
        args: ["a b"],
        clearEnv: true,
        env: { HOME: "/box", PATH: `${home.path}/box/bin:${home.path}/none` },
      }).output();
      return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
    };
    const node = (version: string) => `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || echo "$@"\n`;
    const none = await start(undefined);
    assert.deepEqual([none.code, none.err.split("\n").slice(0, 2)], [
      127,
      ["kanibako: Gemini CLI needs Node 22 or later. This rig has:", "none"],
    ]);
    const old = await start(node("v20.19.0"));
    assert.deepEqual([old.code, old.err.split("\n")[1]], [127, "20.19.0"]);
    for (const version of ["v22.1.0", "v100.0.0"]) {
      const found = await start(node(version));
      assert.deepEqual(found, { code: 0, out: "/box/.local/share/gemini/bundle/gemini.js a b\n", err: "" });
    }
  }));

Deno.test("a Python environment never shows a box a folder of several programs, whatever it says of itself", () =>
  inHome(async (home) => {
    const environment = async (root: string, base: string) => {
      await home.file(`${root}/bin/aider`, `#!${home.path}/${root}/bin/python\n`);
      await home.file(
        `${root}/pyvenv.cfg`,
        `home = ${home.path}/${base}/bin\nversion_info = 3.12.1\n`,
        0o644,
      );
      await home.file(`${base}/bin/python3`, elf());
      await Deno.mkdir(`${home.path}/${base}/lib/python3.12`, { recursive: true });
      await Deno.remove(`${home.path}/bin/aider`).catch(() => {});
      await home.link("bin/aider", `../${root}/bin/aider`);
      return (await aider.find(targetHost(home.path, home.bin)))?.install;
    };
    assert.equal(await environment("work/venv", ".local"), undefined);
    assert.equal(await environment("work/venv", ".config"), undefined);
    assert.equal(await environment(".local", ".local/share/uv/python/a"), undefined);
    assert.match((await aider.find(targetHost(home.path, home.bin)))!.reason!, /holds more than a Python/);
    const install = await environment(
      ".local/share/uv/tools/aider-chat",
      ".local/share/uv/python/cpython-3.12",
    );
    assert.equal(install?.method, "python");
    const shown = async () =>
      (await aider.mounts(install!, targetHost(home.path, home.bin))).map(({ source }) => source);
    assert.deepEqual(await shown(), [
      `${home.path}/.local/share/uv/tools/aider-chat`,
      `${home.path}/.local/share/uv/python/cpython-3.12`,
      `${home.path}/.local/share/uv/tools/aider-chat/bin/aider`,
    ]);
    // It says something else once it was looked at.
    for (const base of [`${home.path}/.local/bin`, "/usr/bin"]) {
      await home.file(
        ".local/share/uv/tools/aider-chat/pyvenv.cfg",
        `home = ${base}\nversion_info = 3.12.1\n`,
        0o644,
      );
      assert.deepEqual(await shown(), []);
    }
  }));
