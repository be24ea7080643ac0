// T01, T02, T07 with report.protect: what a box can do at protected places, and what is there when it has ended.

import assert from "node:assert/strict";
import { engine, rootless, User } from "../support/program.ts";
import { inBox, inBoxOk } from "./support.ts";

/** A folder with a repository, as the host's user made it. */
async function repository(user: User): Promise<string> {
  const folder = await user.folder();
  const git = async (...words: string[]) => {
    const outcome = await user.call(["git", "-C", folder, ...words]);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
  };
  await git("init", "-q", "-b", "main");
  await Deno.mkdir(`${folder}/.vscode`);
  await Deno.writeTextFile(`${folder}/.vscode/tasks.json`, "{}\n");
  await Deno.writeTextFile(`${folder}/file`, "one\n");
  return folder;
}

const WRITES = `
echo evil > .git/hooks/pre-push; echo "hook $?"
echo evil >> .git/config; echo "config $?"
echo evil > .vscode/tasks.json; echo "tasks $?"
echo evil > .envrc; echo "envrc $?"
`;

async function things(user: User, folder: string): Promise<{ path: string; reason: string }[]> {
  return JSON.parse(await user.ok(["box", "quarantine", "list", "--json"], { cwd: folder }));
}

Deno.test("T01-protect none: a box writes where the host runs things", async () => {
  await using user = await User.make();
  const folder = await repository(user);
  assert.equal(await inBoxOk(user, folder, WRITES), "hook 0\nconfig 0\ntasks 0\nenvrc 0\n");
  assert.equal(Deno.readTextFileSync(`${folder}/.git/hooks/pre-push`), "evil\n");
  assert.deepEqual(await things(user, folder), []);
});

Deno.test("T01-protect hooks: what exists is read-only, what is made is quarantined and can be restored", async () => {
  await using user = await User.make();
  await user.configure('box.network = "none"', 'report.protect = "hooks"');
  const folder = await repository(user);
  const before = Deno.readTextFileSync(`${folder}/.git/config`);
  const plan = JSON.parse(await user.ok(["shell", "--plan", "--json"], { cwd: folder })).plan;
  const places = plan.mounts.map(({ destination }: { destination: string }) => destination);
  for (const path of [".git/config", ".git/hooks", ".vscode/tasks.json"]) {
    assert.ok(places.includes(`/home/agent/workspace/${path}`), path);
  }
  const outcome = await inBox(
    user,
    folder,
    WRITES + "mkdir .husky; echo 'made' > .husky/pre-push; chmod 750 .husky/pre-push",
  );
  assert.equal(
    outcome.stdout.replaceAll(/[12]$/gm, "failed"),
    "hook failed\nconfig failed\ntasks failed\nenvrc 0\n",
  );
  assert.match(outcome.stderr, /[Rr]ead-only file system/);
  assert.match(outcome.stderr, /quarantine/);
  assert.equal(Deno.readTextFileSync(`${folder}/.git/config`), before);
  assert.throws(() => Deno.lstatSync(`${folder}/.envrc`), Deno.errors.NotFound);
  const found = await things(user, folder);
  assert.deepEqual(found.map(({ path, reason }) => `${path} ${reason}`).sort(), [
    ".envrc new",
    ".husky/pre-push new",
  ]);
  await user.ok(["box", "quarantine", "restore", "--force", ".husky/pre-push"], { cwd: folder });
  assert.equal(Deno.readTextFileSync(`${folder}/.husky/pre-push`), "made\n");
  assert.equal(Deno.lstatSync(`${folder}/.husky/pre-push`).mode! & 0o777, 0o750);
  await user.ok(["box", "quarantine", "rm", "--force", "--all"], { cwd: folder });
  assert.deepEqual(await things(user, folder), []);
  // It is there now, so the next box cannot write it.
  const again = await inBox(user, folder, "echo evil > .husky/pre-push || cat .husky/pre-push");
  assert.equal(again.stdout, "made\n");
});

