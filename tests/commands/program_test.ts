import assert from "node:assert/strict";
import { version } from "../../lib/host/version.ts";
import { Sandbox } from "./program.ts";

Deno.test("program: --version and --help need neither home nor engine, and write nothing", async () => {
  await using sandbox = await Sandbox.make({ engine: false });
  assert.deepEqual(await sandbox.run(["--version"]), {
    code: 0,
    stdout: `kanibako ${version}\n`,
    stderr: "",
  });
  assert.deepEqual(await sandbox.run(["-v", "--version"]), {
    code: 0,
    stdout: `kanibako ${version}\n`,
    stderr: "",
  });
  for (const words of [["--help"], ["-h"], ["help"], ["start", "--help"], ["box", "-h"], ["help", "rig"]]) {
    const { code, stdout, stderr } = await sandbox.run(words);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /Usage: kanibako/);
  }
  const left = [...Deno.readDirSync(sandbox.home)].map(({ name }) => name).sort();
  assert.deepEqual(left, ["bin", "work"]);
});

Deno.test("program: a usage error shows what is wrong and how it is called, with exit code 2", async () => {
  await using sandbox = await Sandbox.make();
  for (
    const [words, message] of [
      [["start", "-N", "-R"], /--new and --resume cannot be used together/],
      [["start", "-A", "-S"], /cannot be used together/],
      [["shell", "--persistent", "--ephemeral"], /cannot be used together/],
      [["list", "--nonsense"], /Unknown option --nonsense/],
      [["rm"], /TARGET is missing/],
      [["start", "--network", "closed"], /one of none, filtered, open/],
      [["start", "a", "b"], /Unexpected argument "b"/],
    ] as const
  ) {
    const { code, stdout, stderr } = await sandbox.run(words);
    assert.equal(code, 2, words.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, message);
    assert.match(stderr, /\nUsage: kanibako /);
  }
});

Deno.test("program: an unknown word is refused with the nearest command or project, also inside a project", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  for (
    const [word, hint] of [
      ["lst", /Did you mean "kanibako list"\?/],
      ["info", /Did you mean "kanibako box info"\?/],
      ["network", /Did you mean "kanibako box network"\?/],
      ["net", /Did you mean "kanibako box network"\?/],
      ["ports", /Did you mean "kanibako box port"\?/],
      ["refuse", /Did you mean "kanibako box network refuse"\?/],
      ["wrok", /Did you mean work\?/],
    ] as const
  ) {
    const { code, stdout, stderr } = await sandbox.run([word]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.ok(stderr.startsWith(`Error: There is no command or project "${word}".\n`), stderr);
    assert.match(stderr, hint);
  }
  assert.deepEqual((await sandbox.engineCalls()).filter((call) => /\b(run|exec)\b/.test(call)), []);
});

