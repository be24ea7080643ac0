import assert from "node:assert/strict";
import { snapshotBefore } from "../../lib/box/auto_snapshot.ts";
import { settings, VaultWorld } from "../vault/world.ts";

type Session = Parameters<typeof snapshotBefore>[0];

const session = (world: VaultWorld) =>
  ({ host: world.host, project: world.project, settings: { vault: settings() } }) as Session;

Deno.test("a box that takes away the right to look into its folder does not keep the next from starting", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "1");
  await snapshotBefore(session(world));
  assert.equal((await world.names()).length, 1, "what can be looked into is taken");
  // Nobody can look into a link that leads to itself, root included.
  await Deno.remove(world.live, { recursive: true });
  await Deno.symlink("rw", world.live);
  await snapshotBefore(session(world));
  assert.equal((await world.names()).length, 1);
  if (Deno.uid() === 0) return;
  await Deno.remove(world.live);
  await Deno.mkdir(world.live, { mode: 0 });
  await snapshotBefore(session(world));
  await Deno.chmod(world.live, 0o700);
});
