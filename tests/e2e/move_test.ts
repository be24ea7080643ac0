// Projects that are moved about, with real boxes: after each operation a box starts, with its own home and vault, and what
// was put in before is there.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";

/** What is looked for in a box: its home's marker, its vault's, and the code, joined by commas. */
const LOOK = 'echo "$(cat ~/marker),$(cat ~/share-rw/kept),$(cat code)"';

async function look(user: User, project: string): Promise<string> {
  return (await user.ok(["shell", project, "--", "sh", "-c", LOOK])).trim();
}

/** A project in which a box has left something everywhere. */
async function lived(user: User, ...create: string[]): Promise<{ path: string; name: string }> {
  const path = await user.folder();
  await user.ok(["create", path, ...create]);
  await user.ok([
    "shell",
    path,
    "--",
    "sh",
    "-c",
    "echo home > ~/marker; echo vault > ~/share-rw/kept; echo code > code",
  ]);
  return { path, name: path.split("/").at(-1)! };
}

async function status(user: User): Promise<Record<string, string>> {
  const rows = JSON.parse(await user.ok(["list", "--all", "--json"])) as { path: string; status: string }[];
  return Object.fromEntries(rows.map(({ path, status }) => [path, status]));
}

async function modeOf(user: User, path: string): Promise<string> {
  const rows = JSON.parse(await user.ok(["list", "--all", "--json"])) as { path: string; mode: string }[];
  return rows.find((row) => row.path === path)!.mode;
}

Deno.test("a moved project's box starts in its new place with its home and vault", async () => {
  for (const create of [[], ["--standalone"]]) {
    await using user = await User.make();
    const { path, name } = await lived(user, ...create);
    const plan = await user.ok(["box", "move", path, `${user.home}/sub/new`, "--plan"]);
    assert.match(plan, /^Move .* to .*\/sub\/new$/m);
    const refused = await user.run(["box", "move", path, `${user.home}/sub/new`], { input: "no\n" });
    assert.equal(refused.code, 2);
    assert.equal(await look(user, path), "home,vault,code");
    await user.ok(["box", "move", path, `${user.home}/sub/new`], { input: "yes\n" });
    assert.equal(await look(user, name), "home,vault,code");
    assert.deepEqual(await status(user), { [`${user.home}/sub/new`]: "stopped" });
    const gone = await user.run(["shell", path, "--", "true"]);
    assert.equal(gone.code, 1);
  }
});

Deno.test("a duplicate's box has what the original's had, and from then on its own", async () => {
  await using user = await User.make();
  const { path } = await lived(user);
  await user.ok(["box", "duplicate", path, "--force"]);
  const copy = `${path}-copy`;
  assert.equal(await look(user, copy), "home,vault,code");
  await user.ok([
    "shell",
    copy,
    "--",
    "sh",
    "-c",
    "echo other > ~/marker; echo other > ~/share-rw/kept; echo other > code",
  ]);
  assert.equal(await look(user, path), "home,vault,code");
  assert.equal(await look(user, copy), "other,other,other");
  assert.deepEqual(await status(user), { [path]: "stopped", [copy]: "stopped" });
  await user.ok(["box", "fork", "idea", "-p", path]);
  assert.equal(await look(user, `${path}.idea`), "home,vault,code");
});

Deno.test("a duplicate in another mode starts with what the original had", async () => {
  await using user = await User.make();
  const { path } = await lived(user);
  await user.ok(["box", "duplicate", path, "--to", "standalone", `${user.home}/alone`, "--force"]);
  assert.equal(await look(user, `${user.home}/alone`), "home,vault,code");
  assert.equal(await modeOf(user, `${user.home}/alone`), "standalone");
  await user.ok(["workset", "create", `${user.home}/client`]);
  await user.ok([
    "box",
    "duplicate",
    `${user.home}/alone`,
    "--workset",
    "client",
    "--name",
    "one",
    "--force",
  ]);
  assert.equal(await look(user, "client/one"), "home,vault,code");
  await user.ok(["box", "duplicate", "client/one", `${user.home}/back`, "--to", "default", "--force"]);
  assert.equal(await look(user, `${user.home}/back`), "home,vault,code");
  assert.equal(await look(user, path), "home,vault,code");
});