Deno.test("T02-protect hooks: git in the box commits, branches and fetches; what writes its configuration says why not", async () => {
  await using user = await User.make();
  await user.configure('box.network = "none"', 'report.protect = "hooks"');
  const folder = await repository(user);
  const script = `set -e
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
git add file && git commit -qm one && git branch other && git checkout -q other && git checkout -qb third
echo two >> file && git commit -qam two && git merge -q main && git tag x && git stash list && git fetch -q . main
git log --format=%s
git config user.name x 2>&1 || echo "config: $?"
git branch -d other 2>&1 || echo "branch -d: $?"
git clone -q . /tmp/clone && git -C /tmp/clone config user.name ok && echo cloned
`;
  const out = await inBoxOk(user, folder, script);
  assert.match(out, /^two\none\n/);
  assert.match(out, /config: \d/);
  assert.match(out, /cloned/);
  assert.deepEqual(await things(user, folder), []);
});

Deno.test("T02-protect a renamed .git with a new one in its place does not defeat it", async () => {
  await using user = await User.make();
  await user.configure('box.network = "none"', 'report.protect = "hooks"');
  const folder = await repository(user);
  const before = Deno.readTextFileSync(`${folder}/.git/config`);
  await inBox(
    user,
    folder,
    `mv .git .git2 && mkdir -p .git/hooks && echo '[core] fsmonitor = evil' > .git/config && echo evil > .git/hooks/pre-commit
mv .vscode old && ln -s /etc .vscode; true`,
  );
  assert.equal(Deno.readTextFileSync(`${folder}/.git/config`), before);
  assert.throws(() => Deno.lstatSync(`${folder}/.git/hooks/pre-commit`), Deno.errors.NotFound);
  assert.ok(Deno.lstatSync(`${folder}/.vscode`).isDirectory);
  assert.equal(Deno.readTextFileSync(`${folder}/.vscode/tasks.json`), "{}\n");
  const found = (await things(user, folder)).map(({ path, reason }) => `${path} ${reason}`).sort();
  assert.deepEqual(found, [".git/config changed", ".git/hooks/pre-commit new", ".vscode changed"]);
});

Deno.test({
  name: `T07-protect what another user of the box left is taken, too${
    rootless ? "" : ` (${engine}: no such user)`
  }`,
  ignore: !rootless,
  fn: async () => {
    await using user = await User.make();
    await user.configure('box.network = "none"', 'report.protect = "hooks"');
    const folder = await repository(user);
    await inBox(
      user,
      folder,
      "sudo sh -c 'mkdir -p .husky && echo evil > .husky/pre-push && chmod -R go-w .husky'",
    );
    assert.deepEqual((await things(user, folder)).map(({ path }) => path), [".husky/pre-push"]);
    assert.throws(() => Deno.lstatSync(`${folder}/.husky/pre-push`), Deno.errors.NotFound);
  },
});

Deno.test("T07-protect of a persistent box is settled when it ends, not when it is left", async () => {
  await using user = await User.make();
  await user.configure('box.network = "none"', 'report.protect = "hooks"');
  const folder = await repository(user);
  await user.ok(["shell", "--persistent", "--", "sh", "-c", "echo evil > .envrc; exec sleep 600"], {
    cwd: folder,
  });
  await inBoxOk(user, folder, "test -e .envrc && ! echo x > .git/config");
  assert.ok(Deno.lstatSync(`${folder}/.envrc`).isFile);
  // What the host's user changes meanwhile is the user's own.
  await user.call(["git", "-C", folder, "config", "user.name", "somebody"]);
  const stopped = await user.run(["stop"], { cwd: folder });
  assert.match(stopped.stderr, /quarantine[^]*\.envrc/);
  assert.throws(() => Deno.lstatSync(`${folder}/.envrc`), Deno.errors.NotFound);
  assert.match(Deno.readTextFileSync(`${folder}/.git/config`), /somebody/);
  assert.deepEqual((await things(user, folder)).map(({ path }) => path), [".envrc"]);
  assert.doesNotMatch((await user.run(["shell", "--", "true"], { cwd: folder })).stderr, /quarantine/);
});
