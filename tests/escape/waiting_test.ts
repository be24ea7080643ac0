/** What a box says, and what it does not say, neither holds the host up nor makes it believe in an end. */

import assert from "node:assert/strict";
import { exists, nothingLeft } from "../support/agent_session.ts";
import { rootless, until, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";
import { inBox, within } from "./support.ts";

const ALIVE = "/run/kanibako/in/alive";
const OUT = "/run/kanibako/out";
/** Longer than a start takes, with all the patience the program has on the way. */
const SOON_MS = 30_000;

Deno.test("H6 a box that fills the FIFO its host listens to keeps no call from ending", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const fill = `printf h >"$f"; timeout 1 cat /dev/zero >"$f"`;
  // By its own hand, and where there is one as the root of the box.
  for (const sudo of rootless ? ["", "sudo -n "] : [""]) {
    const script = `timeout 3 ${sudo}sh -c 'f=${ALIVE}; ${fill}'; exit 5`;
    const started = Date.now();
    const outcome = await within(user.run(["shell", "--", "sh", "-c", script], { cwd }), SOON_MS);
    assert.equal(outcome.code, 5, outcome.stderr);
    assert.ok(Date.now() - started < SOON_MS);
  }
  // Nobody is left who holds a lock.
  assert.equal(await user.ok(["shell", "--", "echo", "next"], { cwd }), "next\n");
  await nothingLeft(user);
});

Deno.test("H9 a session that claims its end is left as one that runs, and one that ends has ended", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = ["shell", "--persistent", "--", "sh", "-c"];
  const lie = `echo 0 >${OUT}/exit; echo ready; while [ ! -e end ]; do sleep 0.1; done; exit 6`;
  await using terminal = await Terminal.open(user, [...words, lie], cwd);
  await terminal.shows("ready");
  await terminal.press("C-b", "d");
  assert.equal(await terminal.ended(), 0);
  assert.match(await terminal.screen(), /keeps running/);
  await using again = await Terminal.open(user, ["shell", "--persistent"], cwd);
  await again.shows("ready");
  await Deno.writeTextFile(`${cwd}/end`, "");
  assert.equal(await again.ended(), 6);
  await nothingLeft(user);
});

Deno.test({
  name: `H10 words of a box's shell do not make its host remove the session${
    rootless ? "" : " (only without root: such a box has one)"
  }`,
  // Only where the box has a root who may replace its shell.
  ignore: !rootless,
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    // By the engine's own call its shell speaks in the engine's place, by the steward it is the command.
    for (const steward of [false, true]) {
      await user.configure('box.network = "none"', `box.steward = ${steward}`);
      await user.ok(["shell", "--persistent", "--", "sh", "-c", "touch up; exec sleep 600"], { cwd });
      await until(() => exists(`${cwd}/up`));
      const [before] = await user.containers();
      const id = () => user.engine("inspect", "--format", "{{.Id}}", before!);
      const was = await id();
      const lie = "#!/bin/bash\\necho 'Error: no such container x' >&2\\nexit 125\\n";
      await user.engine(
        ...["exec", before!, "sudo", "-n", "bash", "-c"],
        `printf "${lie}" >/tmp/sh; chmod 755 /tmp/sh; cp -L /bin/sh /bin/sh.true; mv -f /tmp/sh /bin/sh`,
      );
      const called = await inBox(user, cwd, "echo hi");
      assert.notEqual(called.code, 0);
      assert.equal(called.stdout, "", "the command was run elsewhere");
      assert.equal(await id(), was, "another box stands in its place");
      if (!steward) assert.match(called.stderr, /could not run the command in the box/);
      await user.engine("exec", before!, "sudo", "-n", "bash", "-c", "mv -f /bin/sh.true /bin/sh");
      assert.equal((await inBox(user, cwd, "echo hi")).stdout, "hi\n");
      await user.ok(["stop"], { cwd });
      await nothingLeft(user);
      await Deno.remove(`${cwd}/up`);
    }
  },
});

Deno.test("n2 what a session left for its host is gone once it is over, whoever it belongs to", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const name = cwd.split("/").at(-1)!;
  const runs = `${user.state}/boxes/kanibako-${name}/runs`;
  // Where the box has a root, some of it belongs to another user than the host's.
  const foreign = rootless
    ? `mkdir ${OUT}/deep/their; sudo -n chown 12345:12345 ${OUT}/deep/their ${OUT}/full; sudo -n chmod 700 ${OUT}/deep/their`
    : "true";
  const fill =
    `mkdir -p ${OUT}/deep/er; head -c 5000000 /dev/zero >${OUT}/full; mkfifo ${OUT}/deep/fifo; ${foreign}; touch up; exec sleep 600`;
  const left = () => [...Deno.readDirSync(runs)].map(({ name }) => name);
  const session = async () => {
    await Deno.remove(`${cwd}/up`).catch(() => {});
    await user.ok(["shell", "--persistent", "--", "sh", "-c", fill], { cwd });
    await until(() => exists(`${cwd}/up`));
  };
  await session();
  await user.ok(["stop"], { cwd });
  await nothingLeft(user);
  assert.deepEqual(left(), []);
  // A session whose supervisor and box were killed: what it left goes with the next plain shell.
  await session();
  const [box] = await user.containers();
  for (const pid of await user.supervisors()) Deno.kill(pid, "SIGKILL");
  await user.engine("rm", "--force", box!);
  assert.equal(left().length, 1);
  assert.equal(await user.ok(["shell", "--", "echo", "next"], { cwd }), "next\n");
  assert.deepEqual(left(), []);
});

Deno.test("n4: a session's last screen is recorded for its user alone, and without its secrets", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const box = `${user.state}/boxes/kanibako-${cwd.split("/").at(-1)!}`;
  const show = 'echo "shown: $MY_TOKEN, Bearer abcdefghijklmn, plain"; exit 3';
  await user.run(["shell", "--persistent", "-e", "MY_TOKEN=quite-secret", "--", "sh", "-c", show], { cwd });
  const { code, screen } = await user.exitRecord();
  assert.equal(code, 3);
  assert.match(screen, /shown: \*+, Bearer \*+, plain/);
  assert.equal((await Deno.stat(`${box}/exit.json`)).mode! & 0o777, 0o600);
  await nothingLeft(user);
  assert.deepEqual([...Deno.readDirSync(`${box}/runs`)], []);
});
