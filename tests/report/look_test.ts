import assert from "node:assert/strict";
import { compareLooks } from "../../lib/report/compare.ts";
import { NAMES_IN_FOLDER, NOTED_IN_FOLDER, WALK } from "../../lib/report/limits.ts";

import { run, TestProject, words } from "./support.ts";

Deno.test("a change, a new mode and a removal are found, and a touch is not", async () => {
  await using project = await TestProject.make();
  await project.write(".envrc", "one\n");
  await project.write("Makefile", "all:\n");
  await project.write(".git/hooks/pre-push", "#!/bin/sh\n");
  await project.write(".git/hooks/pre-commit", "#!/bin/sh\n");
  await project.write("run.sh", "#!/bin/sh\n");
  const found = await project.after(async () => {
    await project.write(".envrc", "two\n");
    await project.write("Makefile", "all:\n");
    await Deno.chmod(`${project.path}/.git/hooks/pre-push`, 0o755);
    await project.remove(".git/hooks/pre-commit");
    await Deno.utime(`${project.path}/run.sh`, 0, 0);
    await Deno.chmod(`${project.path}/run.sh`, 0o755);
  });
  assert.deepEqual(words(found), [
    ".envrc changed [direnv]",
    ".git/hooks/pre-push executable [git-hook]",
    ".git/hooks/pre-commit removed [git-hook]",
    "run.sh executable [program]",
  ]);
  assert.equal(found[1]!.effect, "runs when you push");
});

Deno.test("a change that a box hides by setting the times and the size back is found", async () => {
  await using project = await TestProject.make();
  await project.write(".envrc", "echo one\n");
  await Deno.utime(`${project.path}/.envrc`, 1000, 1000);
  const found = await project.after(async () => {
    await Deno.writeTextFile(`${project.path}/.envrc`, "echo two\n");
    await Deno.utime(`${project.path}/.envrc`, 1000, 1000);
  });
  assert.deepEqual(words(found), [".envrc changed [direnv]"]);
});

Deno.test("T02 of git's configuration only what runs or leads elsewhere counts, whatever its spelling", async () => {
  await using project = await TestProject.make();
  await project.write(".git/config", '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://a/b\n');
  const dangerous: readonly [text: string, key: string][] = [
    ["[core]\nfsmonitor = ./evil", "core.fsmonitor"],
    ["[CORE]\n  SSHCOMMAND=evil", "CORE.SSHCOMMAND"],
    ["[core] pager = evil", "core.pager"],
    ["[core]\nhooksPath = x", "core.hooksPath"],
    ["[core]\neditor = evil", "core.editor"],
    ["[diff]\nexternal = evil", "diff.external"],
    ['[diff "x"]\ntextconv = evil', "diff.x.textconv"],
    ['[filter "x"]\nclean = evil', "filter.x.clean"],
    ['[filter "lfs"]\nclean = evil', "filter.lfs.clean"],
    ['[filter "a b"]\n\tprocess = evil', "filter.a b.process"],
    ["[gpg]\nprogram = evil", "gpg.program"],
    ["[credential]\nhelper = evil", "credential.helper"],
    ['[credential "https://a"]\nhelper = evil', "credential.https://a.helper"],
    ["[alias]\nst = !evil", "alias.st"],
    ["[alias.st]\ncommand = !evil", "alias.st.command"],
    ['[url "evil"]\ninsteadOf = https://', "url.evil.insteadOf"],
    ["[include]\npath = /tmp/x", "include.path"],
    ['[includeIf "gitdir:/"]\npath = x', "includeIf.gitdir:/.path"],
    ['[remote "origin"]\nuploadpack = evil', "remote.origin.uploadpack"],
    ['[branch "main"]\nremote = "ext::sh -c evil"', "branch.main.remote"],
    ['[submodule "a"]\nupdate = !evil', "submodule.a.update"],
    ['[merge "x"]\ndriver = evil', "merge.x.driver"],
    ["[core]\npager = \\\n  evil", "core.pager"],
    ['[core]\nfsmonitor = "./e\\"vil" # x', "core.fsmonitor"],
    ["[core]\npager", "core.pager"],
  ];
  const plain = await Deno.readTextFile(`${project.path}/.git/config`);
  for (const [text, key] of dangerous) {
    const found = await project.after(() => project.write(".git/config", `${plain}${text}\n`));
    assert.deepEqual(words(found), [`.git/config changed (${key}) [git-config]`], text);
    await project.write(".git/config", plain);
  }
  const harmless = [
    '[branch "x"]\nremote = origin\nmerge = refs/heads/x',
    "[user]\nname = a",
    "# pager = x",
    "[x]\ny = core.pager",
  ];
  for (const text of harmless) {
    const found = await project.after(() => project.write(".git/config", `${plain}${text}\n`));
    assert.deepEqual(words(found), [], text);
  }
  const remote = await project.after(() =>
    project.write(".git/config", plain.replace("https://a/b", "https://evil/b"))
  );
  assert.deepEqual(words(remote), [".git/config changed (remote.origin.url) [git-config]"]);
});

