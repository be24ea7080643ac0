import assert from "node:assert/strict";
import { diagnoseRigs } from "../../lib/rig/diagnose.ts";
import { rigInfo } from "../../lib/rig/info.ts";
import { listRigs, localRigImages, renewableRigs } from "../../lib/rig/list.ts";
import { prepareRig } from "../../lib/rig/prepare.ts";
import { viewRigs } from "../../lib/rig/lookup.ts";
import { readRigRecords, recordRig } from "../../lib/rig/records.ts";
import { readRigRows, removeRigRow } from "../../lib/rig/registry.ts";
import { planRigRemoval, removeRig } from "../../lib/rig/remove.ts";
import { FakeImages } from "../support/fake_images.ts";
import { TestUser } from "./world.ts";

const OCI = "localhost/kanibako-oci:latest";
const ROWS = `# mine
[rigs."corp/base:1.0"]
kind = "prefab"
source = "ghcr.io/corp/base:1.0"
source_type = "ref"
later = "kept"

[rigs.mine]
kind = "extended"
image = "kanibako-rig-mine"
parent = "ghcr.io/o/kanibako-oci:latest"
source_type = "extend"
`;

async function withRows(): Promise<TestUser> {
  const user = await TestUser.create();
  await Deno.mkdir(user.host.dirs.data, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${user.host.dirs.data}/rigs.toml`, ROWS);
  return user;
}

Deno.test("listRigs() lists what there is and could be", async () => {
  await using user = await withRows();
  await user.recipe("template-go", "# kanibako-template: Go\nFROM x\n");
  const store = new FakeImages();
  store.add(OCI);
  store.add("localhost/kanibako-rig-other:latest");
  const listing = await listRigs(user.host, store);
  assert.deepEqual(listing.prefabs, [
    { name: "min", image: "localhost/kanibako-min:latest", status: "unprepped" },
    { name: "oci", image: OCI, status: "prepped", sizeBytes: 5000000, createdAt: 0 },
    { name: "lxc", image: "localhost/kanibako-lxc:latest", status: "unprepped" },
    { name: "vm", image: "localhost/kanibako-vm:latest", status: "unprepped" },
    { name: "corp/base:1.0", image: "ghcr.io/corp/base:1.0", status: "unprepped" },
  ]);
  const templates = listing.templates.map(({ name, source, status }) => `${name} ${source} ${status}`);
  assert.deepEqual(templates.filter((one) => !one.includes("bundled")), ["go user unprepped"]);
  for (const name of ["browser", "jvm", "python"]) {
    assert.ok(templates.includes(`${name} bundled unprepped`), name);
  }
  assert.deepEqual(listing.extended.map(({ name, status }) => [name, status]), [
    ["mine", "missing"],
    ["other", "prepped"],
  ]);
  assert.equal(listing.current, "oci");
  assert.equal(store.calls.length, 1, "one question to the store");
});

Deno.test("F16: a rig of the user's own Containerfile is listed, built or not", async () => {
  await using user = await TestUser.create();
  await user.recipe("mine", "FROM x\n");
  const store = new FakeImages();
  const mine = async () => (await listRigs(user.host, store)).prefabs.find(({ name }) => name === "mine");
  assert.equal((await mine())?.status, "unprepped");
  const info = async () => {
    const { rig, source } = await rigInfo(user.host, store, "mine");
    return [rig.kind, rig.status, rig.reference, source];
  };
  assert.deepEqual(await info(), [
    "template",
    "build",
    "localhost/kanibako-mine:latest",
    "your own Containerfile",
  ]);
  store.add("localhost/kanibako-mine:latest");
  assert.deepEqual(await mine(), {
    name: "mine",
    image: "localhost/kanibako-mine:latest",
    status: "prepped",
    sizeBytes: 5000000,
    createdAt: 0,
  });
  assert.deepEqual((await info()).slice(0, 2), ["template", "ready"]);
});

Deno.test("listRigs() says that it does not know where there is no store", async () => {
  await using user = await TestUser.create("ghcr.io/o/kanibako-oci:latest");
  const listing = await listRigs(user.host, undefined);
  assert.deepEqual(new Set(listing.prefabs.map((rig) => rig.status)), new Set(["unknown"]));
  assert.equal(listing.current, "ghcr.io/o/kanibako-oci:latest");
});

Deno.test("localRigImages() lists our images only", async () => {
  const store = new FakeImages();
  for (const name of [OCI, "localhost/kanibako-base:trixie", "docker.io/library/debian:12"]) store.add(name);
  assert.deepEqual(await localRigImages(store), ["localhost/kanibako-base:trixie", OCI]);
});

Deno.test("renewableRigs() puts what others stand on first, and leaves out what has no recipe", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-go", "FROM x\n");
  const store = new FakeImages();
  for (const name of ["template-go", "oci", "min", "rig-mine", "old"]) {
    store.add(`localhost/kanibako-${name}:latest`);
  }
  store.add("localhost/kanibako-base:trixie");
  assert.deepEqual(renewableRigs(await viewRigs(user.host, store)), ["min", "oci", "go"]);
});

Deno.test("rigInfo() tells where a rig comes from and whether it could be had again", async () => {
  await using user = await withRows();
  const store = new FakeImages();
  store.add(OCI, { "kanibako.recipe": "0123456789abcdef" });
  store.add("localhost/kanibako-rig-mine:latest");
  const oci = await rigInfo(user.host, store, "oci");
  assert.deepEqual([oci.rig.status, oci.recoverable, oci.outdated], ["ready", true, true]);
  assert.equal(oci.containerfile, "Containerfile.oci (bundled)");
  const mine = await rigInfo(user.host, store, "mine");
  assert.deepEqual([mine.rig.kind, mine.recoverable], ["extended", false]);
  const corp = await rigInfo(user.host, store, "corp/base:1.0");
  assert.match(corp.recovery, /pulled again from ghcr\.io/);
});

Deno.test("rigInfo() refuses a name that means nothing, and takes any image that is here", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add("localhost/mytool:latest");
  await assert.rejects(rigInfo(user.host, store, "mytoll"), { code: "no-rig" });
  const info = await rigInfo(user.host, store, "mytool");
  assert.deepEqual([info.rig.kind, info.source], ["prefab", "local image"]);
});

Deno.test("removing a rig addresses the image its name stands for", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-jvm", "FROM x\n");
  const store = new FakeImages();
  const built = "localhost/kanibako-template-jvm:latest";
  store.add(built);
  store.add("localhost/jvm:latest");
  await recordRig(user.host.dirs, "jvm", { reference: built, imageId: "1" });
  const removal = await planRigRemoval(user.host, store, "jvm");
  assert.deepEqual([removal.image, removal.recoverable], [built, true]);
  await removeRig(user.host, store, removal);
  assert.deepEqual(store.changes, [`rmi ${built}`]);
  assert.deepEqual(await readRigRecords(user.host.dirs), {});
});

Deno.test("F7: removing a rig without an image never removes the user's Containerfile, and says where it is", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  for (const [word, recipe] of [["jvm", "template-jvm"], ["mine", "mine"]] as const) {
    const path = await user.recipe(recipe, "FROM x\n");
    await assert.rejects(planRigRemoval(user.host, store, word), (error) => {
      const { code, hints } = error as { code: string; hints: string[] };
      assert.equal(code, "no-rig");
      assert.ok(hints.includes(`Its Containerfile stays: ${path}`), hints.join());
      return true;
    });
    assert.equal(await Deno.readTextFile(path), "FROM x\n");
  }
});

Deno.test("F2: removing by a reference in full removes that image alone", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(OCI);
  const strangers = [
    "ghcr.io/acme/kanibako-oci:v3",
    `ghcr.io/doctorjei/kanibako-oci@sha256:${"0".repeat(64)}`,
  ];
  const ours = "ghcr.io/doctorjei/kanibako-oci:latest";
  for (const word of [...strangers, ours]) {
    await recordRig(user.host.dirs, word, { reference: OCI, imageId: "1" });
    await assert.rejects(planRigRemoval(user.host, store, word), { code: "no-rig" }, word);
  }
  await assert.rejects(planRigRemoval(user.host, store, ours), {
    hints: [
      `${OCI} is used in its place. To remove that: kanibako rig rm ${OCI}`,
      "To list rigs: kanibako rig list",
    ],
  });
  for (const word of [...strangers, ours, "localhost/kanibako-oci"]) {
    store.add(word);
    const image = word.startsWith("localhost") ? OCI : word;
    assert.equal((await planRigRemoval(user.host, store, word)).image, image);
  }
});

Deno.test("F2: rigInfo() of a reference in full tells of that image, not of one called alike", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(OCI);
  const { rig, image } = await rigInfo(user.host, store, "ghcr.io/acme/kanibako-oci:v3");
  assert.deepEqual([rig.status, rig.reference, image], ["pull", "ghcr.io/acme/kanibako-oci:v3", undefined]);
  const ours = await rigInfo(user.host, store, "ghcr.io/doctorjei/kanibako-oci:latest");
  assert.deepEqual([ours.rig.status, ours.rig.reference], ["ready", OCI]);
});

Deno.test("F12: nothing is suggested for a word that is like no rig, least of all the word itself", async () => {
  await using user = await TestUser.create();
  const options = { host: user.host, progress: user.progress, store: new FakeImages() };
  for (const word of ["quite-other", "kanibako-quite-other"]) {
    await assert.rejects(prepareRig(word, options), (error) => {
      assert.doesNotMatch((error as { hints: string[] }).hints.join(), /Did you mean/);
      return true;
    }, word);
  }
});

Deno.test("removing a rig of the registry keeps the other rows, and an image that is only referred to", async () => {
  await using user = await withRows();
  const store = new FakeImages();
  store.add("ghcr.io/corp/base:1.0");
  store.add("localhost/kanibako-rig-mine:latest");
  await removeRig(user.host, store, await planRigRemoval(user.host, store, "corp/base:1.0"));
  assert.deepEqual(store.changes, []);
  assert.deepEqual(Object.keys(await readRigRows(user.host.dirs)), ["mine"]);
  const removal = await planRigRemoval(user.host, store, "mine");
  assert.deepEqual([removal.image, removal.recoverable], ["localhost/kanibako-rig-mine:latest", false]);
});

Deno.test("planRigRemoval() refuses what is not here, a bundled rig's recipe included", async () => {
  await using user = await TestUser.create();
  for (const word of ["oci", "nothing", "ghcr.io/o/n:1"]) {
    await assert.rejects(planRigRemoval(user.host, new FakeImages(), word), { code: "no-rig" }, word);
  }
});

Deno.test("removeRigRow() keeps what it does not know", async () => {
  await using user = await withRows();
  assert.equal(await removeRigRow(user.host.dirs, "none"), false);
  assert.equal(await removeRigRow(user.host.dirs, "mine"), true);
  assert.match(await Deno.readTextFile(`${user.host.dirs.data}/rigs.toml`), /later = "kept"/);
});

Deno.test("readRigRows() refuses a row it cannot understand, and names it", async () => {
  await using user = await TestUser.create();
  await Deno.mkdir(user.host.dirs.data, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${user.host.dirs.data}/rigs.toml`, "[rigs.x]\nimage = 5\n");
  await assert.rejects(readRigRows(user.host.dirs), /rigs\.x\.image/);
});

