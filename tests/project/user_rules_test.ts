import assert from "node:assert/strict";
import { matchesPath } from "../../lib/project/git/path_pattern.ts";
import { userRules } from "../../lib/project/git/user_rules.ts";
import { timeZone } from "../../lib/session/surroundings.ts";
import { inFolder } from "../support/git.ts";

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}

/** What the user of a home gets in a box of a project there, without what the machine's own configuration says. */
async function rules(home: string, project = "work/api") {
  const { entries, ignore } = await userRules(requestOf(home, project, () => false));
  return { entries: Object.fromEntries(entries), ignore };
}

function requestOf(home: string, project: string, canWrite: (folder: string) => boolean) {
  return {
    home,
    configHome: `${home}/.config`,
    gitFolder: `${home}/${project}/.git`,
    boxFolders: () => Promise.resolve({ canWrite }),
  };
}

Deno.test("the user's rules are read without the runtime's own way to start programs, which takes a launch longer", () =>
  inFolder(async (home) => {
    await write(`${home}/.gitconfig`, "[user]\n  name = Ann\n");
    const before = Object.getOwnPropertyDescriptor(Deno, "Command")!;
    const { Command } = Deno;
    let started = 0;
    Object.defineProperty(Deno, "Command", { configurable: true, get: () => (started++, Command) });
    try {
      assert.equal((await rules(home)).entries["user.name"], "Ann");
    } finally {
      Object.defineProperty(Deno, "Command", before);
    }
    assert.equal(started, 0);
  }));

Deno.test("C02: who commits and how is taken over; what runs, unlocks or names a file of this machine is not", () =>
  inFolder(async (home) => {
    await write(
      `${home}/.gitconfig`,
      `[user]
  name = "Ann \\"A\\" Example"
  email = a@example.net
  signingkey = ABCDEF
[init]
  defaultBranch = trunk
[core]
  autocrlf = input
  hooksPath = ~/hooks
  sshCommand = ssh -i ~/.ssh/key
  pager = less
  excludesFile = ~/.ignored
[commit]
  gpgsign = true
[credential]
  helper = store
[alias]
  st = !touch /tmp/x
[url "ssh://x/"]
  insteadOf = https://x/
[http]
  extraHeader = Authorization: secret
[include]
  path = more
`,
    );
    await write(`${home}/more`, "[pull]\n  rebase = true\n");
    await write(`${home}/.ignored`, ".DS_Store\n");
    const { entries, ignore } = await rules(home);
    assert.deepEqual(entries, {
      "user.name": 'Ann "A" Example',
      "user.email": "a@example.net",
      "init.defaultbranch": "trunk",
      "core.autocrlf": "input",
      "pull.rebase": "true",
    });
    assert.equal(ignore, ".DS_Store\n");
  }));

Deno.test("C02: what is included for some repositories counts in these, in its place", () =>
  inFolder(async (home) => {
    await write(
      `${home}/.config/git/config`,
      `[user]
  email = home@example.net
[includeIf "gitdir:~/work/"]
  path = ~/work.gitconfig
[includeIf "gitdir/i:**/API/.git"]
  path = api
[init]
  defaultBranch = last
`,
    );
    await write(
      `${home}/work.gitconfig`,
      "[user]\n email = work@example.net\n[init]\n defaultBranch = first\n",
    );
    await write(`${home}/.config/git/api`, "[user]\n name = Api\n");
    await write(`${home}/.config/git/ignore`, "*.swp\n");
    assert.deepEqual(await rules(home), {
      entries: { "user.email": "work@example.net", "user.name": "Api", "init.defaultbranch": "last" },
      ignore: "*.swp\n",
    });
    assert.deepEqual((await rules(home, "play/x")).entries, {
      "user.email": "home@example.net",
      "init.defaultbranch": "last",
    });
  }));

Deno.test("C02: a configuration that git cannot read, a FIFO for a list, and none at all give no rules and no error", () =>
  inFolder(async (home) => {
    assert.deepEqual(await rules(home), { entries: {}, ignore: undefined });
    await write(`${home}/.gitconfig`, "[user\n");
    assert.deepEqual(await rules(home), { entries: {}, ignore: undefined });
    await write(`${home}/.gitconfig`, "[core]\n excludesFile = ~/fifo\n[user]\n name = Ann\n");
    await new Deno.Command("mkfifo", { args: [`${home}/fifo`] }).output();
    assert.deepEqual(await rules(home), { entries: { "user.name": "Ann" }, ignore: undefined });
  }));

