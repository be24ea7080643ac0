// Rigs made by hand: what an image comes of, under which name, and that nothing is left of the work.

import assert from "node:assert/strict";
import { rigInfo } from "../../lib/rig/info.ts";
import { listRigs, renewableRigs } from "../../lib/rig/list.ts";
import { viewRigs } from "../../lib/rig/lookup.ts";
import { type ByHandOptions, makeByHand } from "../../lib/rig/create/by_hand.ts";
import { makeOfTemplate } from "../../lib/rig/create/of_template.ts";
import { prepareRig } from "../../lib/rig/prepare.ts";
import { readRigRecords } from "../../lib/rig/records.ts";
import { readRigRows, writeRigRow } from "../../lib/rig/registry.ts";
import { parse } from "../../lib/host/toml.ts";
import { FakeImages, type FakeWorld } from "../support/fake_images.ts";
import { TestUser } from "./world.ts";

const OCI = "localhost/kanibako-oci:latest";

function worldOf(user: TestUser, world: FakeWorld = {}, names: readonly string[] = [OCI]) {
  const store = new FakeImages(world);
  for (const name of names) store.add(name);
  const options = (more: Partial<ByHandOptions> = {}): ByHandOptions => ({
    host: user.host,
    store,
    progress: user.progress,
    name: "db",
    command: "extend",
    from: "oci",
    place: { kind: "podman", place: {} },
    io: { kind: "none" },
    commitDespite: () => false,
    replace: () => false,
    ...more,
  });
  return { store, options };
}

Deno.test("makeByHand() makes an image, says in it what it is, and remembers it", async () => {
  await using user = await TestUser.create();
  const { store, options } = worldOf(user);
  const made = await makeByHand(options());
  assert.deepEqual([made.reference, made.parent, made.exitCode], [
    "localhost/kanibako-rig-db:latest",
    OCI,
    0,
  ]);
  const said = parse(store.put.get("/etc/kanibako/rig.toml") ?? "");
  assert.deepEqual([said["name"], said["kind"], said["parent"], said["foundation_source"], said["recipe"]], [
    "db",
    "extended",
    OCI,
    "oci",
    ["kanibako rig extend db --from oci"],
  ]);
  const { labels } = store.store.get(made.reference)!;
  assert.deepEqual([labels["kanibako.rig"], labels["kanibako.made"], labels["kanibako.recipe"]], [
    "rig-db",
    "hand",
    "",
  ]);
  const row = (await readRigRows(user.host.dirs))["db"];
  assert.deepEqual([row?.kind, row?.source_type, row?.parent], ["extended", "extend", OCI]);
  assert.equal((await readRigRecords(user.host.dirs))["db"]?.reference, made.reference);
  assert.deepEqual([...store.benches], []);
  const info = await rigInfo(user.host, store, "db");
  assert.deepEqual([info.rig.kind, info.recoverable, info.source], ["extended", false, "made by hand"]);
});

Deno.test("a shell that ends with an error makes no image, unless that is wanted", async () => {
  await using user = await TestUser.create();
  const { store, options } = worldOf(user, { onWork: () => 3 });
  await assert.rejects(makeByHand(options()), { code: "not-committed", message: /exit code 3/ });
  assert.equal(store.store.size, 1);
  assert.deepEqual(await readRigRows(user.host.dirs), {});
  assert.deepEqual([...store.benches], []);
  let asked: number | undefined;
  const made = await makeByHand(options({ commitDespite: (code) => (asked = code) === 3 }));
  assert.deepEqual([made.exitCode, asked], [3, 3]);
  assert.ok(store.store.has(made.reference));
});

Deno.test("work that is cancelled leaves neither container nor image", async () => {
  await using user = await TestUser.create();
  const controller = new AbortController();
  const { store, options } = worldOf(user, {
    onWork: () => {
      controller.abort(new Error("enough"));
      return 0;
    },
  });
  await assert.rejects(makeByHand(options({ signal: controller.signal })), /enough/);
  assert.deepEqual([...store.store.keys(), ...store.benches], [OCI]);
  const left = Array.from(Deno.readDirSync(`${user.host.dirs.state}/rig-work`), ({ name }) => name);
  assert.deepEqual(left, []);
});

Deno.test("what a rig is made of is got first, and one that is missing is an error", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-go", "FROM localhost/kanibako-oci:latest\n");
  const { store, options } = worldOf(user);
  const made = await makeByHand(options({ from: "go" }));
  assert.equal(made.parent, "localhost/kanibako-template-go:latest");
  assert.ok(store.changes.includes("build localhost/kanibako-template-go:latest"));
  await writeRigRow(user.host.dirs, "gone", { kind: "extended", source_type: "extend" });
  await assert.rejects(makeByHand(options({ name: "x", from: "gone" })), { code: "rig-missing" });
});

