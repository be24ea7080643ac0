// What comes in from elsewhere: bundles and images in files, none of which is to be believed.

import assert from "node:assert/strict";
import { exportRig } from "../../lib/rig/bundle/export.ts";
import { importRig } from "../../lib/rig/bundle/import.ts";
import { readImageFile } from "../../lib/rig/bundle/image_file.ts";
import { rigInfo } from "../../lib/rig/info.ts";
import { readRigRows, writeRigRow } from "../../lib/rig/registry.ts";
import { FakeImages } from "../support/fake_images.ts";
import { dockerImage, tar, tarText, type TestMember } from "../support/image_archive.ts";
import { TestUser } from "./world.ts";

type Members = readonly (readonly [path: string, member: TestMember])[];

const OCI = "localhost/kanibako-oci:latest";
const PLACE = { kind: "podman", place: {} };
const metadata = (name: string, more = "") =>
  `name = ${JSON.stringify(name)}\nkind = "extended"\nparent = "${OCI}"\n${more}`;

async function importing(
  user: TestUser,
  store: FakeImages,
  members: Members,
  more: { name?: string; force?: boolean } = {},
) {
  const file = `${user.root}/x.rig.tgz`;
  await Deno.writeFile(file, tar(members));
  return await importRig(file, { host: user.host, store, place: PLACE, progress: user.progress, ...more });
}

const bundle = (
  name: string,
  image: Members = dockerImage([`localhost/kanibako-rig-${name}:latest`]),
): Members => [
  ["rig.toml", metadata(name)],
  ["image.tar", tarText(image)],
];

/** What of a user is left of work that is over. */
function leftovers(user: TestUser): string[] {
  const names = (folder: string) => {
    try {
      return Array.from(Deno.readDirSync(folder), ({ name }) => name);
    } catch {
      return [];
    }
  };
  const { state, cache } = user.host.dirs;
  return [...names(`${state}/rig-work`), ...names(cache).filter((name) => name.startsWith("kanibako-"))];
}

Deno.test("a rig that was exported is imported elsewhere, under its own name or another one", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add("localhost/kanibako-rig-db:latest", { "kanibako.rig": "rig-db", "kanibako.made": "hand" });
  await writeRigRow(user.host.dirs, "db", {
    kind: "extended",
    source_type: "extend",
    parent: OCI,
    foundation_source: "go",
  });
  await user.recipe("template-go", "FROM x\n");
  const file = `${user.root}/db.rig.tgz`;
  const size = await exportRig("db", file, { host: user.host, store, progress: user.progress });
  assert.equal((await Deno.stat(file)).size, size);
  assert.deepEqual([...(await Deno.readFile(file)).subarray(0, 2)], [0x1f, 0x8b]);
  await assert.rejects(exportRig("db", file, { host: user.host, store, progress: user.progress }), {
    code: "exists",
  });
  store.add(OCI);
  await assert.rejects(exportRig("oci", `${file}2`, { host: user.host, store, progress: user.progress }), {
    code: "not-exportable",
  });

  await using other = await TestUser.create();
  const theirs = new FakeImages();
  const options = { host: other.host, store: theirs, place: PLACE, progress: other.progress };
  assert.deepEqual(await importRig(file, options), {
    name: "db",
    reference: "localhost/kanibako-rig-db:latest",
    hasContainerfile: true,
  });
  assert.equal((await importRig(file, { ...options, name: "two" })).name, "two");
  assert.deepEqual([...theirs.store.keys()].sort(), [
    "localhost/kanibako-rig-db:latest",
    "localhost/kanibako-rig-two:latest",
  ]);
  const info = await rigInfo(other.host, theirs, "two");
  assert.deepEqual([info.rig.kind, info.source, info.recoverable], [
    "extended",
    `imported from ${file}`,
    false,
  ]);
  await assert.rejects(importRig(file, options), { code: "rig-exists" });
  await importRig(file, { ...options, force: true });
  assert.deepEqual([...leftovers(user), ...leftovers(other)], []);
});

