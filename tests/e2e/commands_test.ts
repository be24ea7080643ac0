// Boxes and commands in them, as a user types them.

import assert from "node:assert/strict";
import { engine, pause, program, until, User } from "../support/program.ts";
import { recorder } from "../support/recorder.ts";

Deno.test("a box is created, used, listed, shown, stopped and removed", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const name = cwd.split("/").at(-1)!;
  assert.match(await user.ok(["create"], { cwd }), /Created default project/);
  assert.equal(await user.ok(["list", "-q"]), `${name}\n`);
  assert.equal(await user.ok(["shell", "--", "pwd"], { cwd }), "/home/agent/workspace\n");
  const stopped = JSON.parse(await user.ok(["list", "--json"]));
  assert.deepEqual([stopped.length, stopped[0].name, stopped[0].status, stopped[0].path], [
    1,
    name,
    "stopped",
    cwd,
  ]);
  assert.equal(await user.ok(["ps", "-q"]), "");

  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd });
  assert.match(await user.ok(["list"]), new RegExp(`${name} +active +.*${cwd}`));
  assert.equal(await user.ok(["ps", "-q"]), `${name}\n`);
  assert.equal(JSON.parse(await user.ok(["ps", "--json"]))[0].status, "active");
  const info = JSON.parse(await user.ok(["box", "info", name, "--json"]));
  assert.equal(info.container.running, true);
  assert.deepEqual(await user.containers(), [info.container.name]);
  assert.match(await user.ok(["box", "info"], { cwd }), /Container: +running \(/);

  const refused = await user.run(["rm", name]);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /is running/);

  assert.equal(await user.ok(["stop", name]), `Stopped ${name}.\n`);
  assert.deepEqual(await user.containers(), []);
  assert.match(await user.ok(["list"]), new RegExp(`${name} +stopped`));
  assert.equal(await user.ok(["stop", name]), `${name} is not running.\n`);
  assert.match(await user.ok(["rm", name, "--purge", "--force"]), /Deleted its data/);
  assert.equal(await user.ok(["list", "-q", "--all"]), "");
  const left = (await Array.fromAsync(Deno.readDir(cwd))).map((entry) => entry.name);
  assert.deepEqual(left, ["vault"], "the project's own folder stays, with the vault, which is the user's");
});

Deno.test("the words after -- reach the command untouched, in a new box and in a running one", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const words = [
    "a b",
    "",
    "'",
    '"',
    "-v",
    "--",
    "$HOME",
    "`id`",
    "two\nlines",
    "*",
    "ü",
    "\\n",
    "#{x}",
    ";",
  ];
  const show = ["sh", "-c", 'for word; do printf "<%s>\\n" "$word"; done', "sh", ...words];
  const expected = words.map((word) => `<${word}>\n`).join("");
  assert.equal(await user.ok(["shell", "--", ...show], { cwd }), expected);

  // In a session that stays they go through tmux.
  await user.ok(["shell", "--persistent", "--", ...show.with(2, `{ ${show[2]}; } >seen; sleep 600`)], {
    cwd,
  });
  await until(async () => await Deno.readTextFile(`${cwd}/seen`).catch(() => "") === expected);
  assert.equal(await user.ok(["shell", "--", ...show], { cwd }), expected);
});

