import assert from "node:assert/strict";
import { snapshotBefore } from "../../lib/session/snapshot.ts";
import { settings, VaultWorld } from "../vault/world.ts";

type Session = Parameters<typeof snapshotBefore>[0];

const session = (world: VaultWorld) =>
  ({ host: world.host, project: world.project, settings: { vault: settings() } }) as Session;

Deno.test("a launch tells what its snapshot left out, and how to learn more, and nothing where it is whole", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "1");
  assert.doesNotMatch(
    await world.sandbox.ui.during(() => snapshotBefore(session(world))),
    /could not be read/,
  );
  await world.write("shut/b", "1");
  await Deno.chmod(`${world.live}/shut`, 0);
  const said = await world.sandbox.ui.during(() => snapshotBefore(session(world)));
  await Deno.chmod(`${world.live}/shut`, 0o700);
  const left =
    /1 files could not be read and are not in the snapshot\. List them: kanibako box vault snapshot app\n/;
  // Nothing keeps root out.
  if (Deno.uid() === 0) assert.doesNotMatch(said, left);
  else assert.match(said, left);
});

Deno.test("a box that takes away the right to look into its folder does not keep the next from starting", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "1");
  await snapshotBefore(session(world));
  assert.equal((await world.names()).length, 1, "what can be looked into is taken");
  // Nobody can look into a link that leads to itself, root included.
  await Deno.remove(world.live, { recursive: true });
  await Deno.symlink("rw", world.live);
  const said = await world.sandbox.ui.during(() => snapshotBefore(session(world)));
  assert.match(said, /No snapshot of the vault was taken: .*rw.*\n[^]*vault\.auto=off/);
  assert.doesNotMatch(said, /os error/);
  assert.equal((await world.names()).length, 1);
  if (Deno.uid() === 0) return;
  await Deno.remove(world.live);
  await Deno.mkdir(world.live, { mode: 0 });
  const shut = await world.sandbox.ui.during(() => snapshotBefore(session(world)));
  assert.match(shut, /No snapshot of the vault was taken: /);
  assert.doesNotMatch(shut, /os error/);
  await Deno.chmod(world.live, 0o700);
});