Deno.test("T17: an image in a bundle takes no other image's name, whatever it is called in there", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(OCI);
  const ids = new Map([...store.store].map(([name, { id }]) => [name, id]));
  const names = [OCI, "docker.io/library/debian:trixie-slim", "localhost/kanibako-rig-x:latest"];
  await importing(user, store, bundle("x", dockerImage(names)));
  assert.deepEqual([...store.store.keys()].sort(), [OCI, "localhost/kanibako-rig-x:latest"]);
  assert.equal(store.store.get(OCI)?.id, ids.get(OCI));
  // Of two forms in one archive, which engines read differently, the one that is not looked at says nothing.
  const index = {
    manifests: [{ digest: `sha256:${"0".repeat(64)}`, annotations: { "io.containerd.image.name": OCI } }],
  };
  await importing(
    user,
    store,
    bundle("y", [
      ...dockerImage(["localhost/kanibako-rig-y:latest"]),
      ["index.json", JSON.stringify(index)],
      ["oci-layout", "{}"],
    ]),
  );
  assert.deepEqual(store.loaded.at(-1), ["config.json", "layer-0.tar", "manifest.json"]);
  assert.equal(store.store.get(OCI)?.id, ids.get(OCI));
});

Deno.test("T17: a bundle takes no name that means something here, and one of the user's choice helps", async () => {
  await using user = await TestUser.create();
  await user.recipe("mine", "FROM x\n");
  await user.recipe("template-own", "FROM x\n");
  const store = new FakeImages();
  store.add("localhost/kanibako-template-made:latest");
  for (
    const name of ["oci", "min", "kanibako-oci", "kanibako", "base", "A", "a/b", "../x", "", "x\u001b[2J"]
  ) {
    await assert.rejects(importing(user, store, bundle(name)), { code: "bad-rig" }, name);
  }
  for (const name of ["mine", "own", "made", "rust", "bash"]) {
    await assert.rejects(importing(user, store, bundle(name), { force: true }), { code: "rig-exists" }, name);
  }
  assert.equal(store.store.size, 1);
  assert.deepEqual(await readRigRows(user.host.dirs), {});
  assert.equal((await importing(user, store, bundle("oci"), { name: "theirs" })).name, "theirs");
  await assert.rejects(importing(user, store, bundle("fine"), { name: "oci" }), { code: "bad-rig" });
});

Deno.test("a bundle whose image says that it is another rig is refused", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  const image = dockerImage(["x:1"], { "kanibako.rig": "oci" });
  await assert.rejects(importing(user, store, bundle("x", image)), { code: "foreign-image" });
  assert.equal(store.store.size, 0);
  await importing(user, store, bundle("x", dockerImage(["x:1"], { "kanibako.rig": "rig-x" })));
  assert.deepEqual(leftovers(user), []);
});

Deno.test("T26, T27: what an honest bundle does not have is refused, and nothing is left", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  const image: TestMember = tarText(dockerImage(["x:1"]));
  const rig: readonly [string, TestMember] = ["rig.toml", metadata("x")];
  const cases: readonly (readonly [what: string, members: Members, code: string])[] = [
    ["a path above", [rig, ["../image.tar", image]], "unsafe-archive"],
    ["an absolute path", [rig, ["/etc/x", image]], "unsafe-archive"],
    ["a link in an image's place", [rig, ["image.tar", { link: "/etc/passwd" }]], "unsafe-archive"],
    ["a hard link", [rig, ["image.tar", { hardLink: "rig.toml" }]], "unsafe-archive"],
    ["something else", [rig, ["authorized_keys", "x"], ["image.tar", image]], "unsafe-archive"],
    ["one name twice", [rig, ["image.tar", image], ["image.tar", image]], "unsafe-archive"],
    ["metadata twice", [rig, ["rig.toml", metadata("oci")], ["image.tar", image]], "unsafe-archive"],
    ["no image", [rig], "bad-archive"],
    ["no metadata", [["image.tar", image]], "bad-archive"],
    ["metadata that is no TOML", [["rig.toml", "name ="], ["image.tar", image]], "bad-archive"],
    ["metadata without a name", [["rig.toml", 'kind = "extended"\n'], ["image.tar", image]], "bad-archive"],
    [
      "too much metadata",
      [["rig.toml", metadata("x", `# ${"x".repeat(70_000)}\n`)], ["image.tar", image]],
      "unsafe-archive",
    ],
    ["an image that is none", [rig, ["image.tar", "x".repeat(512)]], "bad-archive"],
    ["an image that is cut off", [rig, ["image.tar", image.slice(0, 1024)]], "bad-archive"],
  ];
  for (const [what, members, code] of cases) {
    await assert.rejects(importing(user, store, members), { code }, what);
    assert.deepEqual([store.store.size, leftovers(user)], [0, []], what);
  }
});

