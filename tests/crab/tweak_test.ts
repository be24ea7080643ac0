// What a crab file says of tweakcc, and the copies that are made of an agent's program.

import assert from "node:assert/strict";
import { crabFileOf } from "../../lib/crab/file.ts";
import { TweakedCopies } from "../../lib/crab/tweak/copies.ts";
import { merged, safePath, wantedCopy, withCopy } from "../../lib/crab/tweak/tweak.ts";
import { targetHost } from "../../targets/discover.ts";
import type { AgentInstall, Target } from "../../targets/target.ts";

const claude = { name: "claude", displayName: "Claude Code" } as Target;

/** A machine with an agent, and a program that stands in for tweakcc: it does what `script` says. */
async function machine(script: string | undefined) {
  const home = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${home}/bin`);
  if (script !== undefined) {
    await Deno.writeTextFile(`${home}/bin/tweakcc`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const install: AgentInstall = { name: "claude", binary: `${home}/cli.js`, method: "npm", version: "2.1.0" };
  await Deno.writeTextFile(install.binary, "the program as it came\n");
  const host = {
    ...targetHost(home),
    which: (name: string) => script === undefined ? undefined : `${home}/bin/${name}`,
  };
  const copies = new TweakedCopies(`${home}/cache`, 2000);
  const wanted = (settings = {}, config?: string, target = claude) =>
    wantedCopy({ settings, ...(config === undefined ? {} : { config }) }, target, install, host);
  return {
    home,
    install,
    copies,
    wanted,
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

const PATH = "/usr/bin:/bin";

const CHANGES = `echo once >>"$0.calls"
[ "$1" = --apply ] && [ "$TWEAKCC_CC_INSTALLATION_PATH" != "" ] || exit 9
{ cat "$TWEAKCC_CONFIG_DIR/config.json"; env; } >>"$TWEAKCC_CC_INSTALLATION_PATH"`;

Deno.test("a crab file says what tweakcc is to change, and nothing else", async () => {
  const tweak = async (text: string) => (await crabFileOf(`[crab]\nname = "N"\n${text}`, "/f")).tweak;
  assert.equal(await tweak(""), undefined);
  assert.equal(await tweak('[tweakcc]\nconfig = "~/t.json"\n'), undefined);
  assert.deepEqual(
    JSON.parse(
      JSON.stringify(await tweak("[tweakcc]\nenabled = true\n[tweakcc.settings.misc]\nhide = true\n")),
    ),
    {
      settings: { misc: { hide: true } },
    },
  );
  for (
    const [text, place] of [
      ['enabled = "yes"', /tweakcc\.enabled/],
      ["enabled = true\nconfig = 3", /tweakcc\.config/],
      ['enabled = true\nconfig = "../t.json"', /tweakcc\.config/],
      ["enabled = true\nsettings = 1", /tweakcc\.settings/],
      ['ccInstallationPath = "/x"', /tweakcc\.ccInstallationPath: unknown/],
    ] as const
  ) await assert.rejects(tweak(`[tweakcc]\n${text}\n`), place);
});

Deno.test("a copy is made once for a program and a configuration, and the program stays as it is", async () => {
  await using here = await machine(CHANGES);
  await Deno.writeTextFile(
    `${here.home}/t.json`,
    '{"ccInstallationPath":"/x","settings":{"a":{"b":1,"c":2},"d":3}}',
  );
  const copy = await here.wanted({ a: { c: 4 } }, "~/t.json");
  assert.equal(here.copies.has(copy), false);
  assert.deepEqual(JSON.parse(copy.config), { settings: { a: { b: 1, c: 4 }, d: 3 } });
  await Promise.all([here.copies.make(copy, PATH), here.copies.make(copy, PATH)]);
  const text = await Deno.readTextFile(here.copies.pathOf(copy));
  assert.match(text, /^the program as it came\n\{"settings":/);
  assert.equal((await Deno.stat(here.copies.pathOf(copy))).mode! & 0o777, 0o755);
  assert.equal(await Deno.readTextFile(here.install.binary), "the program as it came\n");
  assert.equal(await Deno.readTextFile(`${here.home}/bin/tweakcc.calls`), "once\n");
  // Of this process's variables it gets none but these.
  const names = text.match(/^\w+(?==)/gm)!.filter((name) =>
    name !== "PWD" && name !== "_" && name !== "SHLVL"
  );
  assert.deepEqual(names.filter((name) => /TOKEN|KEY|KANIBAKO/.test(name)), []);
  assert.ok(names.includes("TWEAKCC_CONFIG_DIR"));

  assert.equal((await here.wanted({ a: { c: 4 } }, "~/t.json")).key, copy.key);
  assert.notEqual((await here.wanted({ a: { c: 5 } }, "~/t.json")).key, copy.key);
  await Deno.writeTextFile(here.install.binary, "the program, renewed\n");
  assert.notEqual((await here.wanted({ a: { c: 4 } }, "~/t.json")).key, copy.key);
});

Deno.test("W-33: copies stay for the next start, the latest few of them", async () => {
  await using here = await machine(CHANGES);
  const made = [];
  for (const at of [1, 2, 3, 4, 5]) {
    const copy = await here.wanted({ at });
    await here.copies.make(copy, PATH);
    made.push(copy);
  }
  assert.equal(made.filter((copy) => here.copies.has(copy)).length, 3);
  assert.ok(here.copies.has(made.at(-1)!));
});

Deno.test("where tweakcc cannot change a program that is said, remembered for a day, and nothing of it is left", async () => {
  for (
    const [script, why] of [
      [
        'echo "Error: ELF binary has no overlay data." >&2; exit 1',
        /not changed by tweakcc: ELF binary has no overlay data\.$/,
      ],
      ["exit 7", /it ended with 7/],
      [': >"$TWEAKCC_CC_INSTALLATION_PATH"', /it left no whole program/],
      [
        'rm "$TWEAKCC_CC_INSTALLATION_PATH"; ln -s /etc/passwd "$TWEAKCC_CC_INSTALLATION_PATH"',
        /no whole program/,
      ],
      ["exec sleep 30", /it takes too long/],
    ] as const
  ) {
    await using here = await machine(script);
    const copy = await here.wanted();
    await assert.rejects(here.copies.make(copy, PATH), why);
    assert.equal(here.copies.has(copy), false);
    assert.match(await here.copies.failed(copy) ?? "", why);
    assert.equal(await here.copies.failed(await here.wanted({ other: 1 })), undefined);
    const left = [...Deno.readDirSync(`${here.home}/cache/tweakcc`)].map(({ name }) => name).sort();
    assert.deepEqual(left, [`${copy.key}.failed.json`, "lock"].sort());
  }
});

Deno.test("where there is nothing to change a program with, the reason is named", async () => {
  await using none = await machine(undefined);
  await assert.rejects(none.wanted(), /it is not installed on this machine/);
  await using here = await machine("true");
  await assert.rejects(
    here.wanted({}, undefined, { name: "codex", displayName: "Codex" } as Target),
    /Claude Code alone/,
  );
  await assert.rejects(here.wanted({}, "~/none.json"), /none\.json cannot be read/);
  await Deno.writeTextFile(`${here.home}/t.json`, "{");
  await assert.rejects(here.wanted({}, "~/t.json"), /is no JSON/);
  await Deno.writeTextFile(`${here.home}/t.json`, '{"settings":[]}');
  await assert.rejects(here.wanted({}, "~/t.json"), /no table of settings/);
});

Deno.test("a copy takes the place of the program, whether that is mounted alone or in its folder", () => {
  assert.deepEqual(
    withCopy(
      [{ source: "/a/claude", destination: "/h/claude" }, { source: "/a/rg", destination: "/h/rg" }],
      "/a/claude",
      "/c",
    ),
    [{ source: "/c", destination: "/h/claude" }, { source: "/a/rg", destination: "/h/rg" }],
  );
  assert.deepEqual(withCopy([{ source: "/a", destination: "/h/claude" }], "/a/x/cli.js", "/c"), [
    { source: "/a", destination: "/h/claude" },
    { source: "/c", destination: "/h/claude/x/cli.js" },
  ]);
  assert.deepEqual(
    { ...merged(JSON.parse('{"__proto__":{"x":1},"a":1}'), { a: [2] }) },
    JSON.parse('{"__proto__":{"x":1},"a":[2]}'),
  );
});

Deno.test("tweakcc, and what it starts, is never taken from where a box can write", async () => {
  await using here = await machine("true");
  const copy = await here.wanted();
  await Deno.mkdir(`${here.home}/project/bin`, { recursive: true });
  await Deno.symlink(`${here.home}/project/bin`, `${here.home}/link`);
  const folders = { canWrite: (folder: string) => `${folder}/`.startsWith(`${here.home}/project/`) };
  assert.equal(
    safePath(copy, `${here.home}/link:/usr/bin:${here.home}/project/bin:./bin:/bin`, folders),
    "/usr/bin:/bin",
  );
  const planted = { ...copy, program: `${here.home}/project/bin/tweakcc` };
  assert.throws(() => safePath(planted, PATH, folders), /a box can write where it is/);
  // A link of the user's may lead there.
  await Deno.writeTextFile(planted.program, "#!/bin/sh\n", { mode: 0o755 });
  await Deno.remove(copy.program);
  await Deno.symlink(planted.program, copy.program);
  assert.throws(() => safePath(copy, PATH, folders), /a box can write where it is/);
});
