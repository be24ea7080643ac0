/**
 * What a box leaves in its project that the host will run is reported when the session ends, by its real name; and a session
 * that only works leaves no report.
 */

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { runScript } from "../support/script.ts";
import { inBox, inBoxOk } from "./support.ts";

const GIT = "git -c user.name=a -c user.email=a@b";

/** A repository with a package, as users have them. */
async function repository(user: User): Promise<string> {
  const folder = await user.folder();
  const make = `git init -q -b main && echo '{"scripts":{"build":"true"}}' > package.json && echo x > a.txt &&
    git add -A && ${GIT} commit -qm one`;
  const { code, stderr } = await user.call(["sh", "-c", make], { cwd: folder });
  assert.equal(code, 0, stderr);
  return folder;
}

/** The lines of a report in what was said on standard error, sorted. */
function reported(stderr: string): string[] {
  const lines = stderr.split("\n");
  const from = lines.findIndex((line) => / to what your machine runs in /.test(line));
  if (from < 0) return [];
  const more = lines.slice(from + 1).filter((line) => line.startsWith("  "));
  return more.map((line) => line.trim()).filter((line) => !/^(For details|and \d+ more)/.test(line)).sort();
}

const ATTACKS: readonly [name: string, script: string, lines: readonly string[]][] = [
  [
    "T01 git hook",
    `printf '#!/bin/sh\\n' > .git/hooks/pre-push && chmod +x .git/hooks/pre-push`,
    [".git/hooks/pre-push new: runs when you push"],
  ],
  [
    "T02 git configuration",
    `printf '[core]\\n\\tfsmonitor = ./x\\n' >> .git/config; echo '* filter=x' > .gitattributes`,
    [
      ".git/config changed (core.fsmonitor): runs with git status and most other git commands",
      ".gitattributes new (filter=x for *): decides which of your git filters and drivers run on these files",
    ],
  ],
  [
    "T07 files of editors, agents, shells and tools",
    `echo x > .envrc; mkdir -p .vscode .claude .github/workflows; echo '{}' > .vscode/tasks.json;
     echo '{"hooks":{}}' > .claude/settings.json; echo '{}' > .mcp.json; echo x > AGENTS.md;
     echo '{"scripts":{"build":"true","postinstall":"x"}}' > package.json; echo x > .npmrc;
     echo x > .pre-commit-config.yaml; echo x > .bashrc; echo 'all:' > Makefile; echo x > .github/workflows/ci.yml;
     mkdir -p .idea/runConfigurations; echo x > .idea/runConfigurations/a.xml; ln -s /etc out`,
    [
      ".bashrc new: runs when you log in or open a shell, where this folder is your home or is linked from it",
      ".claude/settings.json new: decides what Claude Code runs and may do when you start it here",
      ".envrc new: runs when you cd here, once direnv allows it",
      ".github/workflows/ci.yml new: runs in your CI, with its secrets, once it is pushed",
      ".idea/runConfigurations/a.xml new: runs when you open or run the project in a JetBrains IDE",
      ".mcp.json new: names programs that agents start when you start them here",
      ".npmrc new: decides from where packages come, and what runs, when you install",
      ".pre-commit-config.yaml new: runs when you commit or push, where its hooks are installed",
      ".vscode/tasks.json new: runs when you open this folder in VS Code or start a task",
      "AGENTS.md new: instructs the agents that you start here",
      "Makefile new: runs when you build, or call one of its tasks",
      "out new, a link to /etc: makes what follows it read or write there",
      "package.json changed (scripts.postinstall): runs when you install",
    ],
  ],
];

Deno.test("T01 T02 T07 what a box leaves that the host runs is reported, and ordinary work is not", async () => {
  await using user = await User.make();
  await user.configure('box.network = "none"', 'report = "full"');
  const folder = await repository(user);
  const work = await inBox(
    user,
    folder,
    `echo y >> a.txt; mkdir -p src; echo z > src/new.ts; git checkout -qb f; git add -A; ${GIT} commit -qm two`,
  );
  assert.equal(work.code, 0, work.stderr);
  assert.deepEqual(reported(work.stderr), []);
  for (const [name, script, lines] of ATTACKS) {
    const { code, stderr, stdout } = await inBox(user, folder, script);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "");
    assert.deepEqual(reported(stderr), [...lines].sort(), name);
  }
  const json = JSON.parse(await user.ok(["box", "report", "--json", "--diff"], { cwd: folder }));
  const npmrc = json.findings.find(({ path }: { path: string }) => path === ".npmrc");
  assert.equal(npmrc.change, "new");
  assert.deepEqual(npmrc.diff, ["--- /dev/null", "+++ b/.npmrc", "@@ -0,0 +1,1 @@", "+x"]);
  // From before the first attack on, and with what is off nothing is said.
  const since = json.looks[1].id;
  assert.match(await user.ok(["box", "report", "--since", since], { cwd: folder }), /pre-push new/);
  await user.configure('box.network = "none"', 'report = "off"');
  const off = await inBox(user, folder, "echo y > .envrc");
  assert.deepEqual([off.code, reported(off.stderr)], [0, []]);
});

