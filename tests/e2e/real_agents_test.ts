// Real agents, with stand-ins of their services in the box: what a user does in the first minutes.

import assert from "node:assert/strict";
import { PATIENCE_MS, until } from "../support/program.ts";
import type { RealAgent } from "../support/services/agents.ts";
import { realSession, userOf } from "../support/services/session.ts";

/** What each shows when it waits for a prompt. */
const READY: Readonly<Record<RealAgent, RegExp>> = {
  claude: /\? for shortcuts|bypass permissions on/,
  codex: /OpenAI Codex/,
  gemini: /Type your message/,
  opencode: /Ask anything/,
  qwen: /Type your message/,
  copilot: /\/ commands|\? help/,
};

for (const agent of Object.keys(READY) as RealAgent[]) {
  const missing = await new Deno.Command("sh", { args: ["-c", `command -v ${agent}`], stdout: "null" })
    .output()
    .then(({ success }) => !success);

  Deno.test({
    name: `the real ${agent} shows its prompt, writes a file, and goes on after a stop` +
      (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using made = await userOf(agent);
      const { user, cwd } = made;
      {
        await using session = await realSession(agent, user, cwd);
        const { terminal } = session;
        await terminal.shows(READY[agent]);
        await terminal.type('write a.txt saying "hello"');
        await until(
          () => Deno.readTextFile(`${cwd}/a.txt`).then((text) => text.trim() === "hello", () => false),
          PATIENCE_MS,
          "no file was written",
        ).catch(async (error) => {
          throw new Error(`${error}\n${await terminal.screen()}`);
        });
        await terminal.shows("That was all.");
        await user.ok(["stop"], { cwd });
      }
      await using session = await realSession(agent, user, cwd);
      const { terminal, services } = session;
      await terminal.shows(READY[agent]);
      await terminal.type("what did I say?");
      await terminal.shows("You said: hello.");
      assert.ok((await services.log()).every(({ status }) => status === 200 || status === 404));
    },
  });
}
