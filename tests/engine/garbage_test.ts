// A box that leaves garbage where its host listens: it gains nothing by it, and nobody waits for it.

import assert from "node:assert/strict";
import { exists, nothingLeft } from "../support/agent_session.ts";
import { pause, until, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

const OUT = "/run/kanibako/out";
const ALIVE = "/run/kanibako/in/alive";

Deno.test("a session that says it has ended and goes on is left as one that keeps running", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const name = cwd.split("/").at(-1)!;
  const words = [
    "shell",
    "--persistent",
    "--",
    "sh",
    "-c",
    `echo 7 >${OUT}/exit; echo fake >${OUT}/screen; echo ready; exec sleep 600`,
  ];
  await using terminal = await Terminal.open(user, words, cwd);
  await terminal.shows("ready");
  await terminal.press("C-b", "d");
  assert.equal(await terminal.ended(), 0);
  assert.match(await terminal.screen(), new RegExp(`${name} keeps running`));
  assert.equal(await user.ok(["shell", "--", "echo", "beside"], { cwd }), "beside\n");
  assert.equal((await user.containers()).length, 1);
  await user.ok(["stop"], { cwd });
  await nothingLeft(user);
});

Deno.test("junk where the host listens neither ends a session nor keeps its supervisor busy", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const junk = `exec 3<>${ALIVE}; cat /dev/zero >&3 & touch up; while [ ! -e quiet ]; do sleep 0.1; done;
    kill $!; printf soh >&3; while [ ! -e end ]; do sleep 0.1; done; exit 9`;
  await user.ok(["shell", "--persistent", "--", "sh", "-c", junk], { cwd });
  await until(() => exists(`${cwd}/up`));
  await until(async () => (await user.supervisors()).length === 1);
  const [pid] = await user.supervisors();
  await pause(500);
  const before = await processorTicks(pid!);
  await pause(3000);
  const ticks = await processorTicks(pid!) - before;
  assert.ok(ticks < 30, `the supervisor used ${ticks} of 300 ticks`);
  await Deno.writeTextFile(`${cwd}/quiet`, "");
  assert.equal(await user.ok(["shell", "--", "echo", "beside"], { cwd }), "beside\n");
  await Deno.writeTextFile(`${cwd}/end`, "");
  assert.equal((await user.exitRecord()).code, 9);
  await nothingLeft(user);
});

Deno.test("what is no small plain file in the way out is not taken, and keeps no box from ending or starting", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const fill = `cd ${OUT} && rm -rf ./* && for n in exit screen applied claude.credentials; do
    case $n in exit) mkfifo $n ;; screen) ln -s /etc/passwd $n ;; applied) mkdir $n ;; *) head -c 20000000 /dev/zero >$n ;; esac; done
    mkdir -p a/b/c && mkfifo a/b/c/fifo && ln -s / a/root`;
  // A foreground box first, then a session that is ended under its supervisor.
  assert.equal((await user.run(["shell", "--", "sh", "-c", `${fill}; exit 5`], { cwd })).code, 5);
  await user.ok([
    "shell",
    "--persistent",
    "--",
    "sh",
    "-c",
    `trap '${fill}; kill -9 $$' TERM; touch up; while :; do sleep 0.1; done`,
  ], { cwd });
  await until(() => exists(`${cwd}/up`));
  await user.ok(["shell", "--", "sh", "-c", fill], { cwd });
  await user.ok(["stop"], { cwd });
  assert.equal(await user.ok(["shell", "--", "echo", "again"], { cwd }), "again\n");
  await nothingLeft(user);
});

/** Ticks of the processor, a hundredth of a second each, that a process has used. */
async function processorTicks(pid: number): Promise<number> {
  const fields = (await Deno.readTextFile(`/proc/${pid}/stat`)).replace(/^.*\) /, "").split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