for (const where of ["a new box", "a running box"]) {
  Deno.test(`the exit code of a command in ${where} is the program's, exactly`, async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    await user.ok(where === "a new box" ? ["create"] : ["shell", "--persistent", "--", "sleep", "600"], {
      cwd,
    });
    for (const code of [0, 1, 2, 7, 125, 126, 127, 130, 137, 255]) {
      const outcome = await user.run(["shell", "--", "sh", "-c", `echo out; echo err >&2; exit ${code}`], {
        cwd,
      });
      assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [code, "out\n", "err\n"]);
    }
    const killed = await user.run(["shell", "--", "sh", "-c", "kill -TERM $$"], { cwd });
    assert.equal(killed.code, 143);
    const unknown = await user.run(["shell", "--", "no-such-command"], { cwd });
    assert.equal(unknown.code, 127);
    assert.match(unknown.stderr, /no-such-command/);
    const barred = await user.run(["shell", "--", "/etc/hostname"], { cwd });
    assert.equal(barred.code, 126);
  });

  Deno.test(`in ${where} a command that says what an engine would say is run once and is heard`, async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    await user.ok(where === "a new box" ? ["create"] : ["shell", "--persistent", "--", "sleep", "600"], {
      cwd,
    });
    const says = [
      "Error: no such container kanibako",
      "Error: image not known",
      'Error: the container name "x" is already in use',
      "docker: Error response from daemon: Conflict. The container name",
      "Error: crun: cgroups in hybrid mode not supported",
    ];
    for (const words of says) {
      const script = `echo x >>runs; printf '%s\\n' "$1" >&2; exit 125`;
      const outcome = await user.run(["shell", "--", "sh", "-c", script, "sh", words], { cwd });
      assert.deepEqual([outcome.code, outcome.stderr], [125, `${words}\n`]);
    }
    assert.equal(await Deno.readTextFile(`${cwd}/runs`), "x\n".repeat(says.length));
  });

  Deno.test(`C10: standard input reaches a command in ${where}, and is left alone where that is asked for`, async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    await user.ok(where === "a new box" ? ["create"] : ["shell", "--persistent", "--", "sleep", "600"], {
      cwd,
    });
    const input = `one\n${"x".repeat(200_000)}\nlast without an end`;
    assert.equal(await user.ok(["shell", "--", "cat"], { cwd, input }), input);
    assert.equal(await user.ok(["shell", "--", "sh", "-c", "cat; echo end"], { cwd }), "end\n");
    const loop = `while read -r x; do "$@" shell -n -- sh -c 'cat; echo "$1"' sh "$x" || exit; done`;
    const looped = await user.call(["sh", "-c", loop, "sh", ...program], { cwd, input: "a\nb\n" });
    assert.deepEqual([looped.code, looped.stdout], [0, "a\nb\n"]);
  });
}

Deno.test("without words a shell reads its commands from standard input", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const outcome = await user.run(["shell"], { cwd, input: "echo in $PWD\nexit 3\n" });
  assert.deepEqual([outcome.code, outcome.stdout], [3, "in /home/agent/workspace\n"]);
});

Deno.test("what a command writes appears as it comes, and streams stay apart", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const call = user.start([
    "shell",
    "--",
    "sh",
    "-c",
    "echo first; touch seen; while [ ! -e go ]; do sleep 0.05; done",
  ], {
    cwd,
  });
  await until(() => Deno.stat(`${cwd}/seen`).then(() => true, () => false));
  await Deno.writeTextFile(`${cwd}/go`, "");
  assert.deepEqual([(await call.ended).code, (await call.ended).stdout], [0, "first\n"]);
});

Deno.test("files made in a box belong to the user outside", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["shell", "--", "sh", "-c", "mkdir d && echo x >d/f"], { cwd });
  assert.equal((await Deno.stat(`${cwd}/d/f`)).uid, Deno.uid());
  await Deno.writeTextFile(`${cwd}/d/f`, "changed outside");
  assert.equal(await user.ok(["shell", "--", "cat", "d/f"], { cwd }), "changed outside");
});

Deno.test("the home of a box stays, and each box has its own", async () => {
  await using user = await User.make();
  const [one, other] = [await user.folder(), await user.folder()];
  await user.ok(["shell", "--", "sh", "-c", "echo mine >~/note"], { cwd: one });
  assert.equal(await user.ok(["shell", "--", "sh", "-c", "cat ~/note"], { cwd: one }), "mine\n");
  assert.notEqual(
    (await user.run(["shell", "--", "test", "-e", "/home/agent/note"], { cwd: other })).code,
    0,
  );
});

Deno.test("--entrypoint and -e count for one run", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const out = await user.ok(["shell", "-e", "A=1 2", "--entrypoint", "printenv", "--", "A"], { cwd });
  assert.equal(out, "1 2\n");
  assert.notEqual((await user.run(["shell", "--", "printenv", "A"], { cwd })).code, 0);
});

Deno.test("nothing of the host's environment reaches a box but what is meant to", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const env = { SECRET_OF_THE_HOST: "s3cret", AWS_SECRET_ACCESS_KEY: "s3cret", http_proxy: "http://s3cret" };
  assert.doesNotMatch(await user.ok(["shell", "--", "env"], { cwd, env }), /s3cret/);
});

