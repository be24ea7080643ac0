import assert from "node:assert/strict";
import { attend, isAttended } from "../../lib/run/attended.ts";
import { shortName, statusCommand, statusText } from "../../lib/run/ask_user.ts";
import type { PendingName } from "../../lib/net/questions.ts";

const waits = (host: string, port = 443): PendingName => ({
  id: "1",
  host,
  port,
  since: 1,
  until: 2,
  waiting: 1,
});

Deno.test("the status line names the first name that waits, and how many more there are", () => {
  assert.equal(statusText([]), "");
  assert.equal(statusText([waits("a.example")]), "Network: a.example? On the host: kanibako approve");
  assert.equal(
    statusText([waits("a.example", 5432), waits("b.example"), waits("c.example")]),
    "Network: a.example:5432 and 2 more? On the host: kanibako approve",
  );
});

Deno.test("a long name is shown by its end, which says whose it is, and controls are escaped", () => {
  const long = `${"login.bank.example.".repeat(10)}attacker.example`;
  assert.equal(shortName(long).length, 48);
  assert.ok(shortName(long).endsWith("attacker.example"));
  assert.ok(shortName(long).startsWith("..."));
  assert.ok(!shortName("a\x1b]0;x\x07.example").includes("\x1b"));
});

Deno.test("tmux shows the question in the session's status line, and goes back to what was there", async () => {
  const folder = await Deno.makeTempDir();
  const tmux = async (...args: readonly string[]) => {
    const { stdout, success } = await new Deno.Command("tmux", {
      args: [...args],
      env: { TMUX_TMPDIR: folder, TMUX: "" },
      stderr: "inherit",
    }).output();
    assert.ok(success, args.join(" "));
    return new TextDecoder().decode(stdout);
  };
  const status = () => tmux("show-options", "-A", "-t", "=kanibako:", "status-right");
  try {
    await tmux("-f", "/dev/null", "new-session", "-d", "-s", "kanibako", "sh");
    const before = await status();
    await tmux(...statusCommand(statusText([waits("a.example")])).slice(1));
    assert.match(await status(), /Network: a\.example\?/);
    await tmux(...statusCommand("").slice(1));
    assert.equal(await status(), before);
  } finally {
    await tmux("kill-server");
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("somebody is there as long as one of those is who came", async () => {
  const state = await Deno.makeTempDir();
  try {
    assert.equal(isAttended(state), false);
    const [one, two] = [attend(state), attend(state)];
    assert.equal(isAttended(state), true);
    one[Symbol.dispose]();
    assert.equal(isAttended(state), true);
    two[Symbol.dispose]();
    assert.equal(isAttended(state), false);
    // A process that is killed says nothing.
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { attend } from ${JSON.stringify(import.meta.resolve("../../lib/run/attended.ts"))};
        attend(${JSON.stringify(state)}); console.log("there"); setTimeout(() => {}, 1e6);`,
      ],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    assert.equal(isAttended(state), true);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assert.equal(isAttended(state), false);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
