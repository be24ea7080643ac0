// An agent's login in a box, agreed to in a browser of the host.

import assert from "node:assert/strict";
import { logInByBrowser } from "../../lib/app/crab/browser/log_in.ts";
import { create } from "../../lib/app/project/create.ts";
import { openHost } from "../../lib/config/system.ts";
import { locateProject } from "../../lib/project/locate.ts";
import { findTarget } from "../../targets/discover.ts";
import { installAgent } from "../support/agent.ts";
import { User } from "../support/program.ts";
import { RecordingUi } from "../support/recording_ui.ts";
import { browser, whyNoBrowser } from "../support/host_browser.ts";

Deno.test({
  name: `an agent in a box is logged in by a browser, whose page shows the code it waits for${whyNoBrowser}`,
  ignore: whyNoBrowser !== "",
  fn: async () => {
    await using server = Deno.serve({ hostname: "127.0.0.2", port: 0, onListen: () => {} }, (request) => {
      const { pathname } = new URL(request.url);
      const page = pathname === "/callback"
        ? "<code>the-code-1234</code>"
        : '<form action="/callback"><button>Authorize</button></form>';
      return new Response(page, { headers: { "content-type": "text/html" } });
    });
    const at = `http://127.0.0.2:${server.addr.port}`;
    const page = { address: `${at}/authorize`, client: "c", back: `${at}/callback`, hosts: [at.slice(7)] };
    const query = `client_id=c&response_type=code&redirect_uri=${encodeURIComponent(page.back)}`;
    await using user = await User.make();
    const cwd = await user.folder();
    const env: Record<string, string> = {
      ...user.env,
      ...await installAgent(
        user.home,
        `import { createInterface } from "node:readline";
         import { mkdirSync, writeFileSync } from "node:fs";
         console.log("visit: ${page.address}?${query}");
         const lines = createInterface({ input: process.stdin });
         lines.on("line", (code) => {
           mkdirSync(process.env.HOME + "/.claude", { recursive: true });
           writeFileSync(process.env.HOME + "/.claude/code", words.join(" ") + " " + code);
           process.exit(0);
         });`,
      ),
    };
    const path = Deno.env.get("PATH")!;
    Deno.env.set("PATH", env["PATH"]!);
    try {
      const host = await openHost((name) => env[name], { ui: new RecordingUi(), events: () => {} });
      await create(host, { path: cwd, cwd: "/" });
      const project = await locateProject(host, cwd, "/");
      const target = findTarget("claude");
      const logIn = { words: ["auth", "login"], page };
      assert.equal(await logInByBrowser({ host, project, target, logIn, program: browser! }), 0);
      assert.equal(await Deno.readTextFile(`${project.home}/.claude/code`), "auth login the-code-1234");
    } finally {
      Deno.env.set("PATH", path);
    }
  },
});
