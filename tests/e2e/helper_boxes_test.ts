// Boxes of helpers: what they are, and how they end.

import assert from "node:assert/strict";
import { exists } from "../../lib/host/path.ts";
import { until, User } from "../support/program.ts";

/** A director that runs until its folder holds a file `end`. */
const DIRECTOR = ["shell", "--persistent", "--", "sh", "-c", "until [ -e end ]; do sleep 0.1; done"];

interface Directed extends AsyncDisposable {
  readonly user: User;
  readonly cwd: string;
  readonly id: string;
  helper(...words: string[]): Promise<string>;
}

async function directed(): Promise<Directed> {
  const user = await User.make();
  const cwd = await user.folder();
  await user.ok(DIRECTOR, { cwd });
  const id = [...Deno.readDirSync(`${user.state}/boxes`)][0]!.name;
  return {
    user,
    cwd,
    id,
    helper: (...words) => user.ok(["crab", "helper", ...words], { cwd }),
    [Symbol.asyncDispose]: () => user[Symbol.asyncDispose](),
  };
}

const helpersOf = async (user: User) => (await user.containers()).filter((name) => /-helper-\d+$/.test(name));

Deno.test("W-60, W-62, W-64: a helper of a persistent box is a box of its own name, with a shell set up, folders of its own and links that resolve", async () => {
  await using box = await directed();
  const { user, cwd, helper } = box;
  await helper(
    "spawn",
    "--crab",
    "",
    "--task",
    "echo first > ~/all/rw/note; echo said > ~/channels/from/1/note",
  );
  await helper("wait", "1", "--timeout", "60");
  const script = [
    'echo "name $KANIBAKO_NAME"',
    "cat ~/spawn.toml ~/all/rw/note ~/peers/1-2-ro/../note",
    "touch ~/all/ro/x ~/helpers/x ~/peers/x ~/spawn.toml ~/channels/from/1/x 2>&1 | grep -c Read-only",
    "test -r ~/.bashrc && echo bashrc; test -S ~/.kanibako/helper.sock && echo socket",
    "ls -d ~/helpers/all ~/share-ro ~/share-rw",
    "echo mine > kept; exit 3",
  ].join("\n");
  await helper("spawn", "--crab", "", "--depth", "2", "--task", script);
  assert.equal((await user.run(["crab", "helper", "wait", "2", "--timeout", "60"], { cwd })).code, 1);
  const { status, exitCode, message } = JSON.parse(await helper("result", "2", "--json"));
  assert.deepEqual([status, exitCode], ["failed", 3]);
  const { name } = JSON.parse(await user.ok(["list", "--json"], { cwd }))[0];
  assert.deepEqual(message.split("\n"), [
    `name ${name}-helper-2`,
    "depth = 1",
    "breadth = 4",
    "first",
    "said",
    "5",
    "bashrc",
    "socket",
    "/home/agent/helpers/all",
    "/home/agent/share-ro",
    "/home/agent/share-rw",
  ]);
  // Its parent sees what it has made, and not its home.
  const seen = await user.ok(["shell", "--", "sh", "-c", "cat ~/helpers/2/workspace/kept; ls ~/helpers/2"], {
    cwd,
  });
  assert.match(seen, /^mine$/m);
  assert.ok(!/home/.test(seen), seen);

  // One without a task runs on, is listed with its director, and ends with it.
  await helper("spawn", "--crab", "");
  assert.deepEqual(await helpersOf(user), [`${box.id}-helper-3`]);
  assert.equal(JSON.parse(await user.ok(["list", "--json"], { cwd }))[0].helpers, 1);
  await Deno.writeTextFile(`${cwd}/end`, "");
  await until(async () => (await user.containers()).length === 0, undefined, "a box is left");
  await until(async () => (await user.supervisors()).length === 0, undefined, "a supervisor is left");
  // All that was theirs goes with the project's data.
  const root = `${user.data}/helpers/${box.id}`;
  assert.ok(exists(`${root}/2/workspace/kept`) && exists(`${root}.homes/2`));
  await user.ok(["rm", "--purge", "--force", name], { cwd });
  for (const path of [root, `${root}.homes`]) assert.equal(exists(path), false, path);
  assert.deepEqual([...Deno.readDirSync(`${user.state}/boxes`)].map(({ name }) => name), []);
});

Deno.test("T48: a director that is killed together with what serves it leaves no helper behind", async () => {
  await using box = await directed();
  const { user, cwd, helper } = box;
  await helper("spawn", "--crab", "");
  await helper("spawn", "--crab", "", "--task", "sleep 300");
  assert.equal((await helpersOf(user)).length, 2);
  // Alive, they stay: nothing ends them but their director's end.
  const pid = Number(await user.engine("inspect", "--format", "{{.State.Pid}}", box.id));
  for (const one of await user.supervisors()) {
    if (Deno.readTextFileSync(`/proc/${one}/cmdline`).endsWith(`\0${box.id}\0`)) Deno.kill(one, "SIGKILL");
  }
  Deno.kill(pid, "SIGKILL");
  await until(async () => (await helpersOf(user)).length === 0, 30_000, "a helper is left");
  await until(async () => (await user.supervisors()).length === 0, undefined, "a supervisor is left");
  // What is left of the director itself goes as with any box whose supervisor was killed with it.
  await user.ok(["stop"], { cwd });
  assert.deepEqual(await user.containers(), []);
  assert.deepEqual(await user.runRecords(), []);
});

Deno.test("a helper whose own process was killed is ended, and a director in the foreground takes its helpers along", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const script = [
    "kanibako crab helper spawn --crab '' >/dev/null",
    "kanibako crab helper spawn --crab '' --task 'sleep 300' >/dev/null",
    "kanibako crab helper list -q; touch ready; until [ -e end ]; do sleep 0.1; done",
  ].join("; ");
  const running = user.start(["shell", "--", "sh", "-c", script], { cwd });
  await until(() => exists(`${cwd}/ready`), undefined, "the helpers were not started");
  const helpers = await helpersOf(user);
  assert.equal(helpers.length, 2);
  // What watches the task of helper 2 is killed: the hub ends its box.
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      if (words.includes("helper") && words.at(-3) === helpers[0]!.replace(/-helper-\d+$/, "")) {
        Deno.kill(Number(name), "SIGKILL");
      }
    } catch { /* it has ended, or is somebody else's */ }
  }
  await until(async () => (await helpersOf(user)).length === 1, 30_000, "the killed helper is left");
  await Deno.writeTextFile(`${cwd}/end`, "");
  const { code, stdout } = await running.ended;
  assert.deepEqual([code, stdout.trim().split(/\s+/)], [0, ["1", "2"]]);
  await until(async () => (await user.containers()).length === 0, 30_000, "a helper is left");
  await until(async () => (await user.supervisors()).length === 0, undefined, "a supervisor is left");
});