Deno.test("T26 to T28: what an image's archive says is looked up among its own members only", async () => {
  await using user = await TestUser.create();
  const config = JSON.stringify({ config: {} });
  const list = (layers: readonly string[], more: object = {}) =>
    JSON.stringify([{ Config: "c.json", RepoTags: [], Layers: layers, ...more }]);
  const read = async (members: Members) => {
    const folder = await Deno.makeTempDir({ dir: user.root });
    await Deno.writeFile(`${folder}/x.tar`, tar(members));
    return await readImageFile(`${folder}/x.tar`, folder);
  };
  const refused: readonly (readonly [what: string, members: Members, code: string])[] = [
    [
      "a layer of this machine",
      [["manifest.json", list(["/etc/passwd"])], ["c.json", config]],
      "bad-archive",
    ],
    ["a layer above", [["manifest.json", list(["../../etc/passwd"])], ["c.json", config]], "bad-archive"],
    [
      "a link out",
      [["manifest.json", list(["l"])], ["c.json", config], ["l", { link: "/etc/passwd" }]],
      "bad-archive",
    ],
    [
      "a link above",
      [["manifest.json", list(["l"])], ["c.json", config], ["l", { link: "../../x" }]],
      "bad-archive",
    ],
    [
      "a link to itself",
      [["manifest.json", list(["l"])], ["c.json", config], ["l", { link: "l" }]],
      "bad-archive",
    ],
    ["several images", [["manifest.json", `[${list([]).slice(1, -1)},${list([]).slice(1, -1)}]`], [
      "c.json",
      config,
    ]], "bad-archive"],
    [
      "two lists",
      [["manifest.json", list([])], ["manifest.json", list([])], ["c.json", config]],
      "unsafe-archive",
    ],
    ["no settings", [["manifest.json", list([])]], "bad-archive"],
    ["neither form", [["c.json", config]], "bad-archive"],
    [
      "no digest",
      [["index.json", JSON.stringify({ manifests: [{ digest: "../../etc/passwd" }] })]],
      "bad-archive",
    ],
  ];
  for (const [what, members, code] of refused) await assert.rejects(read(members), { code }, what);
  // docker before 25 writes a layer that is there once as a link.
  const linked = await read([
    ["manifest.json", list(["a/layer.tar", "b/layer.tar"])],
    ["c.json", config],
    ["a/layer.tar", "layer"],
    ["b/layer.tar", { link: "../a/layer.tar" }],
  ]);
  assert.deepEqual(linked.layers[0], linked.layers[1]);
  const blob = (digit: string) => `sha256:${digit.repeat(64)}`;
  const at = (digit: string) => `blobs/sha256/${digit.repeat(64)}`;
  const oci = await read([
    ["index.json", JSON.stringify({ manifests: [{ digest: blob("a"), annotations: { name: "x" } }] })],
    [at("a"), JSON.stringify({ config: { digest: blob("b") }, layers: [{ digest: blob("c") }] })],
    [at("b"), JSON.stringify({ config: { Labels: { a: "b" } } })],
    [at("c"), "layer"],
  ]);
  assert.deepEqual([oci.names, oci.labels], [["x"], { a: "b" }]);
  assert.equal(await Deno.readTextFile(oci.layers[0]!), "layer");
});

Deno.test("T28: a bundle that would fill the disk is refused, and nothing is left", async () => {
  await using user = await TestUser.create();
  const file = `${user.root}/bomb.rig.tgz`;
  await Deno.writeTextFile(`${user.root}/rig.toml`, metadata("x"));
  const script = 'cd "$1" && truncate -s 200M zeros && tar -cf image.tar zeros && ' +
    "tar -cf - rig.toml image.tar | zstd -q > bomb.rig.tgz && rm image.tar";
  const { code } = await new Deno.Command("sh", { args: ["-c", script, "sh", user.root] }).output();
  assert.equal(code, 0);
  assert.ok((await Deno.stat(file)).size < 100_000);
  const store = new FakeImages();
  const options = { host: user.host, store, place: PLACE, progress: user.progress };
  await assert.rejects(importRig(file, options), (error) => {
    const { code, hints } = error as { code: string; hints: string[] };
    assert.equal(code, "too-large");
    assert.doesNotMatch(hints.join(), /any-size/);
    return true;
  });
  assert.deepEqual([store.store.size, leftovers(user)], [0, []]);
});
