// Repositories that are more than the project's folder, in real boxes.

import assert from "node:assert/strict";
import { git, makeRepository } from "../support/git.ts";
import { User } from "../support/program.ts";

/** A repository `c` with a worktree `w` beside it, and a clone `d` that borrows its commits. */
async function repositories(user: User): Promise<string> {
  const folder = await user.folder();
  await makeRepository(`${folder}/c`);
  await git(`${folder}/c`, "worktree", "add", "-q", "-b", "ff", "../w");
  await git(folder, "clone", "-q", "--shared", "c", "d");
  await user.call(["git", "config", "--global", "user.name", "Ann"]);
  await user.call(["git", "config", "--global", "user.email", "a@example.net"]);
  return folder;
}

function sh(user: User, cwd: string, script: string, ...options: string[]) {
  return user.run(["shell", ...options, "--", "sh", "-c", script], { cwd });
}

Deno.test("C04, C05, C40, C53: git in a box trusts its workspace, and forgets no other worktree by whatever command", async () => {
  await using user = await User.make();
  const folder = await repositories(user);
  // Old enough for a collection of garbage to forget it.
  await user.call(["sh", "-c", "touch -d '200 days ago' .git/worktrees/w/* ../w/.git"], {
    cwd: `${folder}/c`,
  });
  await Deno.mkdir(`${user.home}/notes`);
  await Deno.symlink(`${user.home}/notes`, `${folder}/c/notes`);
  const { code, stderr } = await sh(
    user,
    `${folder}/c`,
    "git worktree prune; git gc -q; git worktree repair; git worktree remove -f w; git worktree add -q in -b in; git worktree prune; " +
      "mv .git/refs .git/r 2>/dev/null; mv .git elsewhere 2>/dev/null; GIT_TEST_ASSUME_DIFFERENT_OWNER=1 git status --short >/dev/null",
  );
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Another worktree of this repository is not in the box/);
  assert.match(stderr, /notes .*leads? out of the project/);
  assert.equal(await git(`${folder}/w`, "status", "--short"), "");
  // One that was made in the box is one here, too.
  assert.equal(await git(`${folder}/c/in`, "log", "-1", "--format=%s"), "first\n");
  assert.match(await git(`${folder}/c`, "worktree", "list"), new RegExp(`${folder}/c/in .*\\[in\\]`));
  assert.equal(
    (await sh(user, `${folder}/c`, "git worktree prune && git -C in log -1 --format=%s")).stdout,
    "first\n",
  );
  assert.equal(await git(`${folder}/c/in`, "status", "--short"), "");
});

Deno.test("C03, C24, C25: git data elsewhere is shown where that is set, and nothing of it can be made to run something", async () => {
  await using user = await User.make();
  const folder = await repositories(user);
  const [w, d] = [`${folder}/w`, `${folder}/d`];
  const log = "git log -1 --format=%s";
  await git(w, "config", "core.hooksPath", "/nowhere/hooks");
  const none = await sh(user, w, log);
  await git(w, "config", "--unset", "core.hooksPath");
  assert.equal(none.code, 128);
  assert.match(
    none.stderr,
    /The box lacks something of this repository:\n {2}git does not work in the box: this folder is a worktree, and its data is in .*\/c\/\.git\..*git_access=read.*\n {2}The hooks in \/nowhere\/hooks /,
  );
  const read = await sh(
    user,
    w,
    `${log}; git status --short; git commit -q --allow-empty -m no`,
    "--git-access",
    "read",
  );
  assert.equal(read.stdout, "first\n");
  assert.match(read.stderr, /Read-only file system/);
  await user.ok(["box", "config", "git_access=write"], { cwd: w });
  const script =
    `set -e; echo a >a; git add a; git commit -qm a; git checkout -qb x; git commit -q --allow-empty -m x; git checkout -q ff
git tag t; git tag -d t >/dev/null; git branch y; git branch -qD y 2>/dev/null; echo b >a; git stash -q; git stash drop -q
git checkout -qb z HEAD~1; echo z >z; git add z; git commit -qm z; git rebase -q ff; git checkout -q ff; git cherry-pick z >/dev/null; git merge -q x
set +e; git worktree prune; git gc -q 2>/dev/null && echo gc; git pack-refs --all 2>/dev/null && echo pack-refs
exec 2>/dev/null
for file in commondir config hooks/pre-commit info/attributes config.worktree modules worktrees/w/x packed-refs HEAD objects/info/alternates; do
(echo x >/run/kanibako/git/$file) && echo "$file"; (echo x >${folder}/c/.git/$file); done
for file in commondir gitdir; do (echo x >$(git rev-parse --git-dir)/$file) && echo "$file"; done; true`;
  const write = await sh(user, w, script);
  // No word on standard error that a lock cannot be had, either.
  assert.doesNotMatch(write.stderr, /^error|^fatal/m);
  assert.deepEqual([write.code, write.stdout], [0, ""], write.stderr);
  assert.equal(await git(w, "status", "--short"), "");
  const subjects = (await git(w, "log", "--format=%s", "--no-merges")).trim().split("\n");
  assert.deepEqual(subjects.sort(), ["a", "first", "x", "z"]);
  assert.equal((await git(w, "branch", "--format=%(refname:short)")).trim(), "ff\nmain\nx\nz");
  assert.equal(await git(`${folder}/c`, "log", "-1", "--format=%s", "main"), "first\n");
  assert.equal(await git(`${folder}/c`, "status", "--short"), "");
  for (const name of ["commondir", "config.worktree", "modules", "hooks/pre-commit"]) {
    await assert.rejects(Deno.lstat(`${folder}/c/.git/${name}`), Deno.errors.NotFound);
  }
  // Borrowed commits are shown where the user said so, and nothing that a box has named since.
  assert.equal((await sh(user, d, log)).code, 128);
  assert.equal((await sh(user, d, log, "--git-access", "read")).stdout, "first\n");
  await makeRepository(`${folder}/secret`);
  await Deno.writeTextFile(`${d}/.git/objects/info/alternates`, `${folder}/secret/.git/objects\n`);
  await user.ok(["box", "config", "git_access=read"], { cwd: d });
  const other = await sh(user, d, `ls -d ${folder}/secret`);
  assert.equal(other.stdout, "");
  assert.match(other.stderr, /secret\/\.git\/objects is not shown to the box: nobody agreed/);
});
