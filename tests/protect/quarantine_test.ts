// The quarantine: across file systems, through kills, and back again.

import assert from "node:assert/strict";
import { discard, giveBack } from "../../lib/protect/give_back.ts";
import { listQuarantine, writeItem } from "../../lib/protect/quarantine.ts";
import { taken, World } from "./support.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname);

/** A folder on another file system than temporary files are, where there is one. */
const elsewhere = ((): string | undefined => {
  try {
    const [one, other] = [Deno.statSync("/dev/shm").dev, Deno.statSync(Deno.env.get("TMPDIR") ?? "/tmp").dev];
    return one === other ? undefined : "/dev/shm";
  } catch {
    return undefined;
  }
})();

Deno.test({
  name: "T07-protect a quarantine on another file system gets all that one rename would have given it" +
    (elsewhere ? "" : " (there is no other file system here)"),
  ignore: !elsewhere,
  fn: async () => {
    await using world = await World.make(`${elsewhere}/kanibako-protect-${crypto.randomUUID()}`);
    const settled = await world.session(async () => {
      await world.write(".git/hooks/pre-push", "evil\n", 0o750);
      await world.write(".husky/deep/pre-commit", "evil\n", 0o700);
      await Deno.symlink("/etc", world.path(".git/hooks/link"));
      await new Deno.Command("mkfifo", { args: [world.path(".envrc")] }).output();
      await world.write(".git/config", "changed\n");
      await new Deno.Command("truncate", { args: ["-s", "5G", world.path(".git/hooks/huge")] }).output();
      await new Deno.Command("fallocate", { args: ["-l", "1200M", world.path(".git/hooks/large")] }).output();
    });
    assert.deepEqual(settled.failed, []);
    assert.deepEqual([...Deno.readDirSync(world.path(".git/hooks"))].map(({ name }) => name), ["pre-commit"]);
    assert.equal(world.read(".git/config"), "[core]\n\tbare = false\n");
    const items = await world.items();
    assert.equal(items.length, 7);
    const of = (name: string) => items.find(({ path }) => path.endsWith(name))!;
    assert.equal(Deno.lstatSync(world.content(of("pre-push"))).mode! & 0o777, 0o750);
    assert.equal(Deno.readLinkSync(world.content(of("link"))), "/etc");
    assert.equal(Deno.readTextFileSync(world.content(of(".git/config"))), "changed\n");
    assert.equal(of(".envrc").kind, "fifo");
    assert.equal(Deno.lstatSync(world.content(of("huge"))).size, 5 * 2 ** 30); // all of it a hole
    // Too large to be copied: it is in the project still, under a name that nothing runs.
    assert.equal(of("large").aside, `.kanibako-quarantined-${of("large").id}`);
    assert.ok(world.there(of("large").aside!));
    await giveBack(world.state, world.workspace, of("large"));
    assert.equal(Deno.lstatSync(world.path(".git/hooks/large")).size, 1200 * 2 ** 20);
    await giveBack(world.state, world.workspace, of("pre-push"));
    assert.equal(Deno.lstatSync(world.path(".git/hooks/pre-push")).mode! & 0o777, 0o750);
    assert.equal(world.read(".git/hooks/pre-push"), "evil\n");
    for (const item of await world.items()) await discard(world.state, world.workspace, item);
    assert.deepEqual([...Deno.readDirSync(`${world.state}/quarantine`)], []);
  },
});

Deno.test("T01-protect what is restored is as it was taken; what stood there is in the quarantine", async () => {
  await using world = await World.make();
  await world.session(async () => {
    await world.write(".git/config", "changed\n", 0o600);
    await world.write(".husky/pre-push", "made\n", 0o711);
    await world.write(".claude/hooks/deep/x.sh", "made\n", 0o700);
  });
  await Deno.remove(world.path(".husky"), { recursive: true });
  for (const item of await world.items()) await giveBack(world.state, world.workspace, item);
  assert.equal(world.read(".git/config"), "changed\n");
  assert.equal(Deno.lstatSync(world.path(".git/config")).mode! & 0o777, 0o600);
  assert.equal(Deno.lstatSync(world.path(".husky/pre-push")).mode! & 0o777, 0o711);
  assert.equal(world.read(".claude/hooks/deep/x.sh"), "made\n");
  const [before, ...more] = await world.items();
  assert.deepEqual(more, []);
  assert.equal(before!.reason, "replaced");
  assert.equal(Deno.readTextFileSync(world.content(before!)), "[core]\n\tbare = false\n");
});

