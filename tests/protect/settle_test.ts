// T01, T02, T07: what a box left at protected places, and what becomes of it.

import assert from "node:assert/strict";
import { taken, World } from "./support.ts";

Deno.test("T01-protect a session that touches nothing protected leaves all as it is", async () => {
  await using world = await World.make();
  const before = Deno.lstatSync(world.path(".git/config"));
  const settled = await world.session(async () => {
    await world.write("src/main.c", "int main() { return 1; }\n");
    await world.write("src/new.c", "");
    await world.write(".git/objects/ab/cdef", "");
    await world.write(".git/HEAD", "ref: refs/heads/other\n");
  });
  assert.deepEqual(settled, { taken: [], failed: [] });
  assert.equal(Deno.lstatSync(world.path(".git/config")).ino, before.ino);
  assert.ok(world.there("src/new.c"));
  assert.deepEqual([...Deno.readDirSync(`${world.state}/protect`)], []);
});

Deno.test("T01-protect what is made at a protected place goes to the quarantine, whole and with its mode", async () => {
  await using world = await World.make();
  const settled = await world.session(async () => {
    await world.write(".git/hooks/pre-push", "#!/bin/sh\nevil\n", 0o750);
    await world.write(".envrc", "evil\n");
    await world.write(".claude/settings.json", "{}\n");
    await world.write("Makefile", "all:\n");
  });
  assert.deepEqual(settled.failed, []);
  assert.deepEqual(taken(settled), [".claude/settings.json new", ".envrc new", ".git/hooks/pre-push new"]);
  assert.ok(!world.there(".git/hooks/pre-push") && !world.there(".envrc") && world.there("Makefile"));
  const items = await world.items();
  assert.deepEqual(items.map(({ path }) => path).sort(), [
    ".claude/settings.json",
    ".envrc",
    ".git/hooks/pre-push",
  ]);
  const hook = items.find(({ path }) => path.endsWith("pre-push"))!;
  assert.equal(hook.entry, "git-hook");
  assert.equal(Deno.readTextFileSync(world.content(hook)), "#!/bin/sh\nevil\n");
  assert.equal(Deno.lstatSync(world.content(hook)).mode! & 0o777, 0o750);
});

Deno.test("T01-protect all takes what hooks leaves: a Makefile", async () => {
  await using world = await World.make();
  const settled = await world.session(() => world.write("Makefile", "all:\n"), "all");
  assert.deepEqual(taken(settled), ["Makefile new"]);
});

Deno.test("T02-protect what was changed or removed all the same is put back, and the change kept", async () => {
  await using world = await World.make();
  const settled = await world.session(async () => {
    await world.write(".git/config", "[core]\n\tfsmonitor = evil\n");
    await Deno.remove(world.path(".vscode/tasks.json"));
    await Deno.chmod(world.path(".git/hooks/pre-commit"), 0o600);
  });
  assert.deepEqual(taken(settled), [".git/config changed", ".git/hooks/pre-commit changed"]);
  assert.equal(world.read(".git/config"), "[core]\n\tbare = false\n");
  assert.equal(world.read(".vscode/tasks.json"), "{}\n");
  assert.equal(Deno.lstatSync(world.path(".git/hooks/pre-commit")).mode! & 0o777, 0o755);
});

Deno.test("T02-protect a folder on the way that is renamed away and made new is found by its path", async () => {
  await using world = await World.make();
  const settled = await world.session(async () => {
    await Deno.rename(world.path(".git"), world.path(".git2"));
    await world.write(".git/config", "[core]\n\tfsmonitor = evil\n");
    await world.write(".git/hooks/post-checkout", "evil\n", 0o755);
  });
  assert.deepEqual(taken(settled), [".git/config changed", ".git/hooks/post-checkout new"]);
  assert.equal(world.read(".git/config"), "[core]\n\tbare = false\n");
  assert.ok(world.there(".git/hooks/pre-commit"));
});

Deno.test("T02-protect a link in the place of a folder on the way, or of a place, goes to the quarantine itself", async () => {
  await using world = await World.make();
  const outside = `${world.base}/outside`;
  await Deno.mkdir(outside);
  await Deno.writeTextFile(`${outside}/tasks.json`, "not yours\n");
  const settled = await world.session(async () => {
    await Deno.rename(world.path(".vscode"), world.path("old"));
    await Deno.symlink(outside, world.path(".vscode"));
    await Deno.rename(world.path(".git/hooks"), world.path(".git/old"));
    await Deno.symlink(outside, world.path(".git/hooks"));
  });
  assert.deepEqual(taken(settled), [".git/hooks changed", ".vscode changed"]);
  assert.equal(world.read(".vscode/tasks.json"), "{}\n");
  assert.ok(Deno.lstatSync(world.path(".git/hooks")).isDirectory);
  assert.deepEqual([...Deno.readDirSync(outside)].map(({ name }) => name), ["tasks.json"]);
  for (const item of await world.items()) assert.equal(Deno.readLinkSync(world.content(item)), outside);
});
