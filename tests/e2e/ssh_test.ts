// A box logs in to one host with one key of the user's agent, with the real ssh, sshd and ssh-agent.

import assert from "node:assert/strict";
import { filteredUser, shell } from "../support/filtered.ts";
import { SshWorld, whyNoSsh } from "../support/ssh_world.ts";

const missing = whyNoSsh();
if (missing !== undefined) console.log(`(ssh: ${missing})`);

Deno.test({
  name: "T42 a box uses a key of the user's agent at the host that is named, and has no agent otherwise",
  ignore: missing !== undefined,
  fn: async () => {
    await using world = await SshWorld.make();
    const [server, other] = [await world.server("named"), await world.server("other")];
    const at = (name: string, { port, known }: typeof server) =>
      known.replaceAll(`[127.0.0.1]:${port}`, `[${name}]:${port}`);
    await using user = await filteredUser([`git.test:${server.port}`, `other.test:${other.port}`], [
      "git.test",
      "other.test",
    ]);
    const folder = await user.folder();
    const env = { SSH_AUTH_SOCK: world.agent };
    const options = { cwd: folder, env };
    await Deno.mkdir(`${user.home}/.ssh`, { mode: 0o700 });
    await Deno.writeTextFile(
      `${user.home}/.ssh/known_hosts`,
      at("git.test", server) + at("other.test", other),
    );
    await Deno.copyFile(`${world.folder}/one.pub`, `${user.home}/.ssh/id.pub`);
    await user.ok(["create"], options);
    const name = `git.test:${server.port}`;
    // What cannot work is known before the start.
    for (
      const [flag, agent, why] of [
        [`${name}=~/.ssh/id.pub`, "", /there is none, as SSH_AUTH_SOCK is not set/],
        [`${name}=~/.ssh/id.pub`, `${user.home}/gone`, /nothing answers at .*gone/],
        [`unknown.test=~/.ssh/id.pub`, world.agent, /no key of this host is known.*\n.*ssh unknown\.test/],
        [`${name}=SHA256:${"A".repeat(43)}`, world.agent, /does not have the key SHA256:AAA.*\n.*ssh-add/],
        [`${name}=~/.ssh/none`, world.agent, /Cannot read a public key of ssh from .*none\.pub/],
        [`${name}`, world.agent, /names no key/],
      ] as const
    ) {
      const { code, stderr } = await user.run(["shell", "--ssh", flag, "--", "true"], {
        cwd: folder,
        env: { SSH_AUTH_SOCK: agent },
      });
      assert.notEqual(code, 0, flag);
      assert.match(stderr, why);
    }
    const login = `ssh -o BatchMode=yes -l "$WHO"`;
    const who = Deno.env.get("USER") ?? (Deno.uid() === 0 ? "root" : String(Deno.uid()));
    const ask = (host: string, { port }: typeof server) => `${login} -p ${port} ${host} echo logged in`;
    // Without the setting there is no agent, also where the user has one.
    assert.equal(
      (await user.run(["shell", "--", "sh", "-c", 'echo "[$SSH_AUTH_SOCK]"'], options)).stdout,
      "[]\n",
    );
    await user.ok(["box", "config", `ssh.${name}=~/.ssh/id.pub`], options);
    assert.match(
      await user.ok(["start", "--plan"], options).catch(String),
      /SSH agent +SHA256:\S+ for \[git\.test\]/,
    );
    await user.ok(["shell", "--persistent", "-e", `WHO=${who}`, "--", "sleep", "600"], options);
    const inBox = (script: string) => shell(user, folder, `export WHO=${who}; ${script}`);
    if ((await inBox("command -v ssh")).code !== 0) return console.log("(ssh is not in this rig)");
    const there = await inBox(ask("git.test", server));
    assert.equal(there.stdout, "logged in\n", there.stderr);
    const elsewhere = await inBox(ask("other.test", other));
    assert.equal(elsewhere.code, 255);
    assert.match(elsewhere.stderr, /Permission denied/);
    const listed = await inBox("ssh-add -l");
    assert.match(listed.stdout, / one \(/);
    assert.doesNotMatch(listed.stdout, / two \(/);
    const log = await user.ok(["box", "network", "log"], options);
    assert.match(log, /ssh +\[git\.test\]:\d+ +with your key SHA256:/);
    assert.match(log, /refused +ssh +\(its key SHA256:\S+ is none of a host that is set\)/);
    assert.match(await user.ok(["box", "info"], options), /SSH agent: +~\/\.ssh\/id\.pub for git\.test/);
  },
});
