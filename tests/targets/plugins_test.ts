import assert from "node:assert/strict";
import { knownPlugins, setPlugins } from "../../targets/known.ts";
import { controlPlaces, guardedFolders, secretPlaces } from "../../lib/project/secret_places.ts";
import { isOwnPlace } from "../../targets/declared/own_places.ts";
import { checkedDeclaration } from "../../targets/declared/checked.ts";
import { readDeclaration } from "../../targets/declared/read.ts";
import { detectAgent, findTarget, loginTargets, targetHost, targets } from "../../targets/discover.ts";
import type { AgentArguments, AgentInstall } from "../../targets/target.ts";
import { loadPlugins } from "../../targets/user_tier.ts";
import { elf, type FakeHome, inHome } from "./fake_install.ts";

const MINE = `name = "mine"\ntitle = "Mine"\ninstall = "Copy it to ~/bin"\n`;
const REQUEST: AgentArguments = {
  secure: false,
  conversation: "new",
  hasConversation: false,
  settings: {},
  extra: ["hello"],
};

async function withPlugins(
  files: Record<string, string>,
  test: (home: FakeHome) => Promise<void>,
): Promise<void> {
  await inHome(async (home) => {
    for (const [path, text] of Object.entries(files)) {
      await home.file(`plugins/${path}`, text, path.endsWith(".toml") ? 0o644 : 0o755);
    }
    try {
      await load(home);
      await test(home);
    } finally {
      setPlugins();
    }
  });
}

const load = (home: FakeHome) => loadPlugins(`${home.path}/plugins`, `${home.path}/cache`);

Deno.test("an agent of the user's is found beside the shipped ones, as NAME.toml or NAME/agent.toml", () =>
  withPlugins({
    "mine.toml": MINE,
    "other/agent.toml": MINE.replaceAll("mine", "other"),
    "_draft.toml": "nonsense",
    "README.md": "",
  }, async (home) => {
    assert.deepEqual(targets().map(({ name }) => name).slice(-3), ["mine", "other", "no_agent"]);
    assert.equal(findTarget("mine").origin?.file, `${home.path}/plugins/mine.toml`);
    const host = targetHost(home.path, home.bin);
    assert.equal(await detectAgent(host), undefined);
    await home.file("bin/mine", elf());
    assert.equal((await detectAgent(host))?.target.name, "mine");
    assert.deepEqual(await findTarget("mine").mounts((await findTarget("mine").find(host))!.install!, host), [
      { source: `${home.path}/bin/mine`, destination: "/home/agent/.local/bin/mine" },
    ]);
  }));

Deno.test("an agent of the user's takes the place of the shipped one of its name, whose login stays a secret", () =>
  withPlugins({ "qwen.toml": MINE.replaceAll("mine", "qwen") }, () => {
    assert.deepEqual(findTarget("qwen").displayName, "Mine");
    assert.equal(findTarget("qwen").origin?.overrides, "shipped");
    assert.equal(targets().filter(({ name }) => name === "qwen").length, 1);
    const logins = loginTargets().flatMap(({ credentials }) => credentials.map(({ boxPath }) => boxPath));
    assert(logins.includes(".qwen/oauth_creds.json"));
    return Promise.resolve();
  }));

Deno.test("a declaration that cannot be used breaks nothing but itself, and does not make way for the shipped one", () =>
  withPlugins({ "claude.toml": "name = 1", "mine.toml": MINE }, () => {
    assert.equal(findTarget("mine").name, "mine");
    assert.equal(targets().some(({ name }) => name === "claude"), false);
    assert.throws(() => findTarget("claude"), {
      code: "bad-plugin",
      message: /claude\.toml: name: expected text/,
    });
    return Promise.resolve();
  }));

Deno.test("a key that a declaration lacks is said to be missing", () =>
  withPlugins({ "mine.toml": MINE.replace(/^title = .*$/m, "") }, () => {
    assert.throws(() => findTarget("mine"), { message: /mine\.toml: title is missing$/ });
    return Promise.resolve();
  }));

Deno.test("a declaration is checked once; what changes in it is seen", () =>
  withPlugins({ "mine.toml": MINE }, async (home) => {
    const kept = [...Deno.readDirSync(`${home.path}/cache/agents`)].map(({ name }) => name);
    assert.equal(kept.length, 1);
    await Deno.writeTextFile(`${home.path}/cache/agents/${kept[0]}`, "{");
    await load(home);
    assert.equal(findTarget("mine").displayName, "Mine");
    await home.file("plugins/mine.toml", MINE.replace("Mine", "New"), 0o644);
    await load(home);
    assert.equal(findTarget("mine").displayName, "New");
  }));

