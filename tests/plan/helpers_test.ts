// What a box gets of its helpers, and a helper of its director.

import assert from "node:assert/strict";
import { planBox } from "../../lib/plan/plan.ts";
import { planInput } from "../support/plan_input.ts";

async function planned(
  more: Parameters<typeof planInput>[0],
): Promise<{ mounts: string[]; services: string[] }> {
  const { mounts, services } = planBox(await planInput(more));
  return {
    mounts: mounts.flatMap((mount) =>
      mount.type === "bind" && mount.source.startsWith("/data/helpers")
        ? [
          `${mount.source.slice("/data/helpers".length)} ${mount.destination.slice("/home/agent/".length)} ${
            mount.readOnly ? "ro" : "rw"
          }`,
        ]
        : []
    ),
    services: services.map(({ name }) => name),
  };
}

Deno.test("a box that may start none has no folder of helpers and no hub", async () => {
  const { mounts, services } = await planned({});
  assert.deepEqual(mounts, []);
  assert.ok(!services.includes("hub"));
});

Deno.test("a director sees its helpers, and writes only to what is for them", async () => {
  const { mounts, services } = await planned({
    helpers: { own: { root: "/data/helpers/d", number: 0 }, hub: { grant: "{}", limits: "{}" } },
  });
  assert.deepEqual(mounts, [
    "/d helpers ro",
    "/d/all/ro helpers/all/ro rw",
    "/d/all/rw helpers/all/rw rw",
    "/d/channels/both helpers/channels/both rw",
    "/d/channels/from/0 helpers/channels/from/0 rw",
  ]);
  assert.ok(services.includes("hub") && !services.includes("leash"));
});

Deno.test("a helper has its own folders, reads what its parent says, and ends with its director", async () => {
  const { vault: _, ...box } = (await planInput()).box;
  const self = { root: "/data/helpers/d/2/helpers", number: 5, endsWith: "d" };
  const { mounts, services } = await planned({ box, hideVault: false, helpers: { self } });
  assert.deepEqual(mounts, [
    "/d/2/helpers/all all ro",
    "/d/2/helpers/all/rw all/rw rw",
    "/d/2/helpers/channels channels ro",
    "/d/2/helpers/channels/both channels/both rw",
    "/d/2/helpers/channels/from/5 channels/from/5 rw",
    "/d/2/helpers/5/peers peers ro",
    "/d/2/helpers/5/playbook/scripts playbook/scripts rw",
    "/d/2/helpers/5/vault/ro share-ro ro",
    "/d/2/helpers/5/vault/rw share-rw rw",
    "/d/2/helpers/5/spawn.toml spawn.toml ro",
  ]);
  assert.ok(services.includes("leash") && !services.includes("hub"));
  const { endsWith: _ends, ...stays } = self;
  const kept = await planned({ box, hideVault: false, helpers: { self: stays } });
  assert.ok(!kept.services.includes("leash"));
});

Deno.test("who only looks on at another box's folder cannot write it, and does not see what is that box's own", async () => {
  const input = await planInput({ hides: ["/src/app/.kanibako", "/elsewhere"], hideVault: false });
  const { vault: _, ...box } = input.box;
  const { mounts } = planBox({ ...input, box: { ...box, workspace: { path: "/src/app", readOnly: true } } });
  const at = (place: string) =>
    mounts.find(({ destination }) => destination === `/home/agent/workspace${place}`);
  assert.equal(at("")?.readOnly, true);
  assert.equal(at("/.kanibako")?.type, "tmpfs");
  const own = planBox({ ...input, box });
  assert.equal(
    own.mounts.find(({ destination }) => destination === "/home/agent/workspace")?.readOnly,
    false,
  );
});
