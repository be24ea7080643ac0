import assert from "node:assert/strict";
import { landWork } from "../../../lib/hub/work/land.ts";
import { makeWorkspace } from "../../../lib/hub/work/workspace.ts";
import { git, makeRepository } from "../../support/git.ts";
import { inFolder } from "../../support/trees.ts";
import { lines, read, withHelper, write } from "./support.ts";

/** A commit with these files. */
async function commit(folder: string, files: Record<string, string>): Promise<void> {
  await write(folder, files);
  await git(folder, "add", ".");
  await git(folder, "commit", "--quiet", "-m", "more");
}

const repository = async (parent: string) => {
  await makeRepository(parent);
  await commit(parent, { "src/a.ts": "a\n", "tool": "#!/bin/sh\n" });
};

Deno.test("a worktree has the last commit on a branch of its own, and gives commits back by git", () =>
  withHelper({}, async (world) => {
    const { workspace, parent, made } = world;
    assert.deepEqual([made.how, made.branch], ["worktree", "helper-1"]);
    assert.equal((await git(workspace, "branch", "--show-current")).trim(), "helper-1");
    assert.equal(await git(workspace, "status", "--porcelain"), "");
    assert.deepEqual(await lines(world), []);
    await commit(workspace, { "src/a.ts": "A\n" });
    assert.deepEqual(await lines(world), ["changed src/a.ts"]);
    await git(parent, "fetch", "--quiet", workspace, "helper-1:helper-1");
    assert.equal(await git(parent, "show", "helper-1:src/a.ts"), "A\n");
    assert.equal(await git(parent, "show", "main:src/a.ts"), "a\n");
  }, { kind: "worktree", prepare: repository }));

Deno.test("what is not committed in the parent's folder is not in a worktree, and conflicts where the helper changes it", () =>
  withHelper({}, async (world) => {
    const { workspace, parent } = world;
    assert.deepEqual(Object.keys(await read(workspace)).filter((path) => !path.startsWith(".git/")), [
      "file.txt",
      "src/a.ts",
      "tool",
    ]);
    await Deno.chmod(`${parent}/tool`, 0o775);
    await Deno.chmod(`${parent}/file.txt`, 0o664);
    await write(workspace, { "src/a.ts": "helper\n", "file.txt": "helper\n", "tool": "#!/bin/bash\n" });
    assert.deepEqual(await lines(world), ["changed file.txt", "conflicting src/a.ts", "changed tool"]);
    await landWork({ ...world, paths: ["file.txt", "tool"], keepOut: "none" });
    const modeOf = async (name: string) => (await Deno.stat(`${parent}/${name}`)).mode! & 0o777;
    assert.deepEqual([await modeOf("file.txt"), await modeOf("tool")], [0o664, 0o775]);
    assert.match(await git(parent, "status", "--porcelain"), /^ M file\.txt\n M src\/a\.ts\n M tool\n/);
  }, {
    kind: "worktree",
    prepare: async (parent) => {
      await repository(parent);
      await write(parent, { "src/a.ts": "not committed\n", "untracked": "" });
    },
  }));

Deno.test("nothing that the parent's repository brings along runs, or leads elsewhere", () =>
  withHelper({}, async ({ workspace, parent, base }) => {
    await assert.rejects(Deno.lstat(`${base}/ran`), Deno.errors.NotFound);
    await assert.rejects(Deno.lstat(`${workspace}/.git/hooks`), Deno.errors.NotFound);
    const config = await Deno.readTextFile(`${workspace}/.git/config`);
    assert.doesNotMatch(config, /filter|fsmonitor|hooksPath|token/i);
    assert.equal(await Deno.readTextFile(`${workspace}/src/a.ts`), "a\n");
    await assert.rejects(Deno.lstat(`${workspace}/.git/refs/heads/away`), Deno.errors.NotFound);
    // The positive twin: git as a user runs it in the parent's folder would have run it.
    await write(parent, { "src/a.ts": "changed\n" });
    await git(parent, "add", "src/a.ts").catch(() => {});
    assert.ok((await Deno.lstat(`${base}/ran`)).isFile);
  }, {
    kind: "worktree",
    prepare: async (parent) => {
      await repository(parent);
      await commit(parent, { ".gitattributes": "*.ts filter=evil\n" });
      const ran = `${parent}/../ran`;
      await Deno.writeTextFile(
        `${parent}/.git/config`,
        `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "touch ${ran}"\n[filter "evil"]\n\tsmudge = touch ${ran}\n\tclean = touch ${ran}\n[remote "o"]\n\turl = https://token@h\n`,
      );
      await write(parent, { ".git/hooks/post-checkout": `#!/bin/sh\ntouch ${ran}\n` });
      await Deno.symlink("/etc/passwd", `${parent}/.git/refs/heads/away`);
    },
  }));

Deno.test("a name that is taken is not used for the branch", () =>
  withHelper({}, async ({ made, workspace }) => {
    assert.equal(made.branch, "helper-1-3");
    assert.match(await git(workspace, "branch"), /helper-1-2/);
    await Promise.resolve();
  }, {
    kind: "worktree",
    prepare: async (parent) => {
      await repository(parent);
      await git(parent, "branch", "helper-1/x");
      await git(parent, "branch", "helper-1-2");
      await git(parent, "pack-refs", "--all");
    },
  }));

Deno.test("a folder that is no repository, or one without a commit, is refused, and nothing is left", () =>
  inFolder(async (base) => {
    const parent = `${base}/parent`;
    await Deno.mkdir(parent);
    await Deno.mkdir(`${base}/1`);
    const make = () =>
      makeWorkspace({
        kind: "worktree",
        from: parent,
        to: `${base}/1/workspace`,
        record: `${base}/1/fork`,
        exclude: [],
        number: 1,
      });
    await assert.rejects(make(), { code: "no-repository" });
    await git(parent, "init", "--quiet");
    await assert.rejects(make(), { code: "no-commit" });
    await Deno.remove(`${parent}/.git`, { recursive: true });
    await Deno.writeTextFile(`${parent}/.git`, "gitdir: /root/.git\n");
    await assert.rejects(make(), { code: "no-repository" });
    assert.deepEqual([...Deno.readDirSync(`${base}/1`)], []);
  }));

Deno.test("a commit of a few objects that stands for countless files is refused, and nothing is left", () =>
  inFolder(async (base) => {
    const parent = `${base}/parent`;
    await makeRepository(parent);
    // Each tree has the one before ten times.
    let tree = (await git(parent, "rev-parse", "HEAD^{tree}")).trim();
    for (let level = 0; level < 9; level++) {
      const lines = Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\td${at}`).join("\n");
      await Deno.writeTextFile(`${base}/tree`, `${lines}\n`);
      tree = (await git(parent, "-c", "alias.make=!git mktree <../tree", "make")).trim();
    }
    const bomb = (await git(parent, "commit-tree", tree, "-m", "bomb")).trim();
    await git(parent, "update-ref", "refs/heads/main", bomb);
    await Deno.mkdir(`${base}/1`);
    const made = makeWorkspace({
      kind: "worktree",
      from: parent,
      to: `${base}/1/workspace`,
      record: `${base}/1/fork`,
      exclude: [],
      number: 1,
    });
    await assert.rejects(made, { code: "no-repository", message: /too many files/ });
    assert.deepEqual([...Deno.readDirSync(`${base}/1`)], []);
  }));
