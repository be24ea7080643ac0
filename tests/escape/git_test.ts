/**
 * Repositories that a box has prepared, looked at by the host. Each trap is first shown to work on git as people use it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type GitFacts, gitState } from "../../lib/project/git/git.ts";
import { git, inFolder, makeRepository } from "../support/git.ts";

interface Trap {
  readonly name: string;
  /** Lays the trap; `program` leaves a mark when it runs. */
  readonly lay: (folder: string, program: string) => Promise<void>;
  /** What people do that springs it. */
  readonly spring: (folder: string) => Promise<unknown>;
}

const plain = (folder: string) => git(folder, "status");

const TRAPS: readonly Trap[] = [
  {
    name: "T01 a hook",
    lay: async (folder, program) => {
      await Deno.mkdir(`${folder}/.git/hooks`, { recursive: true });
      for (const hook of ["pre-commit", "post-index-change", "post-checkout", "reference-transaction"]) {
        await Deno.copyFile(program, `${folder}/.git/hooks/${hook}`);
        await Deno.chmod(`${folder}/.git/hooks/${hook}`, 0o755);
      }
    },
    spring: (folder) => git(folder, "commit", "--quiet", "--allow-empty", "-m", "x"),
  },
  {
    name: "T01 a folder of hooks named in the configuration",
    lay: async (folder, program) => {
      await Deno.mkdir(`${folder}/traps`);
      await Deno.copyFile(program, `${folder}/traps/pre-commit`);
      await Deno.chmod(`${folder}/traps/pre-commit`, 0o755);
      await git(folder, "config", "core.hooksPath", `${folder}/traps`);
    },
    spring: (folder) => git(folder, "commit", "--quiet", "--allow-empty", "-m", "x"),
  },
  {
    name: "T02 a file system monitor",
    lay: (folder, program) => set(folder, "core.fsmonitor", program),
    spring: plain,
  },
  {
    name: "T02 an ssh command, with an address to use it on",
    lay: async (folder, program) => {
      await git(folder, "remote", "add", "origin", "ssh://example.org/a");
      await set(folder, "core.sshCommand", program);
    },
    spring: (folder) => git(folder, "fetch", "origin").catch(() => {}),
  },
  {
    name: "T02 objects to be fetched when they are missed",
    lay: async (folder, program) => {
      await git(folder, "remote", "add", "origin", "ssh://example.org/a");
      await set(folder, "core.sshCommand", program);
      await set(folder, "extensions.partialClone", "origin");
      await set(folder, "core.repositoryFormatVersion", "1");
      await set(folder, "remote.origin.promisor", "true");
      const blob = (await git(folder, "rev-parse", "HEAD:file.txt")).trim();
      await Deno.remove(`${folder}/.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
    },
    spring: (folder) => git(folder, "cat-file", "-p", "HEAD:file.txt").catch(() => {}),
  },
  {
    name: "T02 an alias",
    lay: (folder, program) => set(folder, "alias.st", `!${program}`),
    spring: (folder) => git(folder, "st"),
  },
  {
    name: "T02 an external diff",
    lay: async (folder, program) => {
      await set(folder, "diff.external", program);
      await Deno.writeTextFile(`${folder}/file.txt`, "other\n");
    },
    spring: (folder) => git(folder, "diff"),
  },
  {
    name: "T02 a configuration taken in from elsewhere",
    lay: async (folder, program) => {
      await Deno.writeTextFile(`${folder}/more`, `[core]\n\tfsmonitor = ${program}\n`);
      await set(folder, "include.path", `${folder}/more`);
    },
    spring: plain,
  },
  {
    name: "T02 a configuration of the worktree",
    lay: async (folder, program) => {
      await set(folder, "extensions.worktreeConfig", "true");
      await Deno.writeTextFile(`${folder}/.git/config.worktree`, `[core]\n\tfsmonitor = ${program}\n`);
    },
    spring: plain,
  },
  {
    name: "T03 a filter for every file",
    lay: async (folder, program) => {
      for (const part of ["clean", "smudge"]) {
        await set(folder, `filter.x.${part}`, `sh -c 'cat; ${program}'`);
      }
      await Deno.writeTextFile(`${folder}/.gitattributes`, "* filter=x\n");
      await Deno.writeTextFile(`${folder}/file.txt`, "firsT\n");
    },
    spring: plain,
  },
  {
    name: "T03 a filter that speaks, named where no one looks",
    lay: async (folder, program) => {
      await set(folder, "filter.x.process", program);
      await Deno.writeTextFile(`${folder}/.git/info/attributes`, "* filter=x\n");
      await Deno.utime(`${folder}/file.txt`, new Date(0), new Date(0));
    },
    spring: (folder) => plain(folder).catch(() => {}),
  },
  {
    name: "T03 a filter of a submodule",
    lay: async (folder, program) => {
      await makeRepository(`${folder}/inner`);
      await git(folder, "add", "inner");
      await set(`${folder}/inner`, "filter.x.clean", program);
      await Deno.writeTextFile(`${folder}/inner/.gitattributes`, "* filter=x\n");
      await Deno.writeTextFile(`${folder}/inner/file.txt`, "firsT\n");
    },
    spring: plain,
  },
  {
    name: "T06 a bare repository in a folder",
    lay: async (folder, program) => {
      const bare = `${folder}/sub`;
      await Deno.mkdir(`${bare}/objects`, { recursive: true });
      await Deno.mkdir(`${bare}/refs/heads`, { recursive: true });
      await Deno.writeTextFile(`${bare}/HEAD`, "ref: refs/heads/main\n");
      await Deno.writeTextFile(
        `${bare}/config`,
        `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = ${program}\n`,
      );
    },
    spring: (folder) => plain(`${folder}/sub`),
  },
];

async function set(folder: string, key: string, value: string): Promise<void> {
  await git(folder, "config", key, value);
}

/** A program that leaves a mark, and how to see whether it did. */
async function tripwire(folder: string): Promise<{ program: string; mark: string }> {
  const [program, mark] = [`${folder}/program`, `${folder}/mark`];
  await Deno.writeTextFile(program, `#!/bin/sh\n: >${mark}\nexit 0\n`);
  await Deno.chmod(program, 0o755);
  return { program, mark };
}

const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);

for (const trap of TRAPS) {
  Deno.test(`${trap.name} does not run when the host looks at the repository`, () =>
    inFolder(async (folder) => {
      const { program, mark } = await tripwire(folder);
      const repository = `${folder}/repository`;
      await makeRepository(repository);
      await trap.lay(repository, program);
      await Deno.remove(mark).catch(() => {});
      for (const place of [repository, `${repository}/sub`, `${repository}/inner`]) {
        if (await isThere(place)) await gitState(place);
      }
      assert.equal(await isThere(mark), false, "something ran");
      await trap.spring(repository);
      assert.equal(await isThere(mark), true, "the trap does not work, so that nothing was shown");
    }));
}

Deno.test("T02 what would run is reported by name, and the repository is judged all the same", () =>
  inFolder(async (folder) => {
    await makeRepository(folder);
    await set(folder, "core.fsmonitor", "/bin/x");
    await set(folder, "filter.x.clean", "/bin/x");
    await Deno.writeTextFile(`${folder}/.git/hooks/pre-push`, "");
    const facts = await gitState(folder) as GitFacts;
    assert.equal(facts.uncommitted, 0);
    assert.deepEqual([...facts.risks].sort(), [
      "core.fsmonitor is set in its .git/config",
      "filter.x.clean is set in its .git/config",
      "it has the hook pre-push",
    ]);
  }));

Deno.test("T04 a submodule that leads out or is an option is reported, and never followed", () =>
  inFolder(async (folder) => {
    await makeRepository(`${folder}/secret`);
    const repository = `${folder}/repository`;
    const commit = await makeRepository(repository);
    await Deno.writeTextFile(
      `${repository}/.gitmodules`,
      `[submodule "../evil"]\n\tpath = sub\n\turl = -u/bin/x\n[submodule "plain"]\n\tpath = plain\n\turl = https://h/p\n`,
    );
    await git(repository, "update-index", "--add", "--cacheinfo", `160000,${commit},sub`);
    await Deno.symlink(`${folder}/secret`, `${repository}/sub`);
    const facts = await gitState(repository) as GitFacts;
    assert.equal(facts.kind, "repository");
    assert.equal(facts.risks.filter((risk) => risk.includes("../evil")).length, 2);
    assert.equal(facts.risks.some((risk) => risk.includes("plain")), false);
    assert.deepEqual(facts.submodules.map(({ state }) => state.kind), ["unclear"]);
    assert.ok(!JSON.stringify(facts.submodules).includes("main"), "the other repository was read");
  }));

Deno.test("T06 a folder that is a bare repository itself is none", () =>
  inFolder(async (folder) => {
    await git(folder, "init", "--quiet", "--bare", "bare");
    assert.deepEqual(await gitState(`${folder}/bare`), { kind: "none" });
    await makeRepository(`${folder}/repository`);
    assert.equal((await gitState(`${folder}/repository`)).kind, "repository");
  }));

Deno.test("T18 git data that is a link or a FIFO is not read", () =>
  inFolder(async (folder) => {
    const commit = await makeRepository(`${folder}/secret`);
    const repository = `${folder}/repository`;
    await makeRepository(repository);
    assert.equal((await gitState(repository)).kind, "repository");
    for (
      const [name, target] of [["HEAD", "HEAD"], ["config", "config"], ["index", "index"], [
        "objects",
        "objects",
      ]]
    ) {
      await Deno.rename(`${repository}/.git/${name}`, `${folder}/kept`);
      await Deno.symlink(`${folder}/secret/.git/${target}`, `${repository}/.git/${name}`);
      const state = await gitState(repository);
      assert.equal(state.kind, "unclear", `${name}: ${JSON.stringify(state)}`);
      assert.ok(!JSON.stringify(state).includes(commit));
      await Deno.remove(`${repository}/.git/${name}`);
      const { success } = await new Deno.Command("mkfifo", { args: [`${repository}/.git/${name}`] }).output();
      assert.ok(success);
      assert.equal((await gitState(repository)).kind, "unclear", name);
      await Deno.remove(`${repository}/.git/${name}`);
      await Deno.rename(`${folder}/kept`, `${repository}/.git/${name}`);
    }
    await Deno.rename(`${repository}/.git`, `${folder}/kept`);
    await Deno.symlink(`${folder}/secret/.git`, `${repository}/.git`);
    assert.equal((await gitState(repository)).kind, "unclear");
  }));

Deno.test("H12 special files in git data are found before git is called, and git is not waited for long", () =>
  inFolder(async (folder) => {
    const repository = `${folder}/repository`;
    await makeRepository(repository);
    await Deno.mkdir(`${repository}/below`);
    const objects = [...Deno.readDirSync(`${repository}/.git/objects`)].map(({ name }) => name)
      .filter((name) => name.length === 2);
    const [object] = [...Deno.readDirSync(`${repository}/.git/objects/${objects[0]}`)].map(({ name }) =>
      name
    );
    const places = [
      ".gitignore",
      ".gitattributes",
      ".git/objects/info/alternates",
      ".git/objects/info/commit-graph",
      ".git/objects/pack/multi-pack-index",
      `.git/objects/${objects[0]}/${object}`,
    ];
    for (const place of places) {
      const path = `${repository}/${place}`;
      const kept = await Deno.rename(path, `${folder}/kept`).then(() => true, () => false);
      assert.ok((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
      const started = Date.now();
      const state = await gitState(repository);
      assert.equal(state.kind, "unclear", place);
      assert.match(JSON.stringify(state), /is neither file nor folder/);
      assert.ok(Date.now() - started < 2000, `${place}: ${Date.now() - started} ms`);
      await Deno.remove(path);
      if (kept) await Deno.rename(`${folder}/kept`, path);
      assert.equal((await gitState(repository)).kind, "repository", place);
    }
    // Not everything can be looked for. Then the time ends it.
    assert.ok(
      (await new Deno.Command("mkfifo", { args: [`${repository}/below/.gitignore`] }).output()).success,
    );
    await Deno.writeTextFile(`${repository}/below/file`, "");
    const started = Date.now();
    const late = await gitState(repository, undefined, started + 1000);
    assert.deepEqual(late, { kind: "unclear", why: "git took too long" });
    assert.ok(Date.now() - started < 5000, `${Date.now() - started} ms`);
  }));

Deno.test("H12 a configuration that is made to be slow to read is not", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/work`);
    await Deno.mkdir(`${folder}/data`);
    await Deno.writeTextFile(`${folder}/work/.git`, `gitdir: ${folder}/data\n`);
    const million = 1_000_000;
    for (
      const text of [
        "\n".repeat(million),
        `worktree = x${" ".repeat(million)}y`,
        `worktree=${'"'.repeat(million)}`,
      ]
    ) {
      await Deno.writeTextFile(`${folder}/data/config`, text);
      const started = Date.now();
      assert.equal((await gitState(`${folder}/work`)).kind, "unclear");
      assert.ok(Date.now() - started < 5000, `${text.slice(0, 20)}: ${Date.now() - started} ms`);
    }
  }));
