import assert from "node:assert/strict";
import { missingInBox } from "../../lib/project/git/missing.ts";
import { git, inFolder, makeRepository } from "../support/git.ts";

/** What a user with this configuration hears of a folder. */
async function heard(
  folder: string,
  home: string,
  config = "",
  shown?: "read" | "write",
): Promise<readonly string[]> {
  await Deno.mkdir(home, { recursive: true });
  await Deno.writeTextFile(`${home}/.gitconfig`, config);
  return await missingInBox(folder, { home, configHome: `${home}/.config` }, shown);
}

Deno.test("a repository that is whole, a folder that is none, and habits of the user give nothing to say", () =>
  inFolder(async (folder) => {
    const home = `${folder}/home`;
    assert.deepEqual(await heard(folder, home), []);
    await makeRepository(`${folder}/a`);
    await Deno.writeTextFile(`${folder}/a/.gitattributes`, "*.txt text\n*.bin -text\n");
    const config =
      '[core]\n hooksPath = /dev/null\n autocrlf = input\n[filter "lfs"]\n clean = git-lfs clean\n';
    assert.deepEqual(await heard(`${folder}/a`, home, config), []);
    await git(`${folder}/a`, "config", "core.hooksPath", ".githooks");
    assert.deepEqual(await heard(`${folder}/a`, home, config), []);
  }));

Deno.test("C05: a worktree in the project that names its data by the host's path does not work in a box", () =>
  inFolder(async (folder) => {
    const home = `${folder}/home`;
    const a = `${folder}/a`;
    await makeRepository(a);
    await git(a, "worktree", "add", "-q", "-b", "f", "./wt/f");
    assert.deepEqual(await heard(a, home), [
      "git does not work in the box in the worktree wt/f, whose data is named by its path on this machine. " +
      `To have that path in the box: kanibako box config ${a} workspace_path=host`,
    ]);
    assert.deepEqual(await missingInBox(a, { home, configHome: `${home}/.config` }, "none", true), []);
    for (const name of "ghijkl") await git(a, "worktree", "add", "-q", "-b", name, `./wt/${name}`);
    assert.match((await heard(a, home)).join("\n"), /in the worktrees wt\/f, .* and 1 more, whose data/);
    for (const name of "fghijkl") {
      await Deno.writeTextFile(`${a}/wt/${name}/.git`, `gitdir: ../../.git/worktrees/${name}\n`);
    }
    assert.deepEqual(await heard(a, home), []);
  }));

Deno.test("C24, C03: data that lies elsewhere is named: of a worktree, of a submodule, of objects that are borrowed", () =>
  inFolder(async (folder) => {
    const home = `${folder}/home`;
    await makeRepository(`${folder}/a`);
    await git(`${folder}/a`, "worktree", "add", "-q", "-b", "f", "../a-f");
    assert.deepEqual(await heard(`${folder}/a-f`, home), [
      `git does not work in the box: this folder is a worktree, and its data is in ${folder}/a/.git. ` +
      `To show it to the box: kanibako box config ${folder}/a-f git_access=read. ` +
      "To let it commit, too: git_access=write. " +
      `Or work in a clone: git clone ${folder}/a-f`,
    ]);
    assert.match(
      (await heard(`${folder}/a-f`, home, "", "read")).join("\n"),
      /look at .* change nothing there\. .* kanibako box config \S+\/a-f git_access=write$/,
    );
    assert.match(
      (await heard(`${folder}/a-f`, home, "", "write")).join("\n"),
      /^The box can add commits to the repository in .* delete its branches and tags, .* can only be read\.$/,
    );
    await makeRepository(`${folder}/b`);
    await git(`${folder}/b`, "submodule", "--quiet", "add", `${folder}/a`, "sub");
    assert.match(
      (await heard(`${folder}/b/sub`, home)).join("\n"),
      /is a submodule, and its data is in .*\/b\/\.git/,
    );
    assert.deepEqual(await heard(`${folder}/b`, home), []);
    await git(folder, "clone", "-q", "--shared", "a", "d");
    assert.deepEqual(await heard(`${folder}/d`, home), [
      `Commits cannot be read in the box that this repository borrows from ${folder}/a/.git/objects. ` +
      `To show it to the box: kanibako box config ${folder}/d git_access=read. ` +
      "To copy them here: git repack -a -d && rm .git/objects/info/alternates",
    ]);
    assert.deepEqual(await heard(`${folder}/d`, home, "", "read"), []);
  }));

