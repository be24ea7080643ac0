/**
 * What a box might do so that something a machine runs is missing from a report, or that a look takes long.
 *
 * @module
 */

import assert from "node:assert/strict";
import { keysOf } from "../../lib/report/keys/keys.ts";
import { gitConfigKeys } from "../../lib/report/keys/git_config.ts";
import type { Counts } from "../../lib/report/entry.ts";
import { compareLooks } from "../../lib/report/compare.ts";
import { lookAt } from "../../lib/report/look_at.ts";
import { lookBefore } from "../../lib/report/session.ts";
import { NAMES_BELOW, NOTED_IN_FOLDER } from "../../lib/report/limits.ts";
import { run, TestProject, words } from "./support.ts";

Deno.test("T07 what git reads of a configuration is read, however it is written", () => {
  const config = {
    "a comment does not go on in the next line": "[core]\n# a \\\nfsmonitor = x\n",
    "nor does one after a value": "[core]\nbare = false ; a \\\nfsmonitor = x\n",
    "the last of several sections in a line counts": "[user] [core] fsmonitor = x\n",
    "a quoted comment sign begins no comment": '[core]\nbare = "#" \\\n\nfsmonitor = x\n',
  };
  for (const [what, text] of Object.entries(config)) {
    assert.deepEqual(Object.keys(gitConfigKeys(text)), ["core.fsmonitor"], what);
  }
  assert.deepEqual(gitConfigKeys("[alias]\nx = !a \\\n  b # c\n"), { "alias.x": "!a   b" });
  assert.deepEqual(Object.keys(gitConfigKeys("[gc]\nrecentObjectsHook = x\n")), ["gc.recentObjectsHook"]);
});

Deno.test("T07 very many lines of a configuration take no time", async () => {
  await using project = await TestProject.make();
  const findings = await project.after(async () => {
    for (let n = 0; n < 20; n++) {
      await project.write(`.git/modules/m${n}/config`, `[a]\n${"b\n".repeat(100_000)}`);
    }
    await project.write(".git/config", `[core]\n${"b\n".repeat(4000)}fsmonitor = x\n`);
  });
  assert(words(findings).includes(".git/config new (core.fsmonitor) [git-config]"));
  // What is too long to be read counts as a whole.
  assert(words(findings).includes(".git/modules/m0/config new [git-submodule-config]"));
  const began = performance.now();
  await project.look();
  assert(performance.now() - began < 2000);
});

Deno.test("T07 links to very deep folders take no time, and the look says that it did not follow them", async () => {
  await using project = await TestProject.make();
  await run([
    "sh",
    "-c",
    `cd "$1"; i=0; while [ $i -lt 1000 ]; do mkdir a && cd -P a; i=$((i+1)); done`,
    "sh",
    project.path,
  ]);
  for (let n = 0; n < 50; n++) await project.link("a/".repeat(1000), `link-${n}`);
  const began = performance.now();
  const look = await project.look();
  assert(performance.now() - began < 2000);
  assert(look.bounds.includes(""));
});

Deno.test("T07 a chain of as many links as a kernel follows is followed", async () => {
  await using project = await TestProject.make();
  const findings = await project.after(async () => {
    for (let n = 0; n < 35; n++) {
      await project.link(n === 0 ? "/etc/passwd" : `.x/${n - 1}`.replace(".x/", ""), `.x/${n}`);
    }
    await project.link(".x/34", "notes");
  });
  assert(words(findings).includes("notes new [link-out]"));
});

Deno.test("T07 a pointer to a git folder is usual only where its hooks and configuration are looked at", async () => {
  await using project = await TestProject.make();
  await project.folder(".git");
  const found = await project.after(async () => {
    await project.write("a/.git", "gitdir: ../.git/modules/a\n");
    await project.write("b/.git", "gitdir: ../.git/modules/libs/b\n");
    await project.write("c/.git", "gitdir: ../.git/worktrees/c\n");
    await project.write(".git/worktrees/c/commondir", "../..\n");
    await project.write("d/.git", "gitdir: ../.git/modules/d/e/f/g\n");
    await project.write("e/.git", "gitdir: ../.git/modules/e\n/../../../evil\n");
    await project.write("f/.git", "gitdir: ../.git/modules/f\u2028/../../../evil\n");
    await project.write("g/.git", "gitdir: ../.git/modules/g/hooks\n");
    await project.write(".git/worktrees/h/commondir", "../../../evil\n");
  });
  assert.deepEqual(words(found).sort(), [
    ".git/worktrees/h/commondir new (commondir) [git-worktree-folder]",
    "d/.git new (gitdir) [git-folder]",
    "e/.git new (gitdir) [git-folder]",
    "f/.git new (gitdir) [git-folder]",
  ]);
});

