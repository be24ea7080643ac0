// Worksets as a user has them: projects of one name side by side, in and out of a group, with real boxes.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";

/** A name that is nobody else's on this machine. */
function uniqueName(): string {
  return `w-${crypto.randomUUID().slice(0, 8)}`;
}

Deno.test("projects of one name in different groups run at once, each with its own home, state and settings", async () => {
  await using user = await User.make();
  const app = uniqueName();
  const cwd = user.home;
  await user.ok(["create", `src/${app}`], { cwd });
  for (const group of ["one", "two"]) {
    await user.ok(["workset", "create", `groups/${group}`], { cwd });
    await user.ok(["create", `${group}/${app}`], { cwd });
    await Deno.writeTextFile(`${user.home}/groups/${group}/env`, `GROUP=${group}\n`);
  }
  const boxes = [app, `one/${app}`, `two/${app}`];
  const persistent = (
    box: string,
  ) => ["shell", box, "--persistent", "--", "sh", "-c", "echo $0 >~/who; sleep 600", box];
  const outcomes = await Promise.all(boxes.map((box) => user.run(persistent(box), { cwd })));
  assert.deepEqual(outcomes.map(({ code }) => code), [0, 0, 0], `${outcomes.map(({ stderr }) => stderr)}`);
  assert.equal(new Set(await user.containers()).size, 3);
  assert.equal((await user.runRecords()).length, 3);
  assert.deepEqual((await user.ok(["ps", "-q"])).trim().split("\n").sort(), [...boxes].sort());
  for (const box of boxes) {
    const seen = await user.ok(["shell", box, "--", "sh", "-c", "cat ~/who; echo ${GROUP-none}"], { cwd });
    assert.equal(seen, `${box}\n${box.includes("/") ? box.split("/")[0] : "none"}\n`);
  }
  assert.match(await user.ok(["stop", `one/${app}`], { cwd }), new RegExp(`Stopped one/${app}`));
  assert.deepEqual((await user.ok(["ps", "-q"])).trim().split("\n").sort(), [app, `two/${app}`].sort());
  const all = JSON.parse(await user.ok(["list", "--json"])) as { qualifiedName: string; status: string }[];
  assert.deepEqual(
    all.map(({ qualifiedName, status }) => `${qualifiedName} ${status}`).sort(),
    [`${app} active`, `one/${app} stopped`, `two/${app} active`].sort(),
  );
  const asked = await user.run(["stop", "--all"], { cwd, input: "n\n" });
  assert.match(asked.stderr, new RegExp(`two/${app}`));
  assert.match(await user.ok(["stop", "--all", "--force"], { cwd }), /Stopped 2 of 2/);
});

Deno.test("a project is connected while it has a life, and disconnected again, and its box is the same", async () => {
  await using user = await User.make();
  const name = uniqueName();
  const folder = `${user.home}/src/${name}`;
  const cwd = user.home;
  await user.ok(["create", folder], { cwd });
  await user.ok(["workset", "create", "--image", "oci", "group"], { cwd });
  await user.ok(["shell", name, "--", "sh", "-c", "echo home >~/kept; echo vault >~/share-rw/kept"], { cwd });
  const check = async (box: string) => {
    const words = [
      "shell",
      box,
      "--",
      "sh",
      "-c",
      "cat ~/kept ~/share-rw/kept; echo code >>~/workspace/code",
    ];
    assert.equal(await user.ok(words, { cwd }), "home\nvault\n", box);
  };
  await user.ok(["shell", name, "--persistent", "--", "sleep", "600"], { cwd });
  const refused = await user.run(["workset", "connect", "group", folder], { cwd });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(`kanibako stop ${name}`));
  await user.ok(["stop", name], { cwd });
  for (const placing of ["--link", "--move"]) {
    assert.match(
      await user.ok(["workset", "connect", "group", name, placing], { cwd }),
      new RegExp(`group/${name}`),
    );
    await check(`group/${name}`);
    const gone = await user.run(["shell", name, "--", "true"], { cwd });
    assert.match(gone.stderr, new RegExp(`Did you mean group/${name}`));
    const no = await user.run(["workset", "disconnect", "group", name], { cwd, input: "no\n" });
    assert.equal(no.code, 2);
    await user.ok(["workset", "disconnect", "group", name, "--force"], { cwd });
    await check(name);
  }
  assert.equal(await Deno.readTextFile(`${folder}/code`), "code\n".repeat(4));
});

Deno.test("a running box keeps its workset from being forgotten, unless it may be stopped", async () => {
  await using user = await User.make();
  const name = uniqueName();
  const cwd = user.home;
  await user.ok(["workset", "create", "group"], { cwd });
  await user.ok(["create", `group/${name}`], { cwd });
  await user.ok(["shell", `group/${name}`, "--persistent", "--", "sleep", "600"], { cwd });
  const refused = await user.run(["workset", "rm", "group", "--purge"], { cwd, input: "yes\n" });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /has a project/);
  assert.equal((await user.containers()).length, 1);
  await user.ok(["workset", "rm", "group", "--purge", "--force"], { cwd });
  assert.deepEqual(await user.containers(), []);
  assert.equal(await Deno.stat(`${cwd}/group`).then(() => true, () => false), false);
  assert.equal(await user.ok(["workset", "list", "-q"], { cwd }), "default\n");
});
