import assert from "node:assert/strict";
import fc from "fast-check";
import { type GitFacts, gitState } from "../../lib/project/git/git.ts";
import { remotesOf, riskyKeys, upstreamRef, withoutSecrets } from "../../lib/project/git/config.ts";
import { git, inFolder, makeRepository } from "../support/git.ts";

async function facts(folder: string): Promise<GitFacts> {
  const state = await gitState(folder);
  assert.equal(state.kind, "repository", JSON.stringify(state));
  return state as GitFacts;
}

Deno.test("a folder without git data is no repository, nor is one whose .git means nothing to git", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await gitState(folder), { kind: "none" });
    await Deno.mkdir(`${folder}/.git`);
    assert.deepEqual(await gitState(folder), { kind: "none" });
  }));

Deno.test("a clean repository has a branch and a commit and nothing uncommitted", () =>
  inFolder(async (folder) => {
    const commit = await makeRepository(folder);
    const { branch, uncommitted, untracked, unpushed, ...rest } = await facts(folder);
    assert.deepEqual({ branch, uncommitted, untracked, unpushed }, {
      branch: "main",
      uncommitted: 0,
      untracked: 0,
      unpushed: undefined,
    });
    assert.equal(rest.commit, commit);
    assert.deepEqual(rest.risks, []);
  }));

Deno.test("changed and staged files are uncommitted, new ones are counted apart, ignored ones are not", () =>
  inFolder(async (folder) => {
    await makeRepository(folder);
    await Deno.writeTextFile(`${folder}/file.txt`, "changed\n");
    await Deno.writeTextFile(`${folder}/staged`, "");
    await git(folder, "add", "staged");
    await Deno.writeTextFile(`${folder}/new`, "");
    await Deno.writeTextFile(`${folder}/ignored`, "");
    await Deno.writeTextFile(`${folder}/private`, "");
    await Deno.writeTextFile(`${folder}/.gitignore`, "ignored\n");
    await git(folder, "add", ".gitignore");
    await Deno.writeTextFile(`${folder}/.git/info/exclude`, "private\n");
    const { uncommitted, untracked } = await facts(folder);
    assert.deepEqual({ uncommitted, untracked }, { uncommitted: 3, untracked: 1 });
  }));

Deno.test("a file that was only touched is not uncommitted", () =>
  inFolder(async (folder) => {
    await makeRepository(folder);
    await Deno.utime(`${folder}/file.txt`, new Date(0), new Date(0));
    const index = await Deno.readFile(`${folder}/.git/index`);
    assert.equal((await facts(folder)).uncommitted, 0);
    assert.deepEqual(await Deno.readFile(`${folder}/.git/index`), index);
  }));

Deno.test("a repository without commits is not dirty, and its staged files are", () =>
  inFolder(async (folder) => {
    await git(folder, "init", "--quiet", "--initial-branch=trunk");
    const empty = await facts(folder);
    assert.deepEqual([empty.branch, empty.commit, empty.uncommitted], ["trunk", undefined, 0]);
    await Deno.writeTextFile(`${folder}/a`, "");
    await git(folder, "add", "a");
    assert.equal((await facts(folder)).uncommitted, 1);
  }));

Deno.test("a detached head has a commit and no branch", () =>
  inFolder(async (folder) => {
    const commit = await makeRepository(folder);
    await git(folder, "checkout", "--quiet", "--detach");
    const found = await facts(folder);
    assert.deepEqual([found.branch, found.commit, found.unpushed], [undefined, commit, undefined]);
  }));