Deno.test("F11: a first word that is neither command nor project is called that, whatever words follow", async () => {
  await using sandbox = await Sandbox.make();
  for (
    const [words, hint] of [
      [["net", "test", "x"], `Did you mean "kanibako box network"?`],
      [["publish", "3000"], `Did you mean "kanibako box port add"?`],
      [["open", "3000"], `Did you mean "kanibako box open"?`],
      [["exec", "ls"], `Did you mean "kanibako shell"?`],
      [["rename", "a", "b"], "To rename a project: kanibako box migrate PROJECT --name NEW"],
      [["qqqq", "b"], "See all commands: kanibako --help"],
    ] as const
  ) {
    const { code, stderr } = await sandbox.run(words);
    assert.equal(code, 2);
    assert.equal(stderr, `Error: There is no command or project "${words[0]}".\n  → ${hint}\n`);
  }
  // Where it is a project, the word after it is what is wrong.
  await sandbox.run(["create", "--name", "exec"]);
  const project = await sandbox.run(["exec", "ls"]);
  assert.match(project.stderr, /^Error: Unexpected argument "ls"\.\n.*"exec" is no command here/);
  for (const [verb, hint] of [["build", "rig prep"]] as const) {
    const { code, stderr } = await sandbox.run(["rig", verb]);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^Error: There is no command "rig ${verb}"\\.\\n.*${hint}`));
  }
  const help = await sandbox.run(["network", "--help"]);
  assert.match(help.stdout, /Usage: kanibako box network COMMAND/);
});

Deno.test("program: the first command that writes sets up the configuration once; what reads does not", async () => {
  await using sandbox = await Sandbox.make();
  const reading = [
    "crab list",
    "setup",
    "completions bash",
    "list",
    "workset list",
    "system config",
    "--plan",
  ];
  for (const line of reading) {
    const { code, stderr } = await sandbox.run(line.split(" "));
    assert.equal(code, 0, stderr);
    assert.equal(await Deno.stat(`${sandbox.home}/config/kanibako.toml`).catch(() => undefined), undefined);
  }
  await sandbox.run(["create"]);
  const file = `${sandbox.home}/config/kanibako.toml`;
  const before = await Deno.stat(file);
  await sandbox.run(["config"]);
  assert.equal((await Deno.stat(file)).mtime?.getTime(), before.mtime?.getTime());
});

Deno.test("program: an unreadable configuration is one line, not a stack", async () => {
  await using sandbox = await Sandbox.make();
  await Deno.mkdir(`${sandbox.home}/config`, { mode: 0o700 });
  await Deno.writeTextFile(`${sandbox.home}/config/kanibako.toml`, "[box\n");
  await Deno.chmod(`${sandbox.home}/config/kanibako.toml`, 0o600);
  const { code, stdout, stderr } = await sandbox.run(["list"]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^Error: Cannot read .*kanibako\.toml.*line 1/);
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+/);
});

Deno.test("program: a reader that goes away early is no error", async () => {
  await using sandbox = await Sandbox.make();
  const { run } = await import("../../lib/host/process.ts");
  const cli = new URL("../../cli.ts", import.meta.url).pathname;
  const command = `'${Deno.execPath()}' run -A --no-check --quiet '${cli}' help start | true`;
  const { code, stderr } = await run(["/bin/sh", "-c", command], { env: sandbox.env });
  assert.deepEqual([code, stderr], [0, ""]);
});

Deno.test("N10: output that cannot be written is one sentence and exit code 1, whatever writes it", async () => {
  await using sandbox = await Sandbox.make();
  for (const words of ["list", "--help", "box --help", "--version", "completions bash"]) {
    const { code, stderr } = await sandbox.shell(`kanibako ${words} >/dev/full`);
    assert.equal(code, 1, words);
    assert.match(stderr, /^Error: Cannot write the output: no space [^\n]*\n$/, words);
  }
  // Where there is nowhere to say it, the code is all there is.
  assert.deepEqual(await sandbox.shell("kanibako list >/dev/full 2>&1"), { code: 1, stdout: "", stderr: "" });
  assert.equal((await sandbox.shell("kanibako list >/dev/null")).code, 0);
});

Deno.test("F18: a diagnosis needs no program of the machine, and shows what it finds", async () => {
  await using sandbox = await Sandbox.make();
  const { code, stdout } = await sandbox.run(["system", "diagnose"]);
  assert.equal(code, 0);
  assert.match(stdout, /\] Container engine: podman 4\.3\.1/);
  assert.match(stdout, /\] Storage: [0-9.]+ [GM]B free of [0-9.]+ [GM]B/);
});

const unshare = new Deno.Command("unshare", {
  args: ["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
  stdout: "null",
  stderr: "null",
});
const mounts = await unshare.output().then(({ success }) => success, () => false);
Deno.test({
  name: `C46: a disk without space, or without inodes, is named as that${
    mounts ? "" : " (not run: no file system can be mounted here)"
  }`,
  ignore: !mounts,
  fn: async () => {
    await using sandbox = await Sandbox.make();
    await sandbox.run(["create"]);
    await Deno.mkdir(`${sandbox.home}/full`);
    const path = "PATH=/usr/bin:/bin:/usr/sbin:/sbin";
    const on = (options: string, fill: string, command: string) =>
      sandbox.shell(`${path} unshare --user --map-root-user --mount sh -c '
        mount -t tmpfs -o ${options} none "$HOME/full" || exit 99
        export XDG_STATE_HOME="$HOME/full"; ${fill}
        PATH="$HOME/bin"; ${command}'`);
    const noSpace = 'head -c 9M /dev/zero >"$HOME/full/zero" 2>/dev/null';
    const noInodes = 'i=0; while (: >"$HOME/full/$i") 2>/dev/null; do i=$((i + 1)); done';
    const setting = "kanibako box config model=x";
    const space = await on("size=4m,nr_inodes=300", noSpace, setting);
    const inodes = await on("size=4m,nr_inodes=300", noInodes, setting);
    assert.deepEqual([space.code, inodes.code], [1, 1]);
    const named = (what: string) => new RegExp(`no ${what} (is|are) left at ${sandbox.home}/full\\n`, "i");
    assert.match(space.stderr, named("space"));
    assert.match(inodes.stderr, named("inodes"));
    assert.match(inodes.stderr, /df -i /);
    for (const { stderr } of [space, inodes]) assert.doesNotMatch(stderr, /bug in kanibako|os error/);
    assert.equal((await on("size=4m,nr_inodes=300", ":", setting)).code, 0);
  },
});