Deno.test("C04: other worktrees that git in the box would forget are counted, and only those that are there", () =>
  inFolder(async (folder) => {
    const home = `${folder}/home`;
    await makeRepository(`${folder}/a`);
    await git(`${folder}/a`, "worktree", "add", "-q", "-b", "f", "../f");
    await git(`${folder}/a`, "worktree", "add", "-q", "-b", "g", "../g");
    assert.match(
      (await heard(`${folder}/a`, home)).join("\n"),
      /^2 other worktrees .* kept from being pruned/,
    );
    await Deno.remove(`${folder}/f`, { recursive: true });
    assert.match((await heard(`${folder}/a`, home)).join("\n"), /^Another worktree .* its record is kept/);
    // One that a box has made up is none.
    await Deno.mkdir(`${folder}/a/.git/worktrees/x`);
    await Deno.writeTextFile(`${folder}/a/.git/worktrees/x/gitdir`, `${folder}/g/.git\n`);
    assert.match((await heard(`${folder}/a`, home)).join("\n"), /^Another worktree/);
  }));

Deno.test("C23, C25: hooks, filters and signatures that the user's configuration brings are named", () =>
  inFolder(async (folder) => {
    const home = `${folder}/home`;
    await makeRepository(`${folder}/a`);
    await Deno.writeTextFile(
      `${folder}/a/.gitattributes`,
      "*.bin filter=lfs diff=lfs -text\n*.x filter=other\n",
    );
    const config = `[core]
 hooksPath = ~/hooks
[commit]
 gpgSign = true
[filter "lfs"]
 clean = git-lfs clean -- %f
`;
    const [hooks, filters, signing, ...more] = await heard(`${folder}/a`, home, config);
    assert.equal(hooks, `The hooks in ${home}/hooks (core.hooksPath) do not run in the box.`);
    assert.match(filters!, /^Files with the filter lfs .*: git lfs install\.$/);
    assert.equal(signing, "Commits that are made in the box are not signed, as your key stays here.");
    assert.deepEqual(more, []);
    await git(`${folder}/a`, "config", "commit.gpgSign", "true");
    assert.match((await heard(`${folder}/a`, home)).join("\n"), /^git commit fails in the box/);
  }));

Deno.test("C40: git data that is a link, or that a box has bent, is named, not followed", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/real`);
    await Deno.mkdir(`${folder}/linked`);
    await Deno.symlink(`${folder}/real/.git`, `${folder}/linked/.git`);
    assert.deepEqual(await heard(`${folder}/linked`, `${folder}/home`), [
      "git may not work in the box: its .git is a link.",
    ]);
    await Deno.mkdir(`${folder}/a`);
    await Deno.writeTextFile(`${folder}/a/.git`, "gitdir: /etc\n");
    assert.match(
      (await heard(`${folder}/a`, `${folder}/home`)).join("\n"),
      /^git may not work in the box: its \.git leads to/,
    );
  }));

Deno.test("T03: a repository that names very many filters keeps nobody waiting", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/a`);
    const names = Array.from({ length: 30_000 }, (_, at) => `f${at}`);
    await Deno.writeTextFile(
      `${folder}/a/.gitattributes`,
      names.map((name) => `* filter=x${name}\n`).join(""),
    );
    const config = names.map((name) => `[filter "${name}"]\nclean=x\n`).join("");
    await Deno.writeTextFile(`${folder}/a/.git/config`, `${config}[filter "xf7"]\nclean=x\n`);
    const begun = performance.now();
    const said = await heard(`${folder}/a`, `${folder}/home`);
    assert.ok(performance.now() - begun < 5000, `${performance.now() - begun} ms`);
    assert.match(said.join("\n"), /the filter xf7 /);
  }));

