/** The examples of docs/agents/write-your-own.md, as a reader uses them. */

import assert from "node:assert/strict";
import { addAgent } from "../../../lib/app/crab/add.ts";
import { checkAgent } from "../../../lib/app/crab/check.ts";
import { openHost } from "../../../lib/config/system.ts";
import { setPlugins } from "../../../targets/known.ts";
import { findTarget, targetHost } from "../../../targets/discover.ts";
import { Sandbox } from "../../config/support.ts";
import { elf } from "../../targets/fake_install.ts";

const EXAMPLES = new URL("../../../docs/agents/examples/", import.meta.url).pathname;

async function added(
  example: string,
  test: (sandbox: Sandbox, host: Awaited<ReturnType<typeof openHost>>) => Promise<void>,
) {
  await using sandbox = await Sandbox.make();
  const home = Deno.env.get("HOME");
  // A program that is asked has the user's own.
  Deno.env.set("HOME", sandbox.env()["HOME"]!);
  try {
    await addAgent(await sandbox.open(), `${EXAMPLES}${example}`, "/", false);
    await test(sandbox, await sandbox.open());
  } finally {
    if (home !== undefined) Deno.env.set("HOME", home);
    setPlugins();
  }
}

async function program(path: string, content: string | Uint8Array): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  await Deno.chmod(path, 0o755);
}

Deno.test("example mini: a program of the user's is found, mounted and run with its login", () =>
  added("mini.toml", async (sandbox, host) => {
    await program(`${sandbox.root}/home/.local/bin/mini`, elf());
    await sandbox.write(
      "home/.config/mini/auth.json",
      `{"token": "t", "expires": ${Date.now() + 3_600_000}}`,
    );
    const { mounts, commands, state } = await checkAgent(host, "mini", "/");
    assert.deepEqual(mounts, [
      { source: `${sandbox.root}/home/.local/bin/mini`, destination: "/home/agent/.local/bin/mini" },
    ]);
    assert.deepEqual(commands.continue, { args: ["--continue", "--yes"], env: {} });
    assert.deepEqual(commands.secure, { args: [], env: {} });
    assert.equal(state.login?.loggedIn, true);
    assert.equal(state.origin.file, `${host.system.paths.data}/plugins/mini.toml`);
  }));

Deno.test("example tidy: what this machine does not have is installed in the home once, and again after a failure", () =>
  added("tidy.toml", async (sandbox, host) => {
    const { target, mounts, program: runs, commands } = await checkAgent(host, "tidy", "/");
    assert.deepEqual(mounts, []);
    assert.deepEqual(commands.new.env, { TIDY_APPROVE: "all" });
    const [launcher] = await target.homeFiles(undefined, targetHost(host.dirs.home), false);
    assert.equal(`/home/agent/${launcher!.path}`, runs);
    const home = `${sandbox.root}/box home`;
    await program(`${home}/${launcher!.path}`, launcher!.content);
    const npm = `${sandbox.root}/npm/npm`;
    const start = () =>
      new Deno.Command(`${home}/${launcher!.path}`, {
        args: ["a b"],
        clearEnv: true,
        env: { HOME: home, PATH: `${sandbox.root}/npm:/usr/bin:/bin` },
      }).output();
    await program(npm, "#!/bin/sh\nexit 7\n");
    const failed = await start();
    assert.equal(failed.code, 127);
    assert.match(
      new TextDecoder().decode(failed.stderr),
      /Tidy could not be installed in this box\.\nIt is tried again/,
    );
    await program(
      npm,
      `#!/bin/sh
echo "$@" >>"$HOME/log"
mkdir -p .local/share/tidy/node_modules/.bin
printf '#!/bin/sh\\necho "tidy: $1"\\n' >.local/share/tidy/node_modules/.bin/tidy
chmod +x .local/share/tidy/node_modules/.bin/tidy
`,
    );
    for (const _ of [1, 2]) assert.equal(new TextDecoder().decode((await start()).stdout), "tidy: a b\n");
    assert.equal(await Deno.readTextFile(`${home}/log`), "install --prefix .local/share/tidy tidy-agent\n");
  }));

Deno.test("example newest: a program finds the newest version and says what runs", () =>
  added("newest/", async (sandbox, host) => {
    const at = (version: string) => `${sandbox.root}/home/opt/newest-${version}/newest`;
    assert.equal((await findTarget("newest").find(targetHost(host.dirs.home)))?.install, undefined);
    await program(at("1.9.0"), elf());
    await program(at("1.10.0"), elf());
    const again = await sandbox.open();
    const { state, commands, mounts } = await checkAgent(again, "newest", "/");
    assert.deepEqual([state.install?.binary, state.install?.version], [at("1.10.0"), "1.10.0"]);
    assert.deepEqual(mounts, [{ source: at("1.10.0"), destination: "/home/agent/.local/bin/newest" }]);
    assert.deepEqual(commands.continue.args, ["--again"]);
    const words = await findTarget("newest").askCommand!({
      secure: false,
      conversation: "new",
      hasConversation: true,
      settings: {},
      extra: ["--x", 'a "b" \\ c'],
    });
    assert.deepEqual(words.args, ["--fresh", "--x", 'a "b" \\ c']);
  }));

Deno.test("nothing of a file that is only checked is run, and an agent's program is once it was added", async () => {
  await using sandbox = await Sandbox.make();
  const ran = `${sandbox.root}/ran`;
  await sandbox.write(
    "work/evil/agent.toml",
    `name = "evil"
title = "Evil"
install = "x"
program = { path = "answer", answers = ["find", "mounts", "auth", "command"] }
`,
  );
  await program(`${sandbox.root}/work/evil/answer`, `#!/bin/sh\ntouch ${ran}\necho null\n`);
  const ranIt = () => Deno.stat(ran).then(() => true, () => false);
  const host = await sandbox.open();
  const { unasked } = await checkAgent(host, "./work/evil", sandbox.root);
  assert.deepEqual([unasked, await ranIt()], ["answer", false]);
  const added = await addAgent(host, "work/evil", sandbox.root, false);
  assert.deepEqual([added.program, await ranIt()], [`${host.system.paths.data}/plugins/evil/answer`, false]);
  try {
    await sandbox.open();
    await assert.rejects(checkAgent(host, "evil", "/"), { code: "bad-plugin" });
    assert.equal(await ranIt(), true);
  } finally {
    setPlugins();
  }
});
