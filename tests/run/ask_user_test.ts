import assert from "node:assert/strict";
import { attend, isAttended } from "../../lib/run/attended.ts";
import { AskUser, shortName, statusText } from "../../lib/run/ask_user.ts";
import { statusCommand } from "../../lib/run/status_line.ts";
import { until } from "../../lib/host/wait.ts";
import type { Run } from "../../lib/run/run.ts";
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

Deno.test("a notice on the desktop names box and host, and no text of the box's is markup or an option", async () => {
  const folder = await Deno.makeTempDir();
  const path = Deno.env.get("PATH")!;
  try {
    const script =
      `#!/bin/sh\nprintf '%s\\n' "$@" >"${folder}/words.tmp"; mv "${folder}/words.tmp" "${folder}/words"\n`;
    await Deno.writeTextFile(`${folder}/notify-send`, script, { mode: 0o755 });
    Deno.env.set("PATH", `${folder}:${path}`);
    const notes: unknown[] = [];
    const host = { ui: { note: (note: unknown) => notes.push(note) } };
    const run = { host, box: "kanibako---<b>app</b>", record: { lifetime: "ephemeral" } } as unknown as Run;
    const user = new AskUser(run);
    user.changed([waits("a.example")]); // without a session there is no status line to call into
    user.asked({ ...waits("a.example", 5432), until: Date.now() + 60_000 });
    assert.match(JSON.stringify(notes), /network-asks.*a\.example/);
    const words = () => Deno.readTextFile(`${folder}/words`).catch(() => undefined);
    assert.ok(await until(async () => await words() !== undefined, { everyMs: 10, forMs: 10_000 }));
    const [app, expire, end, title, body] = (await words())!.split("\n");
    assert.equal(app, "--app-name=kanibako");
    assert.match(expire!, /^--expire-time=\d+$/);
    assert.equal(end, "--");
    assert.equal(title, "The box --<b>app</b> wants to reach a.example:5432");
    assert.doesNotMatch(body!, /</);
  } finally {
    Deno.env.set("PATH", path);
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
