import assert from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { discardQuarantined, quarantineOf, restoreQuarantined } from "../../../lib/app/project/quarantine.ts";
import { Kanibako } from "../../../lib/app/kanibako.ts";
import { itemFolder, type Quarantined, writeItem } from "../../../lib/protect/quarantine.ts";
import { AppWorld } from "../world.ts";

/** Something in the quarantine of a project's box. */
async function put(
  state: string,
  id: string,
  path: string,
  changes: Partial<Quarantined> = {},
): Promise<void> {
  await writeItem(state, {
    id,
    path,
    reason: "new",
    kind: "file",
    mode: 0o755,
    size: 5,
    entry: "git-hook",
    run: "run-1",
    at: 1,
    ...changes,
  });
  await Deno.writeTextFile(`${itemFolder(state, id)}/content`, `${id}\n`, { mode: 0o755 });
}

Deno.test("T01-protect things of the quarantine are listed with what they do, restored after a question, and deleted", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  const { project: { state } } = await create(world.host, { path, cwd: "/" });
  assert.deepEqual((await quarantineOf(world.host, path, "/")).things, []);
  await put(state, "one", ".git/hooks/pre-push");
  await put(state, "two", ".git/hooks/pre-push", { reason: "changed" });
  await put(state, "three", ".envrc", { entry: "direnv" });
  const { things } = await quarantineOf(world.host, path, "/");
  assert.deepEqual(
    things.map(({ id, what, effect }) => [id, what, effect]),
    [
      ["one", "git hook", "runs when you push"],
      ["three", "direnv file", "runs when you cd here, once direnv allows it"],
      ["two", "git hook", "runs when you push"],
    ],
  );
  const names = [".git/hooks/pre-push"];
  // The answer is no.
  await assert.rejects(restoreQuarantined(world.host, path, "/", names), { name: "Aborted" });
  assert.throws(() => Deno.lstatSync(`${path}/.git`), Deno.errors.NotFound);
  await assert.rejects(restoreQuarantined(world.host, path, "/", ["x"], { force: true }), {
    code: "not-quarantined",
  });
  const [first] = await restoreQuarantined(world.host, path, "/", names, { force: true });
  assert.deepEqual([first!.thing.id, first!.replaced], ["two", undefined]);
  assert.equal(Deno.readTextFileSync(`${path}/.git/hooks/pre-push`), "two\n");
  const [second] = await restoreQuarantined(world.host, path, "/", ["one"], { force: true });
  assert.equal(second!.replaced?.reason, "replaced");
  assert.equal(Deno.readTextFileSync(`${path}/.git/hooks/pre-push`), "one\n");
  const gone = await discardQuarantined(world.host, path, "/", [], { all: true, force: true });
  assert.deepEqual(gone.map((thing) => thing.path).sort(), [".envrc", ".git/hooks/pre-push"]);
  assert.deepEqual((await quarantineOf(world.host, path, "/")).things, []);
});

Deno.test("T01-protect the library lists, restores and deletes without questions", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("api");
  const { project: { state } } = await create(world.host, { path, cwd: "/" });
  const environment = Object.entries(world.sandbox.env()).filter(([name]) => /^(HOME|XDG_)/.test(name));
  const before = environment.map(([name]) => [name, Deno.env.get(name)] as const);
  try {
    for (const [name, value] of environment) if (value !== undefined) Deno.env.set(name, value);
    const kanibako = await Kanibako.open({ cwd: path });
    await put(state, "one", ".envrc", { entry: "direnv" });
    await put(state, "two", ".husky/pre-push", { entry: "husky" });
    assert.deepEqual((await kanibako.quarantine()).map((thing) => thing.path), [".envrc", ".husky/pre-push"]);
    await kanibako.restoreQuarantined([".husky/pre-push"]);
    assert.equal(Deno.readTextFileSync(`${path}/.husky/pre-push`), "two\n");
    await kanibako.discardQuarantined([".envrc"]);
    assert.deepEqual(await kanibako.quarantine(), []);
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
});