Deno.test("F10: this program runs inside a box, and says that it is in one", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const outside = await user.ok(["--version"]);
  assert.match(outside, /\d+\.\d+\.\d+/);
  const words = `kanibako --version; for c in "" start "shell -- ls" stop; do kanibako $c </dev/null; done`;
  const inside = await user.run(["shell", "--", "sh", "-c", words], { cwd });
  assert.equal(inside.stdout, outside);
  assert.equal(
    inside.stderr.match(/^Error: You are in the box p1-\w+ already\.$/gm)?.length,
    4,
    inside.stderr,
  );
  assert.equal(inside.code, 1);
});

Deno.test("a standalone project keeps its box in its folder, out of the box's sight", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["create", "--standalone"], { cwd });
  await Deno.writeTextFile(`${cwd}/file`, "seen");
  const out = await user.ok(
    [
      "shell",
      "--",
      "sh",
      "-c",
      "cat file; ls -A .kanibako; touch .kanibako/x 2>/dev/null || echo closed; echo x >~/note",
    ],
    { cwd },
  );
  assert.equal(out, "seenclosed\n");
  assert.ok((await Array.fromAsync(Deno.readDir(`${cwd}/.kanibako`))).length > 0);
  assert.equal(await user.ok(["shell", "--", "sh", "-c", "cat ~/note"], { cwd }), "x\n");
});

Deno.test("--plan shows all, creates nothing, and asks the engine at most whether the rig is here", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const { env, calls } = await recorder(user);
  const before = await tree(user.home);
  const plan = JSON.parse(await user.ok(["shell", "--plan", "--json", "--", "id"], { cwd, env })).plan;
  assert.equal(plan.network, "none");
  assert.ok(plan.mounts.some((mount: { source: string }) => mount.source === cwd));
  const shown = await user.ok(["shell", "--plan", "--", "id"], { cwd, env });
  assert.match(shown, /\/home\/agent\/workspace/);
  assert.match(
    shown,
    /\/run\/kanibako\/in +ro +\(enter, env(, \w+)*, todo-\w+\/ with \d+ files, todo, helpers\)/,
  );
  assert.deepEqual(await calls(), ["images", "images"]);
  assert.deepEqual(await tree(user.home), before);
  assert.deepEqual(await user.containers(), []);
  assert.equal((await user.run(["box", "info"], { cwd })).code, 1, "there is no such box yet");
});

Deno.test("the engine is asked nothing before a run, and once for a listing", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const { env, calls } = await recorder(user);
  await user.ok(["shell", "--", "true"], { cwd, env });
  await pause(500); // what may follow a first run
  await calls();
  await user.ok(["shell", "--", "true"], { cwd, env });
  assert.deepEqual(await calls(), ["run"]);
  await user.ok(["list"], { env });
  assert.deepEqual(await calls(), ["ps"]);
  await user.ok(["ps", "--json"], { env });
  assert.deepEqual(await calls(), ["ps"]);
  await user.ok(["box", "info"], { cwd, env });
  assert.deepEqual(await calls(), ["ps"]);
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd, env });
  await pause(500);
  assert.equal((await calls())[0], "run");
  // Until the box's own steward answers, the engine is what calls go through.
  const alone = async () => {
    await user.ok(["shell", "--", "true"], { cwd, env });
    const made = await calls();
    assert.ok(made.length === 0 || made.join() === "exec", made.join());
    return made.length === 0;
  };
  await until(alone, undefined, "each call still goes through the engine");
});

Deno.test("an engine that is not there is named", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const missing = await user.run(["shell", "--", "true"], {
    cwd,
    env: { KANIBAKO_DOCKER_CMD: "/no/such/engine" },
  });
  assert.notEqual(missing.code, 0);
  assert.match(missing.stderr, /KANIBAKO_DOCKER_CMD/);
  assert.equal((await user.run(["shell", "--engine", engine, "--", "true"], { cwd })).code, 0);
});

/** Every path below a folder. */
async function tree(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    paths.push(path);
    if (entry.isDirectory) paths.push(...await tree(path));
  }
  return paths.sort();
}