Deno.test("T07 commands among the steps of a rebase are found, other steps are not", async () => {
  await using project = await TestProject.make();
  const todo = ".git/rebase-merge/git-rebase-todo";
  assert.deepEqual(words(await project.after(() => project.write(todo, "pick 1234 x\n"))), []);
  const found = await project.after(() => project.write(todo, "pick 1234 x\n  exec ./x\n"));
  assert.deepEqual(words(found), [`${todo} changed (exec) [git-rebase]`]);
});

Deno.test("T07 a folder of old files that is renamed to a place is new, even where the project is large", async () => {
  await using project = await TestProject.make();
  await project.write("data/pre-commit", "x\n", 0o755);
  await project.folder(".git");
  for (let n = 0; n < 300; n++) await project.folder(`many/${n}`);
  const look = await project.look();
  assert.deepEqual(look.bounds, ["many"]);
  // As in another session, much later.
  const before = { ...look, at: look.at + 60_000 };
  await Deno.rename(`${project.path}/data`, `${project.path}/.git/hooks`);
  assert.deepEqual(words(compareLooks(before, await project.look())), [
    ".git/hooks/pre-commit new [git-hook]",
  ]);
  await Deno.rename(`${project.path}/.git/hooks`, `${project.path}/.husky`);
  assert.deepEqual(words(compareLooks(before, await project.look())), [".husky/pre-commit new [husky]"]);
});

Deno.test("a new version, which knows more places, does not call new what was there", async () => {
  await using project = await TestProject.make();
  await project.write(".envrc");
  const look = await project.look();
  const before = { ...look, table: "former", seen: {}, at: look.at + 60_000 };
  assert.deepEqual(compareLooks(before, await project.look()), []);
  const changed = { ...look, table: "former", at: look.at - 60_000 };
  await project.write(".envrc", "other\n");
  assert.deepEqual(words(compareLooks(changed, await project.look())), [".envrc changed [direnv]"]);
});

Deno.test("a project that cannot be opened has nothing removed", async () => {
  await using project = await TestProject.make();
  await project.write(".envrc");
  const before = await project.look();
  const after = (await lookAt(`${project.path}/missing`)).look;
  assert.deepEqual(compareLooks(before, after), []);
});

Deno.test("T07 a change of a mapped file, which shows in no times, is found", async () => {
  await using project = await TestProject.make();
  await using place = await TestProject.make();
  const state = place.path;
  await project.write(".envrc", "good\n");
  const at = { state, root: project.path, run: "run-1", agent: "", show: "brief" } as const;
  await (await lookBefore(at)).keep();
  // What is kept is as if the times of the file had stayed as they were.
  const file = `${state}/report/looks/run-1.json`;
  const kept = JSON.parse(await Deno.readTextFile(file));
  await project.write(".envrc", "evil\n");
  await new Promise((done) => setTimeout(done, 2100));
  kept.look.seen[".envrc"].stamp = (await project.look()).seen[".envrc"]!.stamp;
  await Deno.writeTextFile(file, JSON.stringify(kept));
  // What this process remembers is of another box now.
  await using other = await TestProject.make();
  await (await lookBefore({ ...at, state: other.path })).keep();
  await lookBefore({ ...at, run: "run-2" }).then(({ left }) =>
    assert.deepEqual(words(left!.findings), [".envrc changed [direnv]"])
  );
});

Deno.test("T07 of a long value each character counts", () => {
  const text = (end: string) => `[alias]\nx = !${"a".repeat(400)}${end}\n`;
  const keys = (end: string) => keysOf("git-config", new TextEncoder().encode(text(end)));
  assert.notDeepEqual(keys("Aa"), keys("BB"));
  assert.deepEqual(keys("Aa"), keys("Aa"));
});

/** What counts of a content, by its names. */
function names(counts: Counts, text: string): readonly string[] | undefined {
  const keys = keysOf(counts, new TextEncoder().encode(text));
  return keys && Object.keys(keys);
}

