// Real agents, with stand-ins of their services in the box: what a user does in the first minutes.

import assert from "node:assert/strict";
import { until, type User } from "../support/program.ts";
import type { RealAgent } from "../support/services/agents.ts";
import { ask, realSession, userOf } from "../support/services/session.ts";
import { boxServices } from "../support/services/start.ts";

/** What each shows when it waits for a prompt. */
const READY: Readonly<Partial<Record<RealAgent, RegExp>>> = {
  claude: /bypass permissions on/,
  codex: /OpenAI Codex/,
  gemini: /Type your message/,
  qwen: /Type your message/,
  copilot: /\/ commands/,
};

for (const [agent, ready] of Object.entries(READY) as [RealAgent, RegExp][]) {
  const missing = await isMissing(agent);

  Deno.test({
    name: `the real ${agent} shows its prompt, writes files, answers a call, and goes on after a stop` +
      (missing ? " (it is not installed here)" : ""),
    ignore: missing,
    fn: async () => {
      await using made = await userOf(agent);
      const { user, cwd } = made;
      {
        await using session = await realSession(agent, user, cwd);
        const { terminal, options } = session;
        await terminal.shows(ready);
        await ask(terminal, 'write a.txt saying "hello"');
        await wrote(`${cwd}/a.txt`, "hello").catch(async (error) => {
          throw new Error(`${error}\n${await terminal.screen()}`);
        });
        await called(user, cwd, options);
        await user.ok(["stop"], { cwd });
      }
      await using session = await realSession(agent, user, cwd);
      await session.terminal.shows(ready);
      await ask(session.terminal, "what did I say");
      await session.terminal.shows(/You said: (hello|world)/);
      assert.ok((await session.services.log()).every(({ status }) => status === 200 || status === 404));
    },
  });
}

/** Has it work on one text in the box that runs. */
async function called(user: User, cwd: string, options: readonly string[]): Promise<void> {
  const words = ["start", ...options, "--prompt", 'write b.txt saying "world"', "--json"];
  const { code, stdout, stderr } = await user.run(words, { cwd });
  assert.equal(code, 0, stdout + stderr);
  const { text, session, changed } = JSON.parse(stdout);
  assert.match(text, /That was all\./);
  assert.match(session, /^[\w-]+$/);
  assert.ok(
    changed.some(({ path, change }: Record<string, string>) => path === "b.txt" && change === "added"),
  );
  await wrote(`${cwd}/b.txt`, "world");
}

function wrote(path: string, text: string): Promise<void> {
  const isThere = () => Deno.readTextFile(path).then((found) => found.trim() === text, () => false);
  return until(isThere, undefined, `${path} was not written`);
}

async function isMissing(agent: string): Promise<boolean> {
  const shell = new Deno.Command("sh", { args: ["-c", `command -v ${agent}`], stdout: "null" });
  return !(await shell.output()).success;
}

const noOpenCode = await isMissing("opencode");

// On its screen it shows nothing for more than a minute where it cannot fetch a package of its own.
Deno.test({
  name: "the real opencode works on one text, and goes on after a stop" +
    (noOpenCode ? " (it is not installed here)" : ""),
  ignore: noOpenCode,
  fn: async () => {
    await using made = await userOf("opencode");
    const { user, cwd } = made;
    const asks = async (...words: string[]) => {
      await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
      await boxServices(user, cwd);
      const { stdout, stderr } = await user.run(["shell", "--", "opencode", "run", ...words], { cwd });
      await user.ok(["stop"], { cwd });
      return stdout + stderr;
    };
    assert.match(await asks("--auto", 'write b.txt saying "world"'), /Done: /);
    assert.match(await asks("--continue", "what did I say"), /You said: world\./);
    await wrote(`${cwd}/b.txt`, "world");
  },
});
