import { findTarget } from "../../targets/discover.ts";
import assert from "node:assert/strict";
import { crabFileOf, listCrabs, openCrabFile, readCrabFile, readGeneralCrab } from "../../lib/crab/file.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { noAgent } from "../../targets/no_agent.ts";

const claude = findTarget("claude");

async function inData(test: (data: string) => Promise<void>): Promise<void> {
  const data = await Deno.makeTempDir();
  await Deno.mkdir(`${data}/crabs`);
  await Deno.mkdir(`${data}/agents`);
  try {
    await test(data);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
}

Deno.test("openCrabFile makes a file that sets nothing the system could, and then leaves it to the user", () =>
  inData(async (data) => {
    const made = await openCrabFile({ data, crabs: `${data}/crabs` }, claude);
    assert.deepEqual(made, {
      id: "claude",
      name: "Claude Code",
      template: "standard",
      runArgs: [],
      state: {},
      env: {},
      shared: {},
      path: `${data}/crabs/claude.toml`,
    });
    await Deno.writeTextFile(made.path, '[crab]\nname = "Mine"\nmodel = ""\n');
    const kept = await openCrabFile({ data, crabs: `${data}/crabs` }, claude);
    assert.deepEqual([kept.name, kept.state], ["Mine", { model: "" }]);
  }));

Deno.test("the shell's crab is called general, and is only read when it is there", () =>
  inData(async (data) => {
    assert.equal(await readGeneralCrab({ data, crabs: `${data}/crabs` }), undefined);
    assert.equal((await openCrabFile({ data, crabs: `${data}/crabs` }, noAgent)).id, "general");
    assert.equal((await readGeneralCrab({ data, crabs: `${data}/crabs` }))!.name, "Shell");
  }));

Deno.test("both shapes of crab files say the same", () =>
  inData(async (data) => {
    await Deno.writeTextFile(
      `${data}/crabs/new.toml`,
      '[crab]\nname = "N"\nshell = "dev"\nrun_args = ["--x"]\nmodel = "m"\nlimit = 3\n[crab.path.share_ro]\ndocs = "~/d:~/d"\n[env]\nA = "1"\n[shared]\npip = ".cache/pip"\n[tweakcc]\nenabled = false\n',
    );
    await Deno.writeTextFile(
      `${data}/agents/old.toml`,
      '[agent]\nname = "N"\nshell = "dev"\ndefault_args = ["--x"]\n[state]\nmodel = "m"\nlimit = 3\n[env]\nA = "1"\n[shared]\npip = ".cache/pip"\n',
    );
    const [made, old] = await listCrabs({ data, crabs: `${data}/crabs` });
    const { id: _a, path: _b, binds, ...one } = made!;
    assert.deepEqual(binds, { "crab.path.share_ro.docs": "~/d:~/d" });
    const { id: _c, path: _d, ...two } = old!;
    assert.deepEqual(one, two);
    assert.deepEqual(one.state, { model: "m", limit: "3" });
    assert.deepEqual(one.runArgs, ["--x"]);
  }));

Deno.test("a crab file declares shares and seeds of every scope, their names with dots in them or in tables", () =>
  inData(async (data) => {
    await Deno.writeTextFile(
      `${data}/crabs/x.toml`,
      '[crab.path.share_rw]\na.b = "x:~/x"\n[box.path.share_ro]\n"c.d" = ""\n[system.path.seeded]\nrc = "~/.rc:~/.rc"\n',
    );
    assert.deepEqual((await readCrabFile({ data, crabs: `${data}/crabs` }, "x"))!.binds, {
      "crab.path.share_rw.a.b": "x:~/x",
      "box.path.share_ro.c.d": "",
      "system.path.seeded.rc": "~/.rc:~/.rc",
    });
  }));

Deno.test("listCrabs prefers the newer place and makes nothing", () =>
  inData(async (data) => {
    await Deno.writeTextFile(`${data}/crabs/a.toml`, '[crab]\nname = "new"\n');
    await Deno.writeTextFile(`${data}/agents/a.toml`, '[agent]\nname = "old"\n');
    await Deno.writeTextFile(`${data}/agents/notes.txt`, "");
    assert.deepEqual((await listCrabs({ data, crabs: `${data}/crabs` })).map(({ name }) => name), ["new"]);
    assert.deepEqual(await listCrabs({ data: `${data}/none`, crabs: `${data}/none/crabs` }), []);
  }));

Deno.test("a crab file that cannot be understood is an error that names the key", () =>
  inData(async (data) => {
    for (
      const [text, key] of [
        ["[crap]\n", "crap"],
        ['crab = "x"\n', "crab"],
        ["[env]\nA = [1]\n", "env.A"],
        ["[crab]\nshell = 3\n", "crab.shell"],
        ["[crab]\npath = 3\n", "crab.path"],
        ['[crab.path]\nshare = "a:b"\n', "crab.path.share"],
        ["[box.path.share_ro]\nx = 3\n", "box.path.share_ro.x"],
        ['[box]\nimage = "x"\n', "box.image"],
      ] as const
    ) {
      await Deno.writeTextFile(`${data}/crabs/x.toml`, text);
      await assert.rejects(
        readCrabFile({ data, crabs: `${data}/crabs` }, "x"),
        (error) => error instanceof KanibakoError && error.message.includes(`: ${key}: `),
        text,
      );
    }
    // A list that is none counts as no arguments.
    await Deno.writeTextFile(`${data}/crabs/x.toml`, '[crab]\nrun_args = "--x"\n');
    assert.deepEqual((await readCrabFile({ data, crabs: `${data}/crabs` }, "x"))!.runArgs, []);
  }));

Deno.test("a crab's id is no path", () =>
  inData(async (data) => {
    for (const id of ["../x", "a/b", "", ".", "A"]) {
      await assert.rejects(readCrabFile({ data, crabs: `${data}/crabs` }, id), (error) =>
        error instanceof KanibakoError, id);
    }
  }));

Deno.test("F15: what a crab file asks for in vain is known, and what it does not ask for is not", async () => {
  const missing = async (text: string) => {
    const file = await crabFileOf(`[crab]\nname = "N"\n${text}`, "/f");
    return file.missing?.map(([name]) => name);
  };
  assert.deepEqual(await missing('run_args = "--x"\n'), ["run_args"]);
  assert.equal(await missing('run_args = ["--x"]\n[tweakcc]\nenabled = false\n'), undefined);
  assert.equal(await missing(""), undefined);
});