Deno.test("commits the upstream lacks are counted, packed references included", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/origin`);
    await git(folder, "clone", "--quiet", "origin", "clone");
    const clone = `${folder}/clone`;
    assert.equal((await facts(clone)).unpushed, 0);
    for (const name of ["a", "b"]) await git(clone, "commit", "--quiet", "--allow-empty", "-m", name);
    assert.equal((await facts(clone)).unpushed, 2);
    await git(clone, "pack-refs", "--all");
    await git(clone, "gc", "--quiet");
    const found = await facts(clone);
    assert.deepEqual([found.unpushed, found.upstream], [2, "refs/remotes/origin/main"]);
    await git(clone, "push", "--quiet", "origin", "HEAD:refs/heads/other");
    assert.equal((await facts(clone)).unpushed, 2, "another branch is not the upstream");
  }));

Deno.test("a shallow clone is counted from where it begins", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/origin`);
    await git(`${folder}/origin`, "commit", "--quiet", "--allow-empty", "-m", "second");
    await git(folder, "clone", "--quiet", "--depth=1", `file://${folder}/origin`, "clone");
    await git(`${folder}/clone`, "commit", "--quiet", "--allow-empty", "-m", "mine");
    assert.equal((await facts(`${folder}/clone`)).unpushed, 1);
  }));

Deno.test("a worktree is a repository, with its own head and index", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/main`);
    await git(`${folder}/main`, "worktree", "add", "--quiet", "-b", "side", "../side");
    await Deno.writeTextFile(`${folder}/side/file.txt`, "changed\n");
    const side = await facts(`${folder}/side`);
    assert.deepEqual([side.form, side.branch, side.uncommitted], ["worktree", "side", 1]);
    assert.equal((await facts(`${folder}/main`)).uncommitted, 0);
  }));

Deno.test("a .git file that leads to a repository which does not lead back tells nothing of it", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/secret`);
    await git(`${folder}/secret`, "worktree", "add", "--quiet", "../wt");
    await Deno.mkdir(`${folder}/mine`);
    for (const target of ["secret/.git", "secret/.git/worktrees/wt"]) {
      await Deno.writeTextFile(`${folder}/mine/.git`, `gitdir: ${folder}/${target}\n`);
      const state = await gitState(`${folder}/mine`);
      assert.equal(state.kind, "unclear");
      assert.match(JSON.stringify(state), /does not lead back/);
    }
    assert.equal((await facts(`${folder}/wt`)).form, "worktree");
  }));