Deno.test("T02: no file of git's rules that a box can write has another file read for it", () =>
  inFolder(async (home) => {
    const request = requestOf(home, "work/api", (folder) => `${folder}/`.startsWith(`${home}/work/`));
    await write(`${home}/.ssh/key`, "PRIVATE KEY\n");
    const steered = "[user]\n name = Box\n[core]\n excludesFile = ~/.ssh/key\n" +
      `[includeIf "gitdir:**/${"*a".repeat(30)}"]\n path = ~/x\n`;
    const read = async (...commands: (() => Promise<void>)[]) => {
      for (const command of commands) await command();
      const { entries, ignore, warning } = await userRules(request);
      return { name: Object.fromEntries(entries)["user.name"], ignore, warning };
    };
    // A box can write what the user's own file includes.
    await write(`${home}/work/gitconfig`, steered);
    const included = await read(() =>
      write(`${home}/.gitconfig`, '[includeIf "gitdir:~/work/"]\n path = ~/work/gitconfig\n')
    );
    assert.deepEqual([included.name, included.ignore], ["Box", undefined]);
    assert.match(included.warning!, /work\/gitconfig says of files .* a box could have written it$/);
    // The user's own file is a link to what a box can write, as with dotfiles that are a project.
    const linked = await read(
      () => Deno.remove(`${home}/.gitconfig`),
      () => Deno.symlink("work/gitconfig", `${home}/.gitconfig`),
    );
    assert.deepEqual([linked.name, linked.ignore], ["Box", undefined]);
    // The list itself is where a box has put a link in its place, or a pipe.
    await Deno.remove(`${home}/.gitconfig`);
    for (const made of [["ln", "-s", `${home}/.ssh/key`], ["mkfifo"]]) {
      const list = `${home}/work/ignored`;
      await Deno.remove(list).catch(() => {});
      await new Deno.Command(made[0]!, { args: [...made.slice(1), list] }).output();
      const own = await read(() => write(`${home}/.gitconfig`, "[core]\n excludesFile = ~/work/ignored\n"));
      assert.equal(own.ignore, undefined);
      assert.match(own.warning!, /work\/ignored/);
    }
    await write(`${home}/.config/git/config`, "");
    await Deno.symlink("../../work/ignored", `${home}/.config/git/ignore`);
    assert.equal((await read(() => write(`${home}/.gitconfig`, ""))).ignore, undefined);
  }));

Deno.test("T02: a pipe in the place of git's rules delays a start by seconds, which is said", () =>
  inFolder(async (home) => {
    await new Deno.Command("mkfifo", { args: [`${home}/.gitconfig`] }).output();
    const begun = performance.now();
    const { entries, warning } = await userRules(requestOf(home, "work/api", () => false));
    assert.ok(performance.now() - begun < 8000);
    assert.deepEqual(entries, []);
    assert.match(warning!, /git does not come to the end/);
  }));

Deno.test("T02: files of git's rules that only the user can write are read through the user's links", () =>
  inFolder(async (home) => {
    const request = requestOf(home, "work/api", (folder) => `${folder}/`.startsWith(`${home}/work/`));
    await write(`${home}/dotfiles/gitconfig`, "[core]\n excludesFile = ~/lists/ignored\n");
    await Deno.symlink("dotfiles/gitconfig", `${home}/.gitconfig`);
    await write(`${home}/dotfiles/ignored`, "*.swp\n");
    await Deno.symlink("dotfiles", `${home}/lists`);
    const { ignore, warning } = await userRules(request);
    assert.deepEqual([ignore, warning], ["*.swp\n", undefined]);
  }));

Deno.test("patterns of paths are git's", () => {
  const yes = [
    ["/home/u/work/**", "/home/u/work/a/.git"],
    ["**/api/.git", "/home/u/api/.git"],
    ["/home/*/a?i/**", "/home/u/api/.git"],
    ["/a/**/b", "/a/b"],
    ["/a/**/b", "/a/x/.y/b"],
    ["/a.b/**", "/a.b/c"],
  ];
  const no = [
    ["/home/u/work/**", "/home/u/worker/a"],
    ["/home/*/x", "/home/u/v/x"],
    ["/a.b/**", "/aXb/c"],
    ["/A/**", "/a/b"],
  ];
  for (const [pattern, path] of yes) assert.ok(matchesPath(pattern!, path!), pattern);
  for (const [pattern, path] of no) assert.ok(!matchesPath(pattern!, path!), pattern);
  assert.ok(matchesPath("/A/**", "/a/b", true));
});

Deno.test("C34: the time zone is the name that the machine has, or what TZ says; UTC is none", () =>
  inFolder(async (folder) => {
    const link = `${folder}/localtime`;
    const zone = async (target: string, set?: string) => {
      await Deno.remove(link).catch(() => {});
      if (target !== "") await Deno.symlink(target, link);
      return timeZone(link, set ?? "");
    };
    assert.equal(await zone("/usr/share/zoneinfo/Asia/Kolkata"), "Asia/Kolkata");
    assert.equal(await zone("../usr/share/zoneinfo/America/Argentina/Ushuaia"), "America/Argentina/Ushuaia");
    assert.equal(await zone("/usr/share/zoneinfo/Etc/UTC"), undefined);
    assert.equal(await zone(""), undefined);
    assert.equal(await zone("/usr/share/zoneinfo/Europe/Berlin", ":Asia/Tokyo"), "Asia/Tokyo");
    assert.equal(await zone("/usr/share/zoneinfo/../../x"), undefined);
  }));
