/** T20, T21: whatever a workspace is called it is mounted as itself, or refused; and what is no workspace is refused. */

import assert from "node:assert/strict";
import { engine, User } from "../support/program.ts";
import { assertHarmless, inBox, inBoxOk, within } from "./support.ts";

const SOUND = [
  "with space",
  " around ",
  "a:b",
  "a,b",
  'quo"te',
  "it's",
  "all:of,\"them' $(touch evil) `x` \\ *?[]{}|;&<>#~!=",
  "-v",
  "--privileged",
  ",ro=true,relabel=shared",
  "日本語-ünï",
  "%n{{.}}",
  "a".repeat(200),
];

Deno.test("T20 a workspace whose name has spaces, colons, commas, quotes or dashes is mounted as itself", async () => {
  await using user = await User.make();
  for (const name of SOUND) {
    const folder = `${user.home}/p-${crypto.randomUUID().slice(0, 8)}/${name}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/mark`, name);
    assert.equal(await inBoxOk(user, folder, "cat mark; touch made; ls"), `${name}made\nmark\nvault\n`, name);
    assert.ok((await Deno.stat(`${folder}/made`)).isFile, name);
    const named = await within(user.run(["box", "info", "--json", folder]));
    assert.equal(named.code, 0, named.stderr);
    assert.equal(JSON.parse(named.stdout).path, folder);
    await within(user.run(["rm", folder, "--purge", "--force"]));
  }
});

Deno.test("T20 a workspace whose name no engine can be given is refused with a harmless message, and nothing runs", async () => {
  await using user = await User.make();
  for (const name of ["new\nline", "esc\x1b[2J", "tab\t", "del\x7f", "c1\u009b2J"]) {
    const folder = `${user.home}/${name}`;
    await Deno.mkdir(folder);
    const refused = await inBox(user, folder, "touch made");
    // C1 characters are characters of a name to the engine: mounted, and shown escaped.
    if (name.startsWith("c1")) assert.equal(refused.code, 0, refused.stderr);
    else {
      assert.equal(refused.code, 1, name);
      assert.match(refused.stderr, /Rename the folder/);
      await assert.rejects(Deno.stat(`${folder}/made`), Deno.errors.NotFound);
    }
    for (
      const words of [["list"], ["list", "--json"], ["box", "info", folder], ["shell", "--plan"], [
        "ps",
        "-a",
      ], ["rm", folder]]
    ) {
      const outcome = await within(user.run(words, { cwd: folder }));
      assertHarmless(outcome.stdout + outcome.stderr, words.join(" "));
    }
  }
});

Deno.test("T20 a workspace whose name is not UTF-8 is refused with a message", async () => {
  await using user = await User.make();
  const folder = `${user.home}/odd`;
  await Deno.mkdir(folder);
  const bytes = `n=$(printf 'bad\\377name') && mkdir -p "$n" && cd "$n" && exec "$@"`;
  const { program } = await import("../support/program.ts");
  const call = (...words: string[]) =>
    within(user.call(["sh", "-c", bytes, "sh", ...program, ...words], { cwd: folder }));
  const refused = await call("shell", "--", "touch", "made");
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /^Error: /m);
  assert.doesNotMatch(refused.stderr, /bug in kanibako/);
  const made = await user.call(["sh", "-c", "find . -name made"], { cwd: folder });
  assert.equal(made.stdout, "");
});

Deno.test("T20 a workspace reached by a link is the folder itself, also by another link", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await Deno.symlink(folder, `${user.home}/link`);
  await inBoxOk(user, `${user.home}/link`, "touch made");
  const listed = JSON.parse(await user.ok(["list", "--json"])) as { path: string }[];
  assert.deepEqual(listed.map(({ path }) => path), [folder]);
  await Deno.stat(`${folder}/made`);
});

Deno.test("T21 folders that hold the system, a home, keys or kanibako itself are no workspace", async () => {
  await using user = await User.make();
  await user.ok(["list"]);
  const folders = [
    "/",
    "/tmp",
    "/etc",
    "/etc/ssl",
    "/usr",
    "/usr/bin",
    "/var",
    "/home",
    "/root",
    "/proc",
    "/dev",
    "/sys",
    "/run",
  ];
  const own = [
    user.home,
    user.data,
    user.state,
    `${user.data}/boxes`,
    `${user.home}/.local`,
    `${user.home}/.config`,
  ];
  for (const name of [".ssh", ".gnupg", ".claude"]) {
    await Deno.mkdir(`${user.home}/${name}`, { recursive: true });
    own.push(`${user.home}/${name}`);
  }
  await Deno.symlink("/", `${user.home}/root-link`);
  await Deno.symlink(user.home, `${user.home}/home-link`);
  own.push(`${user.home}/root-link`, `${user.home}/home-link`, "/proc/self/root");
  for (const folder of [...folders, ...own]) {
    if (!await Deno.stat(folder).then((info) => info.isDirectory, () => false)) continue;
    for (
      const words of [
        ["create", folder],
        ["create", folder, "--standalone"],
        ["shell", folder, "--", "true"],
        ["shell", folder, "--plan"],
      ]
    ) {
      const refused = await within(user.run(words, { cwd: "/" }));
      assert.equal(refused.code, 1, `${words.join(" ")}: ${refused.stdout}`);
      assert.match(refused.stderr, /Cannot use/, words.join(" "));
    }
  }
  assert.equal(await user.ok(["list"]), "No known projects.\n");
  const folder = await user.folder();
  assert.equal((await inBox(user, folder, "exit 4")).code, 4, engine);
});