Deno.test("T07 what names a program in a Python or Rust project is found, however it is written", () => {
  const read = (text: string) => names("pyproject", text);
  assert.deepEqual(read('["tool" . poe.tasks]\nx = "evil"\n'), ["tool.poe.tasks"]);
  assert.deepEqual(read('build-system.build-backend = "evil"\n'), ["build-system.build-backend"]);
  assert.deepEqual(read('[project]\n  scripts.x = "evil:main"\n'), ["project.scripts.x"]);
  assert.deepEqual(read('[project]\nscripts = { x = "evil:main" }\n'), ["project.scripts"]);
  assert.deepEqual(read('[package]\nname = "a"\nbuild = "evil.rs"\n'), ["package.build"]);
  assert.deepEqual(read('[project]\nx = """\n[tool.black]\n"""\nscripts.x = "evil:main"\n'), undefined);
  const tests = (more: string) =>
    keysOf(
      "pyproject",
      new TextEncoder().encode(
        `[tool.pytest.ini_options]\naddopts = [\n  "-q",\n${more}]\ntestpaths = "t"\n`,
      ),
    );
  assert.notDeepEqual(tests(""), tests('  "-p", "evil",\n'));
  assert.deepEqual(
    read(
      '[project]\nversion = "1"\nurls.Home = "https://a"\nlist = [\n  "a",\n  ["b", "c"],\n]\n[tool.ruff]\nlint.select = ["E"]\n',
    ),
    [],
  );
});

Deno.test("T07 what a package runs from elsewhere than the registry is found, however it is written", () => {
  const read = (value: unknown) => names("package-json", JSON.stringify(value));
  assert.deepEqual(read({ dependencies: { a: "evil.tgz", b: "..", c: "^1.2.3", d: "npm:x@1" } }), [
    "dependencies.a",
    "dependencies.b",
  ]);
  assert.deepEqual(read({ overrides: { a: { b: "git+https://x/y", c: "1" } } }), ["overrides.a.b"]);
  assert.deepEqual(read({ workspaces: ["packages/*", "!x/y/z"] }), []);
  assert.deepEqual(read({ workspaces: ["packages/*", "a/b/c"] }), ["workspaces"]);
  assert.deepEqual(read({ workspaces: { packages: ["**"] } }), ["workspaces"]);
  assert.deepEqual(read({ jest: { preset: "./evil" }, mocha: { require: "./evil" } })?.toSorted(), [
    "jest",
    "mocha",
  ]);
  assert.deepEqual(read({ jest: { testEnvironment: "node" }, mocha: { ui: "tdd" } }), []);
  assert.deepEqual(names("editor-settings", '{"typescript.tsdk": "./evil", "editor.tabSize": 2}'), [
    "typescript.tsdk",
  ]);
});

Deno.test("T07 of very many names at places all of which count some are listed, and the look says so", async () => {
  await using project = await TestProject.make();
  const places = [".roo", ".kiro", ".amp", ".trae", ".junie", ".qwen"];
  for (const place of places) {
    await project.folder(place);
    await run(["sh", "-c", 'cd "$1" && seq 4000 | xargs touch', "sh", `${project.path}/${place}`]);
  }
  const look = await project.look();
  assert.equal(Object.keys(look.seen).length, NAMES_BELOW / 4000 * NOTED_IN_FOLDER);
  assert.deepEqual(look.bounds, places.toSorted());
});

Deno.test("T07 very many folders at a place that counts whole are one line of what was not looked at", async () => {
  await using project = await TestProject.make();
  await project.folder(".roo");
  await run(["sh", "-c", 'cd "$1" && seq 500 | xargs mkdir', "sh", `${project.path}/.roo`]);
  assert.deepEqual((await project.look()).bounds, [".roo"]);
});

Deno.test("where the files of a submodule are is said by git itself, unless that is elsewhere", async () => {
  await using project = await TestProject.make();
  const config = (worktree: string) => `[core]\n\tworktree = ${worktree}\n[remote "origin"]\n\turl = ../a\n`;
  const found = await project.after(async () => {
    await project.write(".git/modules/a/config", config("../../../a"));
    await project.write(".git/modules/libs/b/config", config("../../../../libs/b"));
    await project.write(".git/modules/c/config", config("../../../../c"));
    await project.write(".git/modules/d/config", config("/etc"));
  });
  assert.deepEqual(words(found).sort(), [
    ".git/modules/c/config new (core.worktree) [git-submodule-config]",
    ".git/modules/d/config new (core.worktree) [git-submodule-config]",
  ]);
});
