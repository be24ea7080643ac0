// The user's agent as a box may use it, with the real ssh, sshd and ssh-agent.

import assert from "node:assert/strict";
import { HOST_KEYS, say, SshWorld, whyNoSsh } from "../support/ssh_world.ts";

const missing = whyNoSsh();
if (missing !== undefined) console.log(`(ssh: ${missing})`);
const ignore = missing !== undefined;

Deno.test({
  name: "T42 a key of the agent logs in to the host that is named, by whatever key that is known",
  ignore,
  fn: async () => {
    await using world = await SshWorld.make();
    const server = await world.server("named", HOST_KEYS);
    const box = await world.box([{ server, keys: ["one"] }]);
    const kinds: Readonly<Record<string, string>> = {
      ed25519: "ssh-ed25519",
      "rsa:2048": "rsa-sha2-256",
      "ecdsa:256": "ecdsa-sha2-nistp256",
      "ecdsa:384": "ecdsa-sha2-nistp384",
      "ecdsa:521": "ecdsa-sha2-nistp521",
    };
    for (const kind of HOST_KEYS) {
      const { code, out } = await world.ssh(
        box.socket,
        server,
        "-o",
        `HostKeyAlgorithms=${kinds[kind]}`,
        "echo logged in",
      );
      assert.deepEqual([code, out], [0, "logged in\n"], kind);
    }
    const log = await box.log();
    const one = await world.keyOf("one");
    const host = `[127.0.0.1]:${server.port}`;
    assert.deepEqual(
      log.map(({ event, host, key, why }) => [event, host, key, why]),
      HOST_KEYS.map(() => ["ssh", host, one, undefined]),
    );
  },
});

Deno.test({
  name: "T42 no other host, no other key and nothing but a login is signed for a box",
  ignore,
  fn: async () => {
    await using world = await SshWorld.make();
    const [server, other] = [await world.server("named"), await world.server("other")];
    const box = await world.box([{ server, keys: ["one"] }]);
    // Both servers would let both keys in.
    for (const one of [server, other]) assert.equal((await world.ssh(world.agent, one)).code, 0);
    const elsewhere = await world.ssh(box.socket, other);
    assert.equal(elsewhere.code, 255);
    assert.match(elsewhere.out, /Permission denied/);
    // A host that only says that it is the named one cannot sign as that.
    const listed = await say(["ssh-add", "-l"], { SSH_AUTH_SOCK: box.socket });
    assert.match(listed.out, / one \(/);
    assert.doesNotMatch(listed.out, / two \(/);
    const withTwo = await world.ssh(
      box.socket,
      server,
      "-o",
      "IdentitiesOnly=yes",
      "-o",
      `IdentityFile=${world.folder}/two.pub`,
      "true",
    );
    assert.equal(withTwo.code, 255);
    await Deno.writeTextFile(`${world.folder}/text`, "a commit");
    const signed = await say([
      "ssh-keygen",
      "-Y",
      "sign",
      "-n",
      "git",
      "-f",
      `${world.folder}/one.pub`,
      `${world.folder}/text`,
    ], { SSH_AUTH_SOCK: box.socket });
    assert.notEqual(signed.code, 0);
    // What is in the agent stays, and nothing is added.
    for (const more of [["-D"], [`${world.folder}/host-named-ed25519`], ["-x"]]) {
      assert.notEqual((await say(["ssh-add", ...more], { SSH_AUTH_SOCK: box.socket })).code, 0, more[0]);
    }
    assert.match((await say(["ssh-add", "-l"], { SSH_AUTH_SOCK: world.agent })).out, / one \([^]* two \(/);
    const refused = (await box.log()).map(({ event, host, why }) => `${event} ${host ?? ""} ${why}`);
    assert.ok(refused.every((line) => line.startsWith("refused-ssh ")), refused.join("\n"));
    assert.match(refused.join("\n"), /its key SHA256:\S+ is none of a host that is set/);
    assert.match(refused.join("\n"), /what was to be signed is no login/);
    // And the twin of it all.
    assert.equal((await world.ssh(box.socket, server)).code, 0);
  },
});

Deno.test({
  name: "T42 an agent that is passed on logs in nowhere from there",
  ignore,
  fn: async () => {
    await using world = await SshWorld.make();
    const [first, second] = [await world.server("first"), await world.server("second")];
    const box = await world.box([{ server: first, keys: ["one"] }, { server: second, keys: ["one"] }]);
    const known = `${world.folder}/known-second`;
    await Deno.writeTextFile(known, second.known);
    const further = (socket: string) =>
      world.ssh(
        socket,
        first,
        "-A",
        `ssh -F none -o BatchMode=yes -o UserKnownHostsFile=${known} -p ${second.port} 127.0.0.1 echo further`,
      );
    // The user's own agent can be.
    assert.equal((await further(world.agent)).out, "further\n");
    const { code, out } = await further(box.socket);
    assert.notEqual(code, 0);
    assert.match(out, /Permission denied/);
    assert.match(
      (await box.log()).map(({ why }) => why).join("\n"),
      /the agent is not passed on to other machines/,
    );
    assert.equal((await world.ssh(box.socket, second)).code, 0);
  },
});

Deno.test({
  name: "an agent that has ended is a refusal that says so, and one that comes back serves again",
  ignore,
  fn: async () => {
    await using world = await SshWorld.make();
    const server = await world.server("named");
    const box = await world.box([{ server, keys: ["one"] }]);
    await Deno.rename(world.agent, `${world.agent}-away`);
    assert.equal((await world.ssh(box.socket, server)).code, 255);
    assert.match((await box.log())[0].why, /your agent does not answer any more at /);
    await Deno.rename(`${world.agent}-away`, world.agent);
    assert.equal((await world.ssh(box.socket, server)).code, 0);
  },
});