Deno.test("a project goes through all modes and back, and its box always starts with what it had", async () => {
  await using user = await User.make();
  const { path, name } = await lived(user);
  await user.ok(["workset", "create", `${user.home}/client`]);
  const member = `client/${name}`;
  const steps: [words: string[], project: string, mode: string, place: string][] = [
    [[path, "--to", "standalone"], path, "standalone", path],
    [[path, "--to", "account-centric"], path, "default", path],
    [[path, "--to", "workset", "--workset", "client", "--in-place"], member, "workset", path],
    [[member, "--to", "decentralized", "--in-place"], path, "standalone", path],
    [[path, "--workset", "client"], member, "workset", `${user.home}/client/workspaces/${name}`],
    [[member, "--to", "standalone"], path, "standalone", path],
    [[path, "--workset", "client"], member, "workset", `${user.home}/client/workspaces/${name}`],
    [[member, `${user.home}/out`, "--to", "default"], `${user.home}/out`, "default", `${user.home}/out`],
  ];
  for (const [words, project, mode, place] of steps) {
    await user.ok(["box", "migrate", ...words, "--force"]);
    assert.equal(await look(user, project), "home,vault,code", words.join(" "));
    assert.deepEqual(await status(user), { [place]: "stopped" });
    assert.equal(await modeOf(user, place), mode);
  }
});

Deno.test("a project whose folder was moved by hand is found again", async () => {
  for (const create of [[], ["--standalone"]]) {
    await using user = await User.make();
    const { path, name } = await lived(user, ...create);
    await Deno.rename(path, `${user.home}/moved`);
    assert.equal(await user.ok(["list", "--orphan", "-q"]), `${name}\n`);
    await user.ok(["box", "migrate", path, `${user.home}/moved`, "--force"]);
    assert.equal(await user.ok(["list", "--orphan", "-q"]), "");
    assert.equal(await look(user, name), "home,vault,code");
  }
});

Deno.test("a box that runs is not moved, copied or purged, unless it may be stopped", async () => {
  await using user = await User.make();
  const { path, name } = await lived(user);
  await user.ok(["shell", path, "--persistent", "--", "sleep", "1000"]);
  const words = [
    ["box", "move", path, `${user.home}/new`],
    ["box", "duplicate", path],
    ["box", "migrate", path, "--to", "standalone"],
    ["box", "purge", path],
    ["rm", path],
  ];
  for (const each of words) {
    const { code, stderr } = await user.run(each, { input: "yes\n" });
    assert.equal(code, 1, each.join(" "));
    assert.match(stderr, /is running/);
    assert.match(stderr, /kanibako stop/);
  }
  assert.deepEqual(await status(user), { [path]: "active" });
  await user.ok(["box", "move", path, `${user.home}/new`, "--force"]);
  assert.deepEqual(await user.containers(), []);
  assert.equal(await look(user, name), "home,vault,code");
});

Deno.test("a purged project is forgotten, its folder stays, and one made there again starts afresh", async () => {
  await using user = await User.make();
  const { path, name } = await lived(user);
  const refused = await user.run(["box", "purge", path], { input: "no\n" });
  assert.equal(refused.code, 2);
  assert.equal(await look(user, path), "home,vault,code");
  await user.ok(["box", "purge", path], { input: "yes\n" });
  assert.deepEqual(await status(user), {});
  assert.equal(
    await user.ok(["shell", path, "--", "sh", "-c", "cat code; ls -A ~ | grep -c marker || true"]),
    "code\n0\n",
  );
  assert.equal(await user.ok(["list", "-q"]), `${name}\n`);
  await user.ok(["rm", path]);
  await user.ok(["rm", name, "--purge", "--force"]);
  await user.ok(["create", path]);
  await user.ok(["box", "purge", "--all", "--force"]);
  assert.deepEqual(await status(user), {});
});

Deno.test("a command that was killed half way is taken back by the next one, which says so", async () => {
  await using user = await User.make();
  const { path, name } = await lived(user);
  for (let folder = 0; folder < 60; folder++) {
    await Deno.mkdir(`${path}/many/${folder}`, { recursive: true });
    for (let file = 0; file < 200; file++) {
      await Deno.writeTextFile(`${path}/many/${folder}/${file}`, "x".repeat(9000));
    }
  }
  const running = user.start(["box", "duplicate", path, "--force"]);
  await until(async () => {
    const names = [...Deno.readDirSync(user.home)].map((entry) => entry.name);
    return await Promise.resolve(names.some((each) => each.startsWith(".kanibako-")));
  });
  running.kill("SIGKILL");
  assert.equal((await running.ended).signal, "SIGKILL");
  const { code, stdout, stderr } = await user.run(["list", "-q"]);
  assert.equal(code, 0);
  assert.equal(stdout, `${name}\n`);
  assert.match(stderr, /An unfinished duplicate was found .* rolled back/);
  assert.deepEqual(
    [...Deno.readDirSync(user.home)].filter((entry) => entry.name.startsWith(".kanibako-")),
    [],
  );
  assert.equal(await look(user, path), "home,vault,code");
});