Deno.test("what git itself does in a session is not found: init, commits, branches, merges, clones, worktrees", async () => {
  await using project = await TestProject.make();
  const git = (...words: string[]) =>
    run([
      "git",
      "-C",
      project.path,
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@b",
      "-c",
      "protocol.file.allow=always",
      ...words,
    ]);
  await project.write("a.txt");
  const found = await project.after(async () => {
    await git("init", "-q", "-b", "main");
    await git("config", "user.name", "A");
    await git("add", "-A");
    await git("commit", "-qm", "one");
    await git("checkout", "-qb", "feature");
    await project.write("b.txt");
    await git("add", "-A");
    await git("commit", "-qm", "two");
    await git("checkout", "-q", "main");
    await git("merge", "-q", "--no-ff", "-m", "three", "feature");
    await git("branch", "-u", "main", "feature");
    await git("clone", "-q", project.path, `${project.path}/clone`);
    await git("worktree", "add", "-q", `${project.path}/tree`, "feature");
    await git("gc", "-q");
  });
  assert.deepEqual(words(found), []);
  // The twin: a repository that is made elsewhere than git makes it.
  const led = await project.after(() => project.write("tree/.git", "gitdir: ../clone/evil\n"));
  assert.deepEqual(words(led), ["tree/.git changed (gitdir) [git-folder]"]);
});

Deno.test("links within the project are followed, and those that lead out are found", async () => {
  await using project = await TestProject.make();
  await project.write("hooks/pre-commit", "#!/bin/sh\n");
  await project.link("../../hooks/pre-commit", ".git/hooks/pre-commit");
  await project.link("shared", ".claude");
  await project.folder("shared");
  assert.deepEqual(
    words(await project.after(() => project.write("hooks/pre-commit", "#!/bin/sh\nevil\n"))),
    [".git/hooks/pre-commit changed [git-hook]"],
  );
  assert.deepEqual(
    words(await project.after(() => project.write("shared/settings.json", "{}"))),
    [".claude/settings.json new [claude]"],
  );
  const out = await project.after(async () => {
    await project.link("/etc", "out");
    await project.link("../../..", "deep/out");
    await project.link(`${project.path}/hooks`, "whole");
    await project.link("hooks/../../..", "round");
    await project.link("nothing", "dangling");
    await project.link("loop", "loop");
  });
  assert.deepEqual(words(out), ["deep/out new [link-out]", "out new [link-out]", "round new [link-out]"]);
  assert.equal(out[1]!.target, "/etc");
  // In place of a folder of the table.
  await project.remove(".git/hooks");
  const swapped = await project.after(() => project.link("/tmp", ".git/hooks"));
  assert.deepEqual(words(swapped), [".git/hooks new [git-hook]"]);
});

Deno.test("the folder that core.hooksPath names is looked at, and none outside the project", async () => {
  await using project = await TestProject.make();
  await project.write(".git/config", "[core]\n\thooksPath = tools/my-hooks\n");
  assert.deepEqual(
    words(await project.after(() => project.write("tools/my-hooks/pre-push"))),
    ["tools/my-hooks/pre-push new [git-hooks-path]"],
  );
  await project.write(".git/config", "[core]\n\thooksPath = /etc\n");
  assert.deepEqual(Object.keys((await project.look()).seen), [".git/config"]);
});

Deno.test("a FIFO, a folder and a file without permissions keep nobody waiting, and are seen where they count", async () => {
  await using project = await TestProject.make();
  const found = await project.after(async () => {
    await run(["mkfifo", `${project.path}/.envrc`]);
    await project.folder("Makefile");
    await project.write(".mcp.json", "{}", 0o000);
    await project.write("sub/Makefile");
    await Deno.chmod(`${project.path}/sub`, 0o000);
  });
  await Deno.chmod(`${project.path}/sub`, 0o755);
  // As root permissions do not keep us out.
  assert.deepEqual(
    words(found).filter((line) => !line.startsWith("sub/")),
    [".envrc new [direnv]", ".mcp.json new [mcp]"],
  );
});