Deno.test("diagnoseRigs() says what is ready and what is not", async () => {
  await using user = await TestUser.create();
  const runtime = {
    kind: "fake",
    describe: () => Promise.resolve({ version: "1", where: "here", lines: [] }),
  };
  const marks = async (store: FakeImages | undefined) => {
    const checks = await diagnoseRigs(user.host, store && { runtime, store });
    return Object.fromEntries(checks.map((check) => [check.label, check.mark]));
  };
  assert.deepEqual(await marks(undefined), { Engine: "!!" });
  const store = new FakeImages();
  assert.deepEqual(await marks(store).then((all) => [all["Engine"], all["Rig"]]), ["ok", "--"]);
  store.add(OCI);
  assert.equal((await marks(store))["Rig"], "ok");
  store.add(OCI, { "kanibako.recipe": "0".repeat(16) });
  assert.equal((await marks(store))["Rig"], "!!");
});

Deno.test("rigInfo() says what a template is, what its boxes can share, and what vendors give", async () => {
  await using user = await TestUser.create();
  const info = await rigInfo(user.host, new FakeImages(), "rust");
  assert.match(info.description, /^Rust with Cargo/);
  assert.equal(info.caches["cargo"], ".cargo/registry");
  assert.deepEqual(info.vendors.map(({ name }) => name), ["rustup"]);
  const { description, caches, vendors } = await rigInfo(user.host, new FakeImages(), "oci");
  assert.deepEqual([description, caches, vendors], ["", {}, []]);
});
