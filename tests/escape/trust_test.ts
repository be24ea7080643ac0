/** T12, T13, T14, T58: settings and folders that decide what boxes may do are ours, whole and understood, or nothing starts. */

import assert from "node:assert/strict";
import { User } from "../support/program.ts";
import { inBox, within } from "./support.ts";

/** What starts a box, in every way there is. */
const STARTS = [["shell", "--", "true"], ["start", "--ephemeral", "--entrypoint", "true"], [
  "shell",
  "--plan",
]];

/** Fails unless nothing starts, and the reason is given in words that match `why`. */
async function assertRefused(user: User, folder: string, why: RegExp, what: string): Promise<void> {
  for (const words of STARTS) {
    const refused = await within(user.run(words, { cwd: folder }));
    assert.notEqual(refused.code, 0, `${what}: ${words.join(" ")} went on`);
    assert.match(refused.stderr, why, `${what}: ${words.join(" ")}`);
    assert.doesNotMatch(refused.stderr, /bug in kanibako/, `${what}: ${words.join(" ")}`);
  }
}

/** A user with a project, and the places of their files. */
async function setUp(): Promise<
  { user: User; folder: string; metadata: string; files: Record<string, string> }
> {
  const user = await User.make();
  const folder = await user.folder();
  await user.ok(["create", folder]);
  const metadata = `${user.data}/boxes/${folder.slice(folder.lastIndexOf("/") + 1)}`;
  const files = {
    "the system's": `${user.home}/.config/kanibako.toml`,
    "the box's": `${metadata}/project.toml`,
    "the workset's": `${user.data}/config.toml`,
  };
  return { user, folder, metadata, files };
}

Deno.test("T12 a setting nobody knows is an error that names the nearest one, at every level", async () => {
  const { user, folder, files } = await setUp();
  await using _user = user;
  for (const [level, path] of Object.entries(files)) {
    const before = await Deno.readTextFile(path).catch(() => "");
    for (
      const [wrong, right] of [["box.securty", "box.security"], ["box.netwrk", "box.network"], [
        "box.Pids",
        "box.pids",
      ]]
    ) {
      await Deno.writeTextFile(path, `${wrong} = "x"\n${before}`);
      await assertRefused(
        user,
        folder,
        new RegExp(`${wrong}.*[Dd]id you mean ${right}`),
        `${level} ${wrong}`,
      );
    }
    await Deno.writeTextFile(path, before);
  }
  assert.equal((await inBox(user, folder, "exit 3")).code, 3);
});

Deno.test("T12 T14 a value that is not allowed, or only for one run, is an error at every level", async () => {
  const { user, folder, files } = await setUp();
  await using _user = user;
  const lines = [
    'box.security = "none"',
    'box.security = "nested"',
    'box.security = "minimal"',
    "box.security = false",
    'box.network = "host"',
    "box.pids = -1",
    "box.pids = 1e99",
    'box.pids = "many"',
    'box.memory = "-5g"',
    'box.ports = ["3000-3010"]',
    'box.ports = ["example.com:3000"]',
    "box.privileged = true",
    "box.cap_add = ['SYS_ADMIN']",
  ];
  for (const [level, path] of Object.entries(files)) {
    const before = await Deno.readTextFile(path).catch(() => "");
    for (const line of lines) {
      await Deno.writeTextFile(path, `${line}\n${before.replace(/^box\..*\n/, "")}`);
      await assertRefused(user, folder, /Cannot read/, `${level} ${line}`);
    }
    await Deno.writeTextFile(path, before);
  }
  for (const flags of [["--security", "none"], ["--network", "host"], ["--pids", "0"], ["--memory", "x"]]) {
    assert.equal((await inBox(user, folder, "true", flags)).code, 2, flags.join(" "));
  }
  assert.equal((await inBox(user, folder, "exit 3", ["--security", "strict", "--pids", "99"])).code, 3);
});

Deno.test("T13 a settings file that cannot be read or understood stops every launch: it is not taken for empty", async () => {
  const { user, folder, metadata, files } = await setUp();
  await using _user = user;
  const shapes: Record<string, (path: string) => Promise<unknown>> = {
    "a folder": (path) => Deno.mkdir(path),
    "no TOML": (path) => Deno.writeTextFile(path, "[box\nsecurity = "),
    "half a file": (path) => Deno.writeTextFile(path, 'box.network = "no'),
    "binary": (path) => Deno.writeFile(path, new Uint8Array([0, 1, 2, 255, 254, 10])),
    "a key twice": (path) => Deno.writeTextFile(path, 'box.network = "none"\nbox.network = "open"\n'),
    "endless depth": (path) => Deno.writeTextFile(path, `x = ${"[".repeat(100_000)}`),
    "endless keys": (path) => Deno.writeTextFile(path, `shared${".a".repeat(50_000)} = 1\n`),
    // Root reads what nobody may read.
    ...(Deno.uid() === 0 ? {} : {
      "a file nobody may read": async (path: string) => {
        await Deno.writeTextFile(path, "");
        await Deno.chmod(path, 0o000);
      },
    }),
  };
  const all = {
    ...files,
    "the box's variables": `${metadata}/env`,
    "the system's variables": `${user.data}/env`,
  };
  for (const [level, path] of Object.entries(all)) {
    await Deno.rename(path, `${path}.kept`).catch(() => {});
    for (const [what, put] of Object.entries(shapes)) {
      // Any text is a variables file's line, or not.
      if (level.endsWith("variables") && /twice|depth/.test(what)) continue;
      await put(path);
      await assertRefused(user, folder, /Cannot read|cannot be read/, `${level}: ${what}`);
      await Deno.remove(path, { recursive: true });
    }
    await Deno.rename(`${path}.kept`, path).catch(() => {});
  }
  assert.equal((await inBox(user, folder, "exit 3")).code, 3);
});