Deno.test("places with a name of their own are found in a folder with very many names, and the rest is said", async () => {
  await using project = await TestProject.make();
  for (let number = 0; number < NAMES_IN_FOLDER + 10; number++) {
    Deno.writeTextFileSync(`${project.path}/${"z".repeat(number % 200)}-${number}`, "");
  }
  const before = await project.look();
  assert.deepEqual(before.bounds, [""]);
  await project.write(".envrc");
  await project.write(".git/hooks/pre-push");
  const found = compareLooks(before, await project.look());
  assert.deepEqual(words(found), [".envrc new [direnv]", ".git/hooks/pre-push new [git-hook]"]);
});

Deno.test("a folder with very many hooks is noted up to a limit, and so are folders of a project", async () => {
  await using project = await TestProject.make();
  for (let number = 0; number < NOTED_IN_FOLDER + 10; number++) await project.write(`.git/hooks/h${number}`);
  for (let number = 0; number < WALK.folders + 10; number++) await project.folder(`many/f${number}`);
  await project.write(".envrc");
  await project.write(".husky/pre-push");
  await project.write("many/f0/.envrc");
  const look = await project.look();
  assert.equal(Object.keys(look.seen).length, NOTED_IN_FOLDER + 3);
  assert.deepEqual(look.bounds, [".git/hooks", "many"]);
  // What is not new is not called new because it came into view.
  for (let number = 0; number < 20; number++) await project.remove(`.git/hooks/h${number}`);
  const later = await project.look();
  const old = compareLooks({ ...look, at: look.at + 60_000 }, later);
  assert.deepEqual(old.filter(({ change }) => change !== "removed"), []);
  assert.ok(old.length > 0 && old.every(({ path }) => later.seen[path] === undefined));
  // What was looked at all the same is known to be gone.
  for (const path of [".envrc", ".husky/pre-push", "many/f0/.envrc"]) await project.remove(path);
  assert.deepEqual(words(compareLooks(later, await project.look())), [
    ".envrc removed [direnv]",
    ".husky/pre-push removed [husky]",
  ]);
});

Deno.test("many programs in one folder are one line", async () => {
  await using project = await TestProject.make();
  const found = await project.after(async () => {
    for (let number = 0; number < 30; number++) {
      await project.write(`node_modules/p${number}/cli.js`, "", 0o755);
      await project.link(`../p${number}/cli.js`, `node_modules/.bin/p${number}`);
    }
    await project.write("bin/one", "", 0o755);
    await project.write("set", "", 0o4755);
  });
  assert.deepEqual(found.map(({ path, count, entry }) => [path, count, entry]), [
    ["set", undefined, "set-id"],
    ["bin/one", undefined, "program"],
    ["node_modules/.bin", 30, "installed-program"],
  ]);
});

Deno.test("scripts of a package count one by one, and so does what is not from the registry", async () => {
  await using project = await TestProject.make();
  const file = { name: "a", scripts: { build: "tsc" }, dependencies: { a: "^1.0.0" } };
  await project.write("package.json", JSON.stringify(file));
  const change = async (changed: object) =>
    words(await project.after(() => project.write("package.json", JSON.stringify({ ...file, ...changed }))));
  assert.deepEqual(
    await change({ version: "2.0.0", dependencies: { a: "^2.0.0", b: "latest", c: ">=1 <3" } }),
    [],
  );
  assert.deepEqual(await change({ scripts: { build: "tsc", postinstall: "evil" } }), [
    "package.json changed (scripts.postinstall) [package-json]",
  ]);
  await project.write("package.json", JSON.stringify(file));
  for (const from of ["git+https://evil/x", "https://evil/x.tgz", "file:../x", "evil/x", "github:evil/x"]) {
    assert.deepEqual(await change({ dependencies: { a: from } }), [
      "package.json changed (dependencies.a) [package-json]",
    ], from);
    await project.write("package.json", JSON.stringify(file));
  }
  assert.deepEqual(words(await project.after(() => project.write("package.json", "{ broken"))), [
    "package.json changed [package-json]",
  ]);
});