Deno.test("T07-protect a link on the way keeps a thing from being restored elsewhere", async () => {
  await using world = await World.make();
  await world.session(() => world.write(".husky/pre-push", "made\n"));
  const outside = `${world.base}/outside`;
  await Deno.mkdir(outside);
  await Deno.remove(world.path(".husky"), { recursive: true });
  await Deno.symlink(outside, world.path(".husky"));
  const [item] = await world.items();
  await assert.rejects(giveBack(world.state, world.workspace, item!), { code: "unsafe-tree" });
  assert.deepEqual([...Deno.readDirSync(outside)], []);
  assert.equal((await world.items()).length, 1);
});

Deno.test("T07-protect a process killed at any moment loses nothing", async () => {
  await using world = await World.make();
  const hooks = Array.from({ length: 300 }, (_, at) => `.git/hooks/hook-${at}`);
  await world.begin();
  for (const path of hooks) await world.write(path, path);
  await world.write(".git/config", "changed\n");
  await world.write(".envrc", "made\n");
  let kills = 0;
  for (let at = 0; at < 12; at++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "-q", `${root}tests/protect/settle_worker.ts`, world.state, "run-1"],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 15 * at));
    try {
      child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await reader.cancel();
    if ((await child.status).signal === "SIGKILL") kills++;
    const where = [
      ...hooks.filter((path) => world.there(path)),
      ...(await world.items()).map(({ path }) => path).filter((path) => hooks.includes(path)),
    ];
    assert.equal(new Set(where).size, hooks.length);
  }
  assert.ok(kills > 0);
  await world.end();
  assert.equal(world.read(".git/config"), "[core]\n\tbare = false\n");
  const items = await world.items();
  assert.deepEqual(new Set(items.map(({ path }) => path)), new Set([...hooks, ".git/config", ".envrc"]));
  for (const item of items.filter(({ path }) => hooks.includes(path))) {
    assert.equal(Deno.readTextFileSync(world.content(item)), item.path);
  }
  assert.deepEqual([...Deno.readDirSync(world.path(".git/hooks"))].map(({ name }) => name), ["pre-commit"]);
});

Deno.test("T07-protect what was on its way between file systems is brought by the next call", async () => {
  await using world = await World.make();
  await world.begin();
  const item = {
    path: ".envrc",
    reason: "new",
    kind: "file",
    mode: 0o644,
    size: 5,
    entry: "direnv",
    run: "run-1",
    at: 1,
  } as const;
  // Set aside and not copied; copied and not removed; recorded and not moved.
  await world.write(".kanibako-quarantined-one", "made\n");
  await writeItem(world.state, { ...item, id: "one", aside: ".kanibako-quarantined-one" });
  await world.write(".kanibako-quarantined-two", "made\n");
  await writeItem(world.state, { ...item, id: "two", aside: ".kanibako-quarantined-two" });
  await Deno.writeTextFile(`${world.state}/quarantine/two/content`, "made\n");
  await writeItem(world.state, { ...item, id: "three" });
  await world.write("keep", "");
  await writeItem(world.state, { ...item, id: "four", aside: "keep" });
  await world.end();
  const items = await listQuarantine(world.state);
  assert.deepEqual(items.map(({ id, aside }) => [id, aside]), [["one", undefined], ["two", undefined]]);
  for (const one of items) assert.equal(Deno.readTextFileSync(world.content(one)), "made\n");
  assert.ok(!world.there(".kanibako-quarantined-one") && !world.there(".kanibako-quarantined-two"));
  assert.ok(world.there("keep"));
});

Deno.test("T02-protect what the host's user changes at a place the box cannot reach is left alone", async () => {
  await using world = await World.make();
  const session = async (act: () => Promise<void>) => {
    await world.begin("hooks", "run-1", true);
    await act();
    return taken(await world.end());
  };
  assert.deepEqual(
    await session(async () => {
      await Deno.remove(world.path(".git/config"));
      await world.write(".git/config", "[core]\n\tbare = false\n[remote]\n");
      await world.write(".git/hooks/post-merge", "mine\n");
    }),
    [],
  );
  assert.ok(world.there(".git/hooks/post-merge"));
  // A box can rename the folder that its mount is in, and then the way is another.
  assert.deepEqual(
    await session(async () => {
      await Deno.rename(world.path(".git"), world.path(".git2"));
      await world.write(".git/config", "evil\n");
      await world.write(".git/hooks/pre-push", "evil\n");
    }),
    [".git/config changed", ".git/hooks/pre-push new"],
  );
  // Through another name of the file it can write it.
  await Deno.link(world.path(".git/config"), world.path("notes"));
  assert.deepEqual(await session(() => world.write("notes", "evil\n")), [".git/config changed"]);
});