Deno.test("submodules are reported with their own state, and one at another commit is uncommitted", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/library`);
    await makeRepository(`${folder}/app`);
    const app = `${folder}/app`;
    await git(app, "submodule", "--quiet", "add", `${folder}/library`, "lib");
    await git(app, "commit", "--quiet", "-m", "with a library");
    const clean = await facts(app);
    assert.equal(clean.uncommitted, 0);
    assert.deepEqual(clean.submodules.map(({ path, state }) => [path, state.kind]), [["lib", "repository"]]);
    assert.equal((await facts(`${app}/lib`)).form, "submodule");
    await Deno.writeTextFile(`${app}/lib/file.txt`, "changed\n");
    const [library] = (await facts(app)).submodules;
    assert.equal((library!.state as GitFacts).uncommitted, 1);
    await git(`${app}/lib`, "commit", "--quiet", "--all", "-m", "more");
    assert.equal((await facts(app)).uncommitted, 1);
    await git(app, "add", "lib");
    assert.equal((await facts(app)).uncommitted, 1);
  }));

Deno.test("a repository with objects named by SHA-256 is read", () =>
  inFolder(async (folder) => {
    await git(folder, "init", "--quiet", "--object-format=sha256", "--initial-branch=main");
    await Deno.writeTextFile(`${folder}/a`, "");
    await git(folder, "add", "a");
    await git(folder, "commit", "--quiet", "-m", "a");
    const found = await facts(folder);
    assert.equal(found.commit?.length, 64);
    assert.equal(found.uncommitted, 0);
  }));

Deno.test("what keeps a repository from being judged is said", () =>
  inFolder(async (folder) => {
    await makeRepository(folder);
    const why = async () => {
      const state = await gitState(folder);
      assert.equal(state.kind, "unclear", JSON.stringify(state));
      return state.kind === "unclear" ? state.why : "";
    };
    await Deno.writeTextFile(`${folder}/.git/refs/heads/a`, "ref: refs/heads/b\n");
    await Deno.writeTextFile(`${folder}/.git/refs/heads/b`, "ref: refs/heads/a\n");
    await Deno.writeTextFile(`${folder}/.git/HEAD`, "ref: refs/heads/a\n");
    assert.match(await why(), /circle/);
    await Deno.writeTextFile(`${folder}/.git/HEAD`, "ref: refs/../../../etc/passwd\n");
    assert.match(await why(), /name git does not allow/);
    await Deno.writeTextFile(`${folder}/.git/HEAD`, "ref: refs/heads/main\n");
    await Deno.writeTextFile(`${folder}/.git/config`, "[core\n");
    assert.match(await why(), /configuration/);
    await Deno.writeTextFile(`${folder}/.git/config`, "");
    await Deno.writeTextFile(`${folder}/.git/index`, "nonsense, and long enough to be looked at by git");
    assert.match(await why(), /./);
    await Deno.remove(`${folder}/.git/index`);
    assert.equal((await gitState(folder)).kind, "repository");
  }));

Deno.test("remotes are reported without what unlocks them", () => {
  const shown: readonly (readonly [string, string])[] = [
    ["https://user:token@example.org/a.git", "https://example.org/a.git"],
    ["https://token@example.org/a.git?access_token=x", "https://example.org/a.git"],
    ["https://a@b:c@example.org/a", "https://example.org/a"],
    ["ssh://git:secret@example.org:22/a", "ssh://git@example.org:22/a"],
    ["git@example.org:a/b.git", "git@example.org:a/b.git"],
    ["/srv/git/a.git", "/srv/git/a.git"],
  ];
  for (const [url, expected] of shown) assert.equal(withoutSecrets(url), expected);
  assert.deepEqual(remotesOf([["remote.b.c.url", "https://x:y@h/p"], ["remote.a.url", "h:p"]]), [
    { name: "a", url: "h:p" },
    { name: "b.c", url: "https://h/p" },
  ]);
});

Deno.test("no password of an address survives, whatever is around it", () => {
  const secret = "S3CRET";
  const word = fc.stringMatching(/^[a-z0-9.-]{1,8}$/);
  fc.assert(
    fc.property(
      word,
      word,
      word,
      fc.constantFrom("https", "http", "ssh", "git+ssh", "ftp"),
      (a, b, c, scheme) => {
        assert.ok(!withoutSecrets(`${scheme}://${a}:${secret}@${b}/${c}`).includes(secret));
        assert.ok(withoutSecrets(`${scheme}://${a}:${secret}@${b}/${c}`).endsWith(`${b}/${c}`));
      },
    ),
  );
});

Deno.test("the reference that follows a branch is found through the remote's own mapping", () => {
  const config = [
    ["remote.o.fetch", "+refs/heads/*:refs/remotes/elsewhere/*"],
    ["branch.main.remote", "o"],
    ["branch.main.merge", "refs/heads/trunk"],
    ["branch.local.remote", "."],
    ["branch.local.merge", "refs/heads/main"],
  ] as const;
  assert.equal(upstreamRef(config, "main"), "refs/remotes/elsewhere/trunk");
  assert.equal(upstreamRef(config, "local"), "refs/heads/main");
  assert.equal(upstreamRef(config, "other"), undefined);
});

Deno.test("keys that run programs are reported, and the usual ones are not", () => {
  const risky = [
    "core.fsmonitor",
    "filter.x.clean",
    "diff.x.textconv",
    "include.path",
    "core.sshcommand",
    "gpg.program",
  ];
  assert.deepEqual(riskyKeys(risky.map((key) => [key, "/bin/x"])), [...risky].sort());
  assert.deepEqual(riskyKeys([["alias.x", "!rm"], ["alias.y", "status"]]), ["alias.x"]);
  const usual = ["core.bare", "core.filemode", "remote.origin.url", "branch.main.merge", "user.name"];
  assert.deepEqual(riskyKeys([...usual.map((key) => [key, "x"] as const), ["core.fsmonitor", "true"]]), []);
});