Deno.test("a rig made by hand takes no name that means something else", async () => {
  await using user = await TestUser.create();
  await user.recipe("mine", "FROM x\n");
  const created = "localhost/kanibako-template-cc:latest";
  const { store, options } = worldOf(user, {}, [OCI, created]);
  for (
    const name of ["oci", "min", "lxc", "kanibako", "kanibako-oci", "base", "A", "a/b", "../x", "-x", ""]
  ) {
    await assert.rejects(makeByHand(options({ name })), { code: "bad-rig" }, name);
  }
  // One would hide the other.
  for (const name of ["mine", "cc"]) {
    await assert.rejects(makeByHand(options({ name })), { code: "rig-exists" }, name);
  }
  await makeByHand(options());
  await assert.rejects(makeByHand(options()), {
    code: "rig-exists",
    hints: ["To replace it, add --force.", "To see it: kanibako rig info db"],
  });
  await makeByHand(options({ replace: (what) => what === "localhost/kanibako-rig-db:latest" }));
  assert.deepEqual(store.changes.filter((call) => call.startsWith("commit")).length, 2);
});

Deno.test("what create makes goes by the name of a template, and no Containerfile replaces it", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-cc", "FROM localhost/kanibako-oci:latest\n");
  const { store, options } = worldOf(user);
  const made = await makeByHand(options({ name: "cc", command: "create" }));
  assert.equal(made.reference, "localhost/kanibako-template-cc:latest");
  const info = await rigInfo(user.host, store, "cc");
  assert.deepEqual([info.rig.kind, info.recoverable], ["extended", false]);
  const listing = await listRigs(user.host, store);
  assert.deepEqual(listing.extended.map(({ name, status }) => [name, status]), [["cc", "prepped"]]);
  assert.equal(listing.templates.find(({ name }) => name === "cc")?.status, "unprepped");
  const view = await viewRigs(user.host, store);
  assert.ok(!renewableRigs(view).includes("cc"));
  const how = { host: user.host, store, progress: user.progress };
  await assert.rejects(prepareRig("cc", { ...how, force: true }), { code: "rig-no-recipe" });
  await assert.rejects(makeOfTemplate({ ...how, name: "cc", template: "cc", replace: () => true }), {
    code: "rig-exists",
  });
  // Also where the registry is lost, the image says so.
  await Deno.remove(`${user.host.dirs.data}/rigs.toml`);
  assert.equal((await rigInfo(user.host, store, "cc")).rig.kind, "extended");
});

Deno.test("a template is built under a name of its own, on another base, and again by that name", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-go", "ARG BASE_IMAGE=localhost/kanibako-oci:latest\nFROM ${BASE_IMAGE}\n");
  await user.recipe("template-fixed", "FROM localhost/kanibako-oci:latest\n");
  const { store } = worldOf(user, {}, [OCI, "localhost/kanibako-min:latest"]);
  const options = { host: user.host, store, progress: user.progress, replace: () => false };
  const made = await makeOfTemplate({ ...options, name: "small-go", template: "go", base: "min" });
  assert.equal(made.reference, "localhost/kanibako-template-small-go:latest");
  assert.equal(store.builds[0]?.buildArgs["BASE_IMAGE"], "localhost/kanibako-min:latest");
  const info = await rigInfo(user.host, store, "small-go");
  assert.deepEqual([info.rig.kind, info.recovery, info.source], [
    "template",
    "it can be made again: kanibako rig create small-go --template go --base min",
    "template go",
  ]);
  await prepareRig("small-go", { ...options, force: true });
  assert.deepEqual(store.builds.map(({ reference, buildArgs }) => [reference, buildArgs["BASE_IMAGE"]]), [
    [made.reference, "localhost/kanibako-min:latest"],
    [made.reference, "localhost/kanibako-min:latest"],
  ]);
  const listed = (await listRigs(user.host, store)).templates.find(({ name }) => name === "small-go");
  assert.deepEqual([listed?.status, listed?.description], ["prepped", "go on min"]);
  await assert.rejects(makeOfTemplate({ ...options, name: "x", template: "gone" }), (error) => {
    const { code, hints } = error as { code: string; hints: string[] };
    assert.equal(code, "no-template");
    assert.match(hints.join("\n"), /There are: .*go/);
    return true;
  });
  await assert.rejects(makeOfTemplate({ ...options, name: "x", template: "fixed", base: "min" }), {
    code: "fixed-base",
  });
  assert.equal((await readRigRows(user.host.dirs))["x"], undefined);
});