Deno.test("T07 a session nobody looks at, or that is killed, is reported before the next one", async () => {
  await using user = await User.make();
  const folder = await repository(user);
  await user.ok([
    "shell",
    "--persistent",
    "--",
    "sh",
    "-c",
    "while [ ! -e go ]; do sleep 0.1; done; echo x > .envrc",
  ], {
    cwd: folder,
  });
  await Deno.writeTextFile(`${folder}/go`, "");
  await user.exitRecord();
  // The user's own.
  await Deno.writeTextFile(`${folder}/Makefile`, "all:\n");
  const next = await inBox(user, folder, "true");
  assert.match(next.stderr, /1 change to what your machine runs in \S+, since the session of \d\d:\d\d:/);
  assert.deepEqual(reported(next.stderr), [".envrc new: runs when you cd here, once direnv allows it"]);

  const running = user.start(["shell", "--", "sh", "-c", "echo y > .envrc; touch up; exec sleep 4"], {
    cwd: folder,
  });
  await until(
    () => Deno.stat(`${folder}/up`).then(() => true, () => false),
    30_000,
    "the box did not come up",
  );
  running.kill("SIGKILL");
  await running.ended;
  await user.run(["stop"], { cwd: folder });
  const last = await inBox(user, folder, "true");
  assert.deepEqual(reported(last.stderr), [".envrc changed: runs when you cd here, once direnv allows it"]);
  assert.deepEqual(reported((await inBox(user, folder, "true")).stderr), []);
});

Deno.test("T07 names that a box chose are shown escaped, and links and pipes in the way of a look harm nobody", async () => {
  await using user = await User.make();
  const folder = await repository(user);
  const { code, stderr } = await inBox(
    user,
    folder,
    `mkdir -p .claude/skills; printf x > "$(printf '.claude/skills/a\\033[31m\\nb')"; mkfifo .envrc;
     rm -rf .git/hooks; ln -s /root/secret .git/hooks; mkdir -p .vscode; ln -s loop .vscode/loop; ln -s /dev/zero .mcp.json`,
  );
  assert.equal(code, 0, stderr);
  assert.deepEqual(reported(stderr), [
    "'.claude/skills/a\\x1b[31m\\nb' new: runs when you start Claude Code here",
    ".envrc new: runs when you cd here, once direnv allows it",
    ".git/hooks new, a link to /root/secret: runs when git calls it",
    ".mcp.json new, a link to /dev/zero: names programs that agents start when you start them here",
  ]);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(stderr, /\x1b/);
});

Deno.test("T07 a script is given the report as data, while its box runs and afterwards", async () => {
  await using user = await User.make();
  const folder = await repository(user);
  await inBoxOk(user, folder, "true");
  const [findings] = await runScript(
    user,
    folder,
    `const kanibako = await Kanibako.open();
    const box = await kanibako.box();
    const before = await box.report();
    await box.run(["sh", "-c", "echo x > .envrc"]);
    const during = await box.report({ diff: true });
    await box.close();
    const after = await kanibako.report();
    say([before, during, after].map(({ findings }) => findings));`,
  ) as [[unknown[], { diff: string[] }[], { path: string; change: string; danger: string }[]]];
  const [before, during, after] = findings;
  assert.deepEqual(before, []);
  assert.equal(during.length, 1);
  assert.deepEqual(during[0]!.diff.at(-1), "+x");
  assert.deepEqual([after[0]!.path, after[0]!.change, after[0]!.danger], [".envrc", "new", "unasked"]);
  // Nobody was there to be shown it.
  assert.match((await inBox(user, folder, "true")).stderr, /\.envrc new: runs when you cd here/);
});