Deno.test("T13 our own records that are damaged stop the launch, or are made again where nothing rests on them", async () => {
  const { user, folder } = await setUp();
  await using _user = user;
  await inBox(user, folder, "true");
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  const records = [`${user.data}/names.toml`, `${user.state}/boxes/kanibako-${name}/steps.json`];
  for (const path of records) {
    const before = await Deno.readTextFile(path);
    for (const text of ["{", '{"__proto__": {"home": 1}}', "[]", "\0"]) {
      await Deno.writeTextFile(path, text);
      await assertRefused(user, folder, /Cannot read/, `${path}: ${text}`);
    }
    await Deno.writeTextFile(path, before);
  }
  assert.equal((await inBox(user, folder, "exit 3")).code, 3);
});

Deno.test("T58 folders others could write are refused with the command that fixes it, and a state others could only read is closed", async () => {
  const { user, folder } = await setUp();
  await using _user = user;
  const cache = `${user.home}/.cache/kanibako`;
  const env = { XDG_CACHE_HOME: `${user.home}/.cache` };
  assert.equal((await inBox(user, folder, "exit 3", [], { env })).code, 3);
  const cases: [string, number, number, RegExp][] = [
    [user.state, 0o700, 0o772, /chmod 700 /],
    [user.state, 0o700, 0o702, /chmod 700 /],
    [user.data, 0o700, 0o772, /chmod go-w /],
    [user.data, 0o700, 0o702, /chmod go-w /],
    [`${user.home}/.config/kanibako.toml`, 0o600, 0o666, /chmod go-w /],
    // What was learned of the engine, its system call filter and the program as boxes get it.
    [cache, 0o700, 0o772, /chmod go-w /],
  ];
  for (const [path, good, bad, hint] of cases) {
    await Deno.chmod(path, bad);
    const refused = await inBox(user, folder, "true", [], { env });
    assert.equal(refused.code, 1, path);
    assert.match(refused.stderr, hint);
    assert.ok(refused.stderr.includes(path), refused.stderr);
    await Deno.chmod(path, good);
    assert.equal((await inBox(user, folder, "exit 3", [], { env })).code, 3, path);
  }
  for (const mode of [0o750, 0o701]) {
    await Deno.chmod(user.state, mode);
    assert.equal((await inBox(user, folder, "exit 3", [], { env })).code, 3);
    assert.equal((await Deno.stat(user.state)).mode! & 0o777, 0o700);
  }
});

Deno.test("T58 settings folders kept elsewhere are held to the same", async () => {
  const { user, folder } = await setUp();
  await using _user = user;
  for (const key of ["templates", "crabs", "boxes"]) {
    const elsewhere = `${user.home}/elsewhere-${key}`;
    await Deno.mkdir(elsewhere, { mode: 0o700 });
    await user.configure('box.network = "none"', `system.path.${key} = "${elsewhere}"`);
    if (key !== "boxes") assert.equal((await inBox(user, folder, "exit 3")).code, 3, key);
    await Deno.chmod(elsewhere, 0o777);
    const refused = await inBox(user, folder, "true");
    assert.equal(refused.code, 1, key);
    assert.match(refused.stderr, /chmod go-w /, key);
  }
});

Deno.test({
  name: `T58 folders that belong to somebody else are refused${
    Deno.uid() === 0 ? "" : " (only root can give a folder away)"
  }`,
  ignore: Deno.uid() !== 0,
  fn: async () => {
    const { user, folder } = await setUp();
    await using _user = user;
    for (const path of [user.state, user.data, `${user.home}/.config/kanibako.toml`]) {
      await Deno.chown(path, 1234, 1234);
      const refused = await inBox(user, folder, "true");
      assert.equal(refused.code, 1, path);
      assert.match(refused.stderr, /belongs to user 1234/);
      assert.match(refused.stderr, new RegExp(`chown 0 ${path}`));
      await Deno.chown(path, 0, 0);
    }
    await Deno.rename(user.state, `${user.home}/moved`);
    await Deno.symlink(`${user.home}/moved`, user.state);
    assert.match((await inBox(user, folder, "true")).stderr, /is a symlink[^]*rm .*mv /);
    const link = await user.call(["chown", "-h", "1234", user.state]);
    assert.equal(link.code, 0);
    assert.match((await inBox(user, folder, "true")).stderr, /chown -h 0/);
    await Deno.remove(user.state);
    await Deno.rename(`${user.home}/moved`, user.state);
    assert.equal((await inBox(user, folder, "exit 3")).code, 3);
  },
});
