import assert from "node:assert/strict";
import { bind, type PlanInput } from "../../lib/plan/parts/part.ts";
import { planBox } from "../../lib/plan/plan.ts";
import { isSealed } from "../../lib/plan/sealed.ts";
import { workspacePlace } from "../../lib/plan/workspace_place.ts";
import { fromFile, fromPart, keyOf } from "../../lib/spec/source.ts";
import { planInput } from "../support/plan_input.ts";

const share = (source: string, destination: string, readOnly = true) =>
  bind(source, destination, keyOf(fromFile("box", "config"), "a share"), { readOnly });

Deno.test("C06: with workspace_path = host all that is in the workspace stands at its path on the host, and nothing stays behind", async () => {
  const given = await planInput();
  const input: PlanInput = {
    ...given,
    metadata: "/src/app/.kanibako",
    nested: new Map([["/src/app", { hidden: ["/src/app/in/vault"], kept: ["/src/app/in"] }]]),
    shared: { shares: [share("/d", "/home/agent/workspace/data")], caches: [] },
    protection: {
      places: [{ path: ".git/hooks", source: "/state/hooks" }],
      from: fromPart("a test"),
    },
  };
  const home = planBox(input);
  const host = planBox({ ...input, place: "/src/app" });
  const inWorkspace = home.mounts.filter(({ destination }) =>
    destination.startsWith("/home/agent/workspace")
  );
  assert.equal(inWorkspace.length, 7);
  assert.deepEqual(
    host.mounts.map(({ destination }) => destination).filter((place) => place.startsWith("/src/app")),
    inWorkspace.map(({ destination }) => destination.replace("/home/agent/workspace", "/src/app")),
  );
  assert.ok(!host.mounts.some(({ destination }) => destination.startsWith("/home/agent/workspace")));
  assert.equal(host.workdir, "/src/app");
  // Whoever is mounted in another is mounted later.
  const order = host.mounts.map(({ destination }) => destination);
  assert.deepEqual(order, order.toSorted());
  for (const plan of [home, host]) assert.ok(isSealed(plan, "/src/app", ".git/hooks"));
});

Deno.test("C06: a project keeps out of what belongs to the rig, the kernel and the box", () => {
  for (
    const path of [
      ...["/usr", "/usr/src/p", "/etc", "/etc/p", "/proc", "/proc/1", "/sys/p", "/dev/shm/p", "/lib/p", "/"],
      ...["/home/agent", "/home/agent/.ssh", "/home/agent/workspace/p", "/home", "/run", "/run/kanibako"],
      ...["/run/kanibako/in", "/run/user/1000/p", "/run/media", "/var/run/p"],
    ]
  ) {
    assert.throws(() => workspacePlace("host", path), { code: "workspace-place" }, path);
    assert.equal(workspacePlace("home", path), "/home/agent/workspace");
  }
  for (
    const path of ["/home/ann/p", "/home/agent2/p", "/tmp/p", "/srv/p", "/run/media/ann/disk/p", "/etcetera"]
  ) {
    assert.equal(workspacePlace("host", path), path);
  }
  // A project of a kanibako within a box is where it is anyway.
  assert.equal(workspacePlace("host", "/home/agent/workspace"), "/home/agent/workspace");
  assert.equal(workspacePlace("host", undefined), "/home/agent/workspace");
});

Deno.test("C06: a project is not put where something else of its box is, nor where its user may not go", async () => {
  const given = await planInput();
  const planned = (place: string, changes: Partial<PlanInput> = {}) => () =>
    planBox({ ...given, place, box: { ...given.box, workspace: { path: place } }, ...changes });
  const shares = (...all: ReturnType<typeof share>[]) => ({ shared: { shares: all, caches: [] } });
  for (const destination of ["/srv/p", "/srv/p/data", "/srv"]) {
    assert.throws(
      planned("/srv/p", shares(share("/d", destination))),
      { code: "workspace-place" },
      destination,
    );
  }
  planned("/srv/p", shares(share("/d", "/srv/other")))();
  // What is shared at its own path has the project's place in it.
  planned("/srv/p", shares(share("/srv", "/srv")))();
  assert.throws(planned("/root/p"), { code: "workspace-place" });
  planned("/root/p", { user: { kind: "owner", uid: 0, gid: 0 } })();
});