Deno.test("C25: hooks at paths that the box does not have are named, wherever these lead and whoever named them", () =>
  inFolder(async (folder) => {
    const home = `${folder}/home`;
    const a = `${folder}/a`;
    await makeRepository(a);
    await Deno.mkdir(`${a}/.githooks`);
    // Of the user's own configuration the box gets nothing that runs.
    assert.match(
      (await heard(a, home, "[core]\n hooksPath = .githooks\n")).join(),
      /hooks in .*\/a\/\.githooks .* do not run/,
    );
    await git(a, "config", "core.hooksPath", `${a}/.githooks`);
    assert.deepEqual(await heard(a, home), [
      `The hooks in ${a}/.githooks (core.hooksPath) do not run in the box. To have them run: git config core.hooksPath .githooks`,
    ]);
    assert.deepEqual(await missingInBox(a, { home, configHome: `${home}/.config` }, "none", true), []);
    await git(a, "config", "core.hooksPath", ".githooks");
    assert.deepEqual(await heard(a, home), []);
    await git(a, "config", "--unset", "core.hooksPath");
    await Deno.writeTextFile(`${folder}/guard`, "#!/bin/sh\n");
    await Deno.symlink("../../.githooks", `${a}/.git/hooks/pre-push`);
    assert.deepEqual(await heard(a, home), []);
    await Deno.symlink(`${folder}/guard`, `${a}/.git/hooks/pre-commit`);
    assert.deepEqual(await heard(a, home), [
      "The hook pre-commit does not run in the box: it leads out of the project.",
    ]);
  }));

Deno.test("C23, C52: attributes below the top and of the user, and files that a repository names, are looked at, too", () =>
  inFolder(async (folder) => {
    const home = `${folder}/home`;
    const a = `${folder}/a`;
    await makeRepository(a);
    const filter = '[filter "lfs"]\n clean = git-lfs clean\n';
    assert.deepEqual(await heard(a, home, filter), []);
    await Deno.mkdir(`${home}/.config/git`, { recursive: true });
    await Deno.writeTextFile(`${home}/.config/git/attributes`, "*.bin filter=lfs\n");
    assert.match((await heard(a, home, filter)).join(), /^Files with the filter lfs /);
    await Deno.remove(`${home}/.config/git/attributes`);
    await Deno.mkdir(`${a}/assets`);
    await Deno.writeTextFile(`${a}/assets/.gitattributes`, "*.png filter=lfs\n");
    assert.match((await heard(a, home, filter)).join(), /^Files with the filter lfs /);
    await git(a, "config", "core.excludesFile", "~/ignore");
    await git(a, "config", "blame.ignoreRevsFile", ".revs");
    assert.deepEqual(await heard(a, home), [
      "The repository's configuration names '~/ignore' (core.excludesfile), which the box does not have.",
    ]);
  }));

Deno.test("C03: submodules that name their data by a path of the host are named, others are not", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/lib`);
    await makeRepository(`${folder}/a`);
    await git(`${folder}/a`, "submodule", "--quiet", "add", `${folder}/lib`, "sub");
    assert.deepEqual(await heard(`${folder}/a`, `${folder}/home`), []);
    await Deno.writeTextFile(`${folder}/a/sub/.git`, `gitdir: ${folder}/a/.git/modules/sub\n`);
    assert.match(
      (await heard(`${folder}/a`, `${folder}/home`)).join(),
      /does not work in the box in the submodule sub: /,
    );
    // A path that leads out is not followed.
    await Deno.writeTextFile(`${folder}/a/.gitmodules`, '[submodule "x"]\n\tpath = ../lib\n');
    assert.deepEqual(await heard(`${folder}/a`, `${folder}/home`), []);
  }));
