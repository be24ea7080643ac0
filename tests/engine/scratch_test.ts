// Boxes without a project: nothing of them is left, however they end.

import assert from "node:assert/strict";
import { exists } from "../support/agent_session.ts";
import { until, User } from "../support/program.ts";
import { runScript, script } from "../support/script.ts";

const NAMES = `const kanibako = await Kanibako.open();\n`;

/** What is left of scratch boxes: files of data and state, records of runs, containers. */
async function left(user: User): Promise<string[]> {
  const found: string[] = await user.containers();
  for (const folder of [`${user.data}/scratch`, `${user.state}/boxes`]) {
    try {
      for await (const { name } of Deno.readDir(folder)) found.push(`${folder}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return found;
}

Deno.test("a scratch box leaves nothing when it is closed, when its script throws, or when it cannot be started", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await runScript(
    user,
    cwd,
    `${NAMES}
{
  await using box = await kanibako.scratch();
  say(box.project === undefined);
  say(await box.exec(["pwd"]).text());
  await box.exec(["sh", "-c", "echo x >file; mkdir -p ~/deep/er; ln -s / ~/deep/root; mkdir ~/shut; touch ~/shut/in; chmod 0 ~/shut; mkfifo fifo"]).text();
  await using other = await kanibako.scratch();
  say((await other.files.list()).length);
}
say(await kanibako.scratch({ image: "no-such-rig" }).then(() => "opened", codeOf));
say(await kanibako.scratch({ memory: "not a size" }).then(() => "opened", (error) => error instanceof KanibakoError));
`,
  );
  assert.deepEqual([...said.slice(0, 3), said[4]], [true, "/home/agent/workspace\n", 0, true]);
  assert.notEqual(said[3], "opened");
  assert.doesNotMatch(String(said[3]), /Error:/);
  assert.deepEqual(await left(user), []);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(cwd)), []);
  const throws = await user.call(
    await script(
      user,
      `${NAMES}await using box = await kanibako.scratch(); await box.run(["true"]); throw new Error("on purpose");`,
    ),
    { cwd },
  );
  assert.match(throws.stderr, /on purpose/);
  assert.deepEqual(await left(user), []);
});

Deno.test("what a killed script leaves of a scratch box is removed by the next, and not what another still has", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const holder = (name: string) =>
    script(
      user,
      `${NAMES}await using box = await kanibako.scratch();
await Deno.writeTextFile(${JSON.stringify(name)}, box.spec.name);
while (!await Deno.lstat("let-go").then(() => true, () => false)) await pause(50);
say((await box.run(["echo", "unharmed"])).stdout);`,
    );
  const killed = user.spawn(await holder("one"), { cwd });
  const other = user.spawn(await holder("two"), { cwd });
  await until(async () => await exists(`${cwd}/one`) && await exists(`${cwd}/two`));
  killed.kill("SIGKILL");
  const said = await runScript(
    user,
    cwd,
    `${NAMES}await using box = await kanibako.scratch(); say((await box.run(["true"])).code);`,
  );
  assert.deepEqual(said, [0]);
  await killed.ended;
  const [one, two] = await Promise.all(["one", "two"].map((name) => Deno.readTextFile(`${cwd}/${name}`)));
  const remains = await left(user);
  assert.deepEqual(remains.filter((path) => path.includes(one!)), []);
  assert.ok(remains.some((path) => path.includes(two!)));
  await Deno.writeTextFile(`${cwd}/let-go`, "");
  const { code, stdout, stderr } = await other.ended;
  assert.deepEqual([code, stdout], [0, '"unharmed\\n"\n'], stderr);
  assert.deepEqual(await left(user), []);
});

Deno.test("a workspace given to a scratch box stays with what was written, and one that no box may have is refused", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await Deno.mkdir(`${cwd}/work`);
  await Deno.chmod(`${cwd}/work`, 0o777);
  await Deno.writeTextFile(`${cwd}/file`, "");
  await Deno.symlink("/etc", `${cwd}/link`);
  const said = await runScript(
    user,
    cwd,
    `${NAMES}
const open = async (workspace: string) => {
  await using box = await kanibako.scratch({ workspace });
  await box.exec(["touch", "written"]).text();
};
for (const workspace of ["work", "missing", "file", "link", "/", "/etc", Deno.env.get("HOME")!, Deno.env.get("XDG_STATE_HOME")! + "/kanibako"]) {
  say(await open(workspace).then(() => "opened", codeOf));
}`,
  );
  assert.deepEqual(said, [
    "opened",
    "not-a-folder",
    "not-a-folder",
    ...Array(3).fill("unsafe-workspace"),
    "home-project",
    "unsafe-workspace",
  ]);
  assert.deepEqual([...Deno.readDirSync(`${cwd}/work`)].map(({ name }) => name), ["written"]);
  assert.deepEqual(await left(user), []);
});
