import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { differences, textDifference } from "../../lib/vault/compare/diff.ts";
import { openSides } from "../../lib/vault/compare/sides.ts";
import { openVault } from "../../lib/vault/store.ts";
import { VaultWorld } from "./world.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;

async function found(world: VaultWorld, a?: string, b?: string): Promise<string[]> {
  using vault = await openVault(world.host, world.project, "read");
  await using sides = await openSides(vault, a, b);
  return [...differences(sides, true)].map(({ what, part, path }) => `${what} ${part}/${path}`);
}

async function inHome(world: VaultWorld, path: string, text: string): Promise<void> {
  const file = `${world.project.home}/${path}`;
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(file, text);
}

Deno.test("of a snapshot of single paths these are compared, and nothing else", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "one");
  await world.write("d/e", "one");
  await world.write("d/f", "one");
  const { name } = await world.snapshot();
  await world.write("a", "two");
  await world.write("d/e", "two");
  await world.write("new", "two");
  const { before: first } = await world.restore(name, ["a"]);
  const { before: second } = await world.restore(name, ["d"]);
  assert.deepEqual(await found(world, first), ["changed content/a"]);
  assert.deepEqual(await found(world, second), ["changed content/d/e"]);
  assert.deepEqual(await found(world, name, first), ["changed content/a"]);
  assert.deepEqual(await found(world, first, second), [], "they hold nothing in common");
  assert.deepEqual(
    await found(world, name),
    ["added content/new"],
    "a whole one is compared with all there is",
  );
  using vault = await openVault(world.host, world.project, "read");
  await using sides = await openSides(vault, first, undefined);
  assert.deepEqual(sides.paths, ["a"]);
  assert.match((await textDifference(sides, "a")).join("\n"), /-two[^]*\+one/);
  await assert.rejects(textDifference(sides, "d/f"), refused("unknown-path"));
});

for (const strategy of ["hardlink", "archive"] as const) {
  Deno.test(`the home in a ${strategy} snapshot is compared too, without what is in no snapshot`, async () => {
    await using world = await VaultWorld.make();
    await world.write("a", "one");
    await inHome(world, ".bashrc", "one");
    await inHome(world, ".ssh/id", "secret");
    await world.snapshot({ strategy, includeHome: true }, { name: "one" });
    assert.deepEqual(await found(world), []);
    await inHome(world, ".bashrc", "two and more");
    await inHome(world, ".ssh/other", "secret");
    assert.deepEqual(await found(world), ["changed home/.bashrc"]);
    await world.snapshot({ strategy, includeHome: true }, { name: "two" });
    await inHome(world, ".bashrc", "three");
    assert.deepEqual(await found(world, "one", "two"), ["changed home/.bashrc"]);
    await world.snapshot({ strategy }, { name: "without" });
    assert.deepEqual(await found(world, "one", "without"), [], "one of them has none");
    assert.deepEqual(world.inVersions(), ["one", "two", "without"], "nothing is left of what was unpacked");
  });
}
