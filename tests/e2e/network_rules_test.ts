// Rules of a filtered network act on a box that runs, within a second.

import assert from "node:assert/strict";
import { filteredUser, shell } from "../support/filtered.ts";
import { until } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

/** Waits in the box until a name is there, or is there no more; prints when that was. */
const WAIT = (name: string, there: boolean) =>
  `import socket, time
for _ in range(400):
    try:
        socket.gethostbyname("${name}"); found = True
    except OSError: found = False
    if found == ${there ? "True" : "False"}: print(int(time.time() * 1000)); break
    time.sleep(0.05)`;

const ASKS = ["sh", "-c", "getent hosts asked.test; sleep 600"];

Deno.test("a rule acts on a running box within a second, set by a command, by an option, or taken back", async () => {
  await using user = await filteredUser(["standing.test"], []);
  const folder = await user.folder();
  const options = { cwd: folder };
  await user.ok(["shell", "--persistent", "--allow", "once.test", "--", "sleep", "600"], options);
  const resolves = async (name: string) => (await shell(user, folder, `getent hosts ${name}`)).code === 0;
  assert.deepEqual([await resolves("standing.test"), await resolves("once.test")], [true, true]);
  assert.equal(await resolves("github.com"), false, "presets are off");
  for (const [words, there] of [[["allow", "later.test"], true], [["deny", "later.test"], false]] as const) {
    const waiting = user.run(["shell", "--", "python3", "-c", WAIT("later.test", there)], options);
    await user.ok(["box", "network", ...words], options);
    const changed = Date.now();
    const { stdout } = await waiting;
    assert.ok(Number(stdout) > 0, "it never came to be");
    assert.ok(Number(stdout) - changed < 1000, `${words[0]}: ${Number(stdout) - changed} ms`);
  }
  const called = await user.run([
    "shell",
    "--allow",
    "called.test",
    "--",
    "python3",
    "-c",
    WAIT("called.test", true),
  ], options);
  assert.ok(Number(called.stdout) > 0);
  // What decides has been killed: a command that goes in has its way out all the same.
  const killed = await user.supervisors();
  for (const pid of killed) Deno.kill(pid, "SIGKILL");
  await until(async () => (await user.supervisors()).every((pid) => !killed.includes(pid)));
  assert.equal(await resolves("standing.test"), true);
  const shown = await user.ok(["box", "network", "show", "--all"], options);
  assert.match(shown, /^standing\.test +allow +system config$/m);
  assert.match(shown, /^later\.test +refuse +box config$/m);
  assert.match(shown, /^once\.test +allow +--allow flag, this run$/m);
  assert.match(shown, /^github\.com +\d+ +.*no rule is about it$/m);
  const test = await user.run(["box", "network", "test", "later.test"], options);
  assert.deepEqual([test.code, test.stdout.split("\n")[0]], [
    1,
    "later.test:443 would be refused: by !later.test (box config).",
  ]);
  await user.ok(["stop"], options);
  // What was allowed for a run ended with it.
  assert.equal((await user.run(["shell", "--", "getent", "hosts", "once.test"], options)).code, 2);
  // A command that asks at once, before there is a session to attach to, waits for whoever started it on a terminal.
  await user.ok(["box", "config", "network.ask=auto"], options);
  {
    await using _terminal = await Terminal.open(user, ["shell", "--persistent", "--", ...ASKS], folder);
    const pending = async () => JSON.parse(await user.ok(["box", "network", "pending", "--json"], options));
    await until(async () => (await pending()).length > 0, undefined, "nothing waits");
    assert.deepEqual(
      (await pending()).map(({ host, open, port }: Record<string, unknown>) => [host, open, port]),
      [
        ["asked.test", true, null],
      ],
    );
    await user.ok(["stop"], options);
  }
  const open = await user.run(["shell", "--network", "open", "--allow", "a.test", "--", "true"], options);
  assert.equal(open.code, 2);
  assert.match(open.stderr, /Cannot use --allow: the network of this box is open \(--network flag\)/);
});
