// Real agents work in boxes that use the host's login without having it, also where it has to be renewed.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";
import { namedServices } from "../support/services/host.ts";
import { expiredLogin } from "../support/services/logins.ts";

/** The stand-ins do not unpack what they are sent. */
const QUICK = { claude: [], gemini: [], codex: ["-c", "features.enable_request_compression=false"] };

for (const agent of ["claude", "codex", "gemini"] as const) {
  const shell = new Deno.Command("sh", { args: ["-c", `command -v ${agent}`], stdout: "null" });
  const missing = !(await shell.output()).success;

  Deno.test({
    name: `T16 T32 the real ${agent} works, and renews its login once for two boxes, without having it` +
      (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using services = await namedServices();
      await using user = await User.make({ env: services.env });
      await user.configure(
        'box.network = "filtered"',
        'own.parts = ["settings"]',
        `box.crab = "${agent}"`,
        'network.ask = "off"',
        "network.presets = []",
        `network.ca = [${JSON.stringify(services.ca)}]`,
      );
      const { path, files, words } = expiredLogin(agent);
      for (const [name, text] of Object.entries(files)) {
        const file = `${user.home}/${name}`;
        await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true, mode: 0o700 });
        await Deno.writeTextFile(file, text, { mode: 0o600 });
      }
      const folders = [await user.folder(), await user.folder()];
      for (const cwd of folders) await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
      const said = await Promise.all(
        folders.map((cwd) => user.run(["shell", "--", ...words, ...QUICK[agent], "what did I say"], { cwd })),
      );
      const asked = () =>
        services.log.map(({ host, path, login, status }) => `${status} ${host}${path} ${login}`);
      const seen = () =>
        `${said.map(({ stdout, stderr }) => stdout + stderr).join("\n")}\n${asked().join("\n")}`;
      for (const { stdout } of said) assert.match(stdout, /You said: nothing\./, seen());
      const renewals = services.log.filter(({ path }) => /\/token$/.test(path));
      assert.deepEqual(renewals.map(({ status }) => status), [200], seen());
      const renewed = await Deno.readTextFile(`${user.home}/${path}`);
      assert.match(renewed, /"renewed-access-/, seen());
      const secrets = [...renewed.matchAll(/renewed-(?:access|refresh)-[\w-]+/g)].map(([value]) => value);
      assert.equal(secrets.length, agent === "gemini" ? 1 : 2);
      assert.ok(asked().some((line) => line.includes(secrets[0]!)), seen());
      // In the box: none of it, wherever one looks.
      for (const cwd of folders) {
        const found = await user.run([
          "shell",
          "--",
          "sh",
          "-c",
          // As a pattern that is not what it looks for: this command is kept in the record of the box.
          `cat ~/${path}; grep -rlE 'renewed-(access|refresh)|expired[-]access' ~ /tmp /run /proc/[0-9]*/environ 2>/dev/null`,
        ], { cwd });
        const [file, ...more] = found.stdout.trim().split("\n}\n");
        assert.match(file!, /"kanibako-secret-[0-9a-f]{32}"/);
        assert.doesNotMatch(file!, /renewed-|expired-access/);
        assert.deepEqual(more.filter((line) => line !== ""), [], found.stdout);
      }
      await user.ok(["stop", "--all", "--force"]);
      const cwd = folders[0]!;
      // What is kept of the box has placeholders, also where it is to have the login.
      const archive = `${user.home}/box.tar`;
      await user.ok(["box", "vault", "snapshot", "--home"], { cwd });
      await user.ok(["box", "archive", "--with-credentials", cwd, archive], { cwd });
      const places = [user.data, user.state, ...folders, archive];
      const kept = await user.call(["grep", "-rlE", "renewed-(access|refresh)|expired-access", ...places]);
      assert.equal(kept.stdout, "");
      const covered = await user.call(["grep", "-c", '"kanibako-secret-', archive]);
      assert.notEqual(covered.stdout, "0\n", covered.stderr);
      if (agent === "claude") {
        const has = async (auth: string) => {
          await user.ok(["box", "config", `auth=${auth}`], { cwd });
          return await user.ok(["shell", "--", "sh", "-c", `cat ~/${path}`], { cwd });
        };
        const given = async (...options: string[]) =>
          await user.ok(["shell", ...options, "--", "cat", `/home/agent/${path}`], { cwd });
        // Where no door could put it in, the box has it, as long as nothing is said of it.
        assert.match(await given("--network", "none"), /"renewed-access-/);
        const isCovered = (text: string) => {
          assert.match(text, /"kanibako-secret-/);
          assert.doesNotMatch(text, /renewed-access/);
        };
        isCovered(await given());
        assert.match(await has("shared"), /"renewed-access-/);
        isCovered(await has("guarded"));
        // A copy has placeholders of its own.
        const copy = `${cwd}.copy`;
        await user.ok(["box", "duplicate", cwd, copy, "--force"]);
        const copied = await user.run(["shell", "--", ...words, "what did I say"], { cwd: copy });
        assert.match(copied.stdout, /You said/, copied.stdout + copied.stderr);
        const open = await user.run(["shell", "--network", "open", "--", "true"], { cwd });
        assert.equal(open.code, 1);
        assert.match(open.stderr, /Cannot guard the login: the network of this box is open/);
        // A key of the environment is guarded as well.
        const key = { cwd, env: { ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef" } };
        await Deno.remove(`${user.home}/${path}`);
        const seen = await user.run(["shell", "--", "sh", "-c", "env; cat ~/.claude.json"], key);
        assert.match(seen.stdout, /^ANTHROPIC_API_KEY=kanibako-secret-/m, seen.stdout + seen.stderr);
        assert.doesNotMatch(seen.stdout, /456789abcdef/, seen.stdout);
        const used = await user.run(["shell", "--", ...words, "what did I say"], key);
        assert.match(used.stdout, /You said/, used.stdout + used.stderr);
        assert.equal(services.log.at(-1)?.login, "sk-ant-0123456789abcdef");
      } else await Deno.remove(`${user.home}/${path}`);
      // Logged out on the host, the boxes are, too.
      const after = await user.run(["shell", "--", "timeout", "10", ...words, "what did I say"], { cwd });
      assert.doesNotMatch(after.stdout, /You said/);
    },
  });
}