Deno.test("P-agent: what the user's own declaration may say is checked again where a project says the same", () =>
  inHome(async (home) => {
    const cache = `${home.path}/cache`;
    const written = { name: "mine", file: "/x/mine.toml", text: `${MINE}[find]\nplaces = ["~/bin/mine"]\n` };
    assert.equal((await checkedDeclaration({ ...written, tier: "user" }, cache)).name, "mine");
    await assert.rejects(checkedDeclaration({ ...written, tier: "project" }, cache), {
      code: "bad-plugin",
      message: /find\.places: naming places of this machine/,
    });
  }));

Deno.test("a declaration that others may write, or that is named otherwise, or is there twice, is refused", () =>
  withPlugins(
    { "a.toml": MINE, "mine.toml": MINE, "twice.toml": MINE, "twice/agent.toml": MINE },
    async (home) => {
      assert.throws(() => findTarget("a"), { message: /declares mine, but its name says a/ });
      assert.throws(() => findTarget("twice"), { message: /both declare twice/ });
      await Deno.chmod(`${home.path}/plugins/mine.toml`, 0o666);
      await load(home);
      assert.throws(() => findTarget("mine"), { message: /other users may write it/ });
    },
  ));

for (
  const [what, line, problem] of [
    [
      "a login that is the shell's",
      '[[login]]\npath = ".bashrc"\nformat = "env"\nsecret = []',
      /no file of an agent/,
    ],
    [
      "a way out of the home",
      '[[login]]\npath = "../x.json"\nformat = "json"\nsecret = []',
      /expected a relative path/,
    ],
    ["a folder of all programs", '[config]\nfolder = ".config"', /no folder of an agent/],
    ["the user's keys as its folder", '[config]\nfolder = ".gnupg"', /no folder of an agent/],
    [
      "a login that shells read",
      '[[login]]\npath = ".bashrc.d/mine"\nformat = "env"\nsecret = []',
      /no file of an agent/,
    ],
    ["a key that is a variable of the box's own", 'keys = ["HOME"]', /HOME is a variable of the box's own/],
    ["a variable of the box's own", '[env]\nKANIBAKO_RUN = "/tmp"', /variable of the box's own/],
    ["a program elsewhere", '[find]\nnames = ["../x"]', /expected the name of a program/],
    ["a package elsewhere", '[find]\nnpm = { package = "../../x" }', /expected the name of an npm package/],
    ["an unknown key", 'colour = "red"', /colour: unknown key/],
    ["an address in place of a host", 'hosts = ["169.254.169.254"]', /expected a host name/],
    ["conversations elsewhere", `conversations = "../{project}"`, /no file of an agent/],
    [
      "what is another program's as the user's own",
      `[[own]]\npart = "settings"\npath = ".kube/"`,
      /no file of an agent/,
    ],
    [
      "servers in a file of another program",
      `[[servers]]\nkind = "mcp"\npath = ".ssh/config"\nformat = "json"`,
      /no file of an agent/,
    ],
    ["a name of two lines", 'title = "a\\u001b[2J"', /title/],
  ] as const
) {
  Deno.test(`a declaration with ${what} is refused`, async () => {
    const text = line.startsWith("title") ? MINE.replace(/title.*\n/, `${line}\n`) : `${MINE}${line}\n`;
    await assert.rejects(readDeclaration(text, "mine.toml", "user"), { message: problem });
  });
}

Deno.test("no place that is guarded from boxes can be an agent's own", () => {
  const agents = /claude|codex|gemini|goose|opencode|qwen|copilot/;
  const guarded = [...secretPlaces([]), ...guardedFolders(), ...controlPlaces(), ".config/kanibako/"];
  assert.deepEqual(guarded.filter((place) => !agents.test(place) && isOwnPlace(place)), []);
  assert.deepEqual(
    [".mine/", ".mine/auth.json", ".config/mine/x", ".mine.json"].filter((one) => !isOwnPlace(one)),
    [],
  );
});

Deno.test("a declaration with a folder and a login of its own is taken, for the user and for a project", async () => {
  const text =
    `${MINE}[config]\nfolder = ".config/mine"\n[[login]]\npath = ".mine/auth.json"\nformat = "json"\nsecret = ["key"]\n`;
  assert.equal((await readDeclaration(text, "mine.toml", "user")).name, "mine");
  assert.equal((await readDeclaration(text, "mine.toml", "project")).name, "mine");
});

for (
  const [what, line] of [
    ["runs a program of the host", '[program]\npath = "x"\nanswers = ["find"]'],
    ["names places of the host", '[find]\nplaces = ["~/x"]'],
    [
      "takes the login of another agent",
      '[[login]]\npath = ".claude/.credentials.json"\nformat = "json"\nsecret = []',
    ],
    ["reads a file of another program", '[[home]]\npath = "x"\nfrom = ".claude.json"'],
    [
      "shares what boxes write",
      '[config]\nfolder = ".mine"\n[[resources]]\npath = "x"\nscope = "shared"\ndescription = "x"',
    ],
    ["moves its folder by a variable", '[config]\nfolder = ".mine"\nenv = "HOME"'],
  ] as const
) {
  Deno.test(`a project's declaration that ${what} is refused, and the user's own is not`, async () => {
    await assert.rejects(readDeclaration(`${MINE}${line}\n`, "mine.toml", "project"), {
      code: "bad-plugin",
      message: /only for your own plugins/,
    });
    await readDeclaration(`${MINE}${line}\n`, "mine.toml", "user");
  });
}

/** The home, as a program among the plugins finds it. */
const HERE = "${0%/plugins/*}";
const PROGRAM = `[program]\npath = "answer"\nanswers = ["find", "mounts", "auth", "command"]\n`;

Deno.test("a program that cannot tell where its agent is is asked once, and its reason is passed on", () =>
  withPlugins({
    "mine/agent.toml": `${MINE}${PROGRAM}`,
    "mine/answer": `#!/bin/sh\necho "$1" >> "${HERE}/asked"\necho '{"reason": "no such machine"}'\n`,
  }, async (home) => {
    const unusable: string[] = [];
    const found = await detectAgent(
      targetHost(home.path, home.bin),
      [],
      ({ name }, why) => unusable.push(`${name}: ${why}`),
    );
    assert.equal(found, undefined);
    assert.deepEqual(unusable, ["mine: no such machine"]);
    assert.equal(await Deno.readTextFile(`${home.path}/asked`), "find\n");
  }));

Deno.test("an agent that a program finds is not installed in the home as well", () =>
  withPlugins({
    "mine/agent.toml": `${MINE}[provision]\ninside = ["true"]\nprovides = "bin/mine"\n${PROGRAM}`,
    "mine/answer": `#!/bin/sh\nprintf '{"binary": "%s/bin/thing"}' "${HERE}"\n`,
  }, async (home) => {
    await home.file("bin/thing", elf());
    const host = targetHost(home.path, home.bin);
    const target = findTarget("mine");
    const paths = async (install?: AgentInstall) =>
      (await target.homeFiles(install, host, false)).map(({ path }) => path);
    assert.deepEqual(await paths((await target.find(host))?.install), []);
    assert.deepEqual(await paths(target.provisioned), [".local/libexec/kanibako/mine"]);
  }));

Deno.test("a program of the user's answers for its agent, with a minimal environment", () =>
  withPlugins({
    "mine/agent.toml": `${MINE}${PROGRAM}`,
    "mine/answer": `#!/bin/sh
read -r about
case $1 in
  find) printf '{"binary": "%s/bin/thing", "version": "1.2"}' "${HERE}" ;;
  mounts)
    case $about in *bin/thing*) ;; *) exit 9 ;; esac
    printf '[{"source": "%s/bin/thing", "destination": "/home/agent/.local/bin/mine"}]' "${HERE}" ;;
  auth) printf '{"loggedIn": false, "detail": "%s"}' "$(env | grep -c SECRET)" ;;
  command) echo '{"args": ["go", "hello"], "env": {"A": "1"}}' ;;
esac
`,
  }, async (home) => {
    Deno.env.set("SECRET", "leaked");
    try {
      await home.file("bin/thing", elf());
      const host = targetHost(home.path, home.bin);
      const target = findTarget("mine");
      const install = (await target.find(host))!.install!;
      assert.deepEqual([install.binary, install.version], [`${home.path}/bin/thing`, "1.2"]);
      assert.deepEqual(await target.mounts(install, host), [
        { source: `${home.path}/bin/thing`, destination: "/home/agent/.local/bin/mine" },
      ]);
      assert.deepEqual(await target.authStatus(host), { loggedIn: false, detail: "0" });
      assert.deepEqual(await target.askCommand!(REQUEST), { args: ["go", "hello"], env: { A: "1" } });
    } finally {
      Deno.env.delete("SECRET");
    }
  }));

for (
  const [what, script, problem] of [
    ["ends with an error", "echo no >&2; exit 3", /ended with 3/],
    ["answers with something else", "echo hello", /not JSON/],
    ["answers in another form", `echo '{"binary": "relative"}'`, /absolute path/],
    ["answers without end", "yes", /took longer than 5 seconds/],
  ] as const
) {
  Deno.test(
    `a program of the user's that ${what} is an error that names it`,
    () =>
      withPlugins(
        { "mine/agent.toml": `${MINE}${PROGRAM}`, "mine/answer": `#!/bin/sh\n${script}\n` },
        async (home) => {
          const begun = Date.now();
          await assert.rejects(findTarget("mine").find(targetHost(home.path, home.bin)), {
            code: "bad-plugin",
            message: problem,
          });
          assert(Date.now() - begun < 15_000);
        },
      ),
  );
}

Deno.test("a program of the user's can neither show a box the home nor be one that others may write", () =>
  withPlugins({
    "mine/agent.toml": `${MINE}${PROGRAM}`,
    "mine/answer": `#!/bin/sh\necho '[{"source": "'"${HERE}"'", "destination": "/opt/mine"}]'\n`,
  }, async (home) => {
    const host = targetHost(home.path, home.bin);
    const install = { name: "mine", binary: "/bin/sh", method: "plugin" };
    await assert.rejects(findTarget("mine").mounts(install, host), { message: /contains your home/ });
    await Deno.chmod(`${home.path}/plugins/mine/answer`, 0o777);
    await assert.rejects(findTarget("mine").mounts(install, host), { message: /other users may write it/ });
  }));

Deno.test("a declaration with a login among the keys of ssh is refused", async () => {
  const login = (path: string) => `${MINE}[[login]]\npath = "${path}"\nformat = "env"\nsecret = []\n`;
  await assert.rejects(readDeclaration(login(".ssh/id_ed25519"), "mine.toml", "user"), {
    message: /no file of an agent/,
  });
  await readDeclaration(login(".mine/key"), "mine.toml", "user");
});

Deno.test("a program of the user's that leaves its output open and never ends is an error that names it", () =>
  withPlugins({
    "mine/agent.toml": `${MINE}${PROGRAM}`,
    "mine/answer": "#!/bin/sh\nsleep 60 & sleep 60\n",
  }, async (home) => {
    const begun = Date.now();
    await assert.rejects(findTarget("mine").find(targetHost(home.path, home.bin)), {
      code: "bad-plugin",
      message: /mine\/answer for find: it took longer than 5 seconds/,
    });
    assert(Date.now() - begun < 15_000);
  }));

Deno.test("a plugin that is a link to where a box may write is refused, and a link to nothing is one problem", () =>
  withPlugins(
    { "mine.toml": MINE, "mine2/agent.toml": `${MINE.replaceAll("mine", "mine2")}${PROGRAM}` },
    async (home) => {
      await home.file("work/other.toml", MINE.replaceAll("mine", "other"), 0o644);
      await home.link("plugins/other.toml", `${home.path}/work/other.toml`);
      await home.link("plugins/gone.toml", `${home.path}/nothing`);
      await home.file("work/answer", "#!/bin/sh\necho null\n");
      await home.link("plugins/mine2/answer", `${home.path}/work/answer`);
      await load(home);
      assert.equal(findTarget("mine").name, "mine");
      assert.throws(() => findTarget("other"), { message: /a link that leads elsewhere/ });
      assert.throws(() => findTarget("gone"), { message: /Cannot read .*gone\.toml/ });
      const host = targetHost(home.path, home.bin);
      await assert.rejects(findTarget("mine2").find(host), {
        message: /answer: it is a link that leads elsewhere/,
      });
      await Deno.rename(`${home.path}/plugins`, `${home.path}/work/plugins`);
      await home.link("plugins", `${home.path}/work/plugins`);
      await load(home);
      assert.throws(() => findTarget("mine"), { code: "unknown-agent" });
      assert.throws(() => findTarget("plugins"), { message: /plugins: it is a link/ });
    },
  ));

Deno.test("F15: a plugin of the earlier program in Python is named, and stands in the way of no agent", () =>
  withPlugins({ "claude.py": "class X: pass\n", "_x.py": "", "mine/agent.toml": MINE }, () => {
    const { problems, plugins } = knownPlugins();
    assert.deepEqual([[...problems.keys()], [...plugins.keys()]], [["claude.py"], ["mine"]]);
    assert.match(problems.get("claude.py")!.message, /plugin of the earlier Python program/);
    assert.equal(findTarget("claude").name, "claude");
    return Promise.resolve();
  }));
