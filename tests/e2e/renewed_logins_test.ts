// Real agents renew logins in a box, from stand-ins that have the names of the real services; the host gets what is new.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";
import { makeCertificates } from "../support/services/certificates.ts";
import { expiredLogin } from "../support/services/logins.ts";
import { boxServices, PORT } from "../support/services/start.ts";

const WORKSPACE = "/home/agent/workspace";

for (const agent of ["claude", "codex", "gemini"] as const) {
  const shell = new Deno.Command("sh", { args: ["-c", `command -v ${agent}`], stdout: "null" });
  const missing = !(await shell.output()).success;

  Deno.test({
    name: `a login that the real ${agent} renews in a box reaches the host` +
      (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using user = await User.make();
      await user.configure('box.network = "none"', `box.crab = "${agent}"`);
      const cwd = await user.folder();
      const { path, files, words } = expiredLogin(agent);
      for (const [name, text] of Object.entries(files)) {
        const file = `${user.home}/${name}`;
        await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true, mode: 0o700 });
        await Deno.writeTextFile(file, text, { mode: 0o600 });
      }
      await makeCertificates(cwd);
      const proxy = `http://127.0.0.1:${PORT}`;
      const options = Object.entries({
        HTTPS_PROXY: proxy,
        https_proxy: proxy,
        NODE_EXTRA_CA_CERTS: `${WORKSPACE}/ca.pem`,
        SSL_CERT_FILE: `${WORKSPACE}/ca.pem`,
      }).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
      await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
      const services = await boxServices(user, cwd, "services.pem");
      const said = await user.run(["shell", ...options, "--", ...words, "what did I say"], { cwd });
      await user.ok(["stop"], { cwd });
      await user.exitRecord();
      const asked = (await services.log()).map(({ host, path, login, status }) =>
        `${status} ${host}${path} ${login}`
      );
      const seen = `${said.stdout}${said.stderr}\n${asked.join("\n")}`;
      // What Codex asks of an account beside is nothing that stands in here.
      if (agent !== "codex") assert.match(said.stdout, /You said: nothing\./, seen);
      const renewed = await Deno.readTextFile(`${user.home}/${path}`);
      assert.match(renewed, /"renewed-access-/, seen);
      assert.doesNotMatch(renewed, /expired-access/);
    },
  });
}
