// Rigs that are added: what a source is taken for, what it is called, and that nothing else is replaced.

import assert from "node:assert/strict";
import { type AddOptions, addRig } from "../../lib/rig/add/add.ts";
import { derivedName, isContainerfile, keptAddress } from "../../lib/rig/add/source.ts";
import { addRig as addFound } from "../../lib/app/rig/add.ts";
import { download } from "../../lib/app/rig/download.ts";
import { rigInfo } from "../../lib/rig/info.ts";
import { prepareRig } from "../../lib/rig/prepare.ts";
import { readRigRows, writeRigRow } from "../../lib/rig/registry.ts";
import { planRigRemoval, removeRig } from "../../lib/rig/remove.ts";
import { FakeImages } from "../support/fake_images.ts";
import { dockerImage, tar } from "../support/image_archive.ts";
import { TestUser } from "./world.ts";

const OCI = "localhost/kanibako-oci:latest";

async function adding(user: TestUser, store: FakeImages, more: Partial<AddOptions> & { source: string }) {
  return await addRig({
    host: user.host,
    images: () => Promise.resolve({ store, place: { kind: "podman", place: {} } }),
    progress: user.progress,
    file: undefined,
    ...more,
  });
}

Deno.test("derivedName() answers as the vectors say", () => {
  for (
    const [source, kind, name] of [
      ["./Containerfile.template-go", "template", "go"],
      ["Dockerfile.rust", "template", "rust"],
      ["Containerfile", "template", undefined],
      ["ghcr.io/corp/base:1.0", "image", "corp/base:1.0"],
      ["localhost:5000/x/y", "image", "x/y"],
      ["busybox", "image", "busybox"],
      ["corp/base", "image", "corp/base"],
      ["/tmp/db.tar", "image", "db"],
      ["/tmp/db.tar.gz", "image", "db"],
      ["db.tar", "image", "db"],
      ["https://h.example/a/x.tar?y=1", "image", "x"],
      ["https://h.example/Containerfile.go", "template", "go"],
      ["https://h.example/", "image", undefined],
      ["/tmp/..tar", "image", undefined],
    ] as const
  ) assert.equal(derivedName(source, kind), name, source);
});

Deno.test("an address is kept without what may give access to it", () => {
  for (
    const [source, kept] of [
      ["https://h.example/a/x.tar", "https://h.example/a/x.tar"],
      ["https://h.example/x.tar?sig=hunter2#a", "https://h.example/x.tar?..."],
      ["https://h.example/x.tar#token=hunter2", "https://h.example/x.tar"],
    ] as const
  ) assert.equal(keptAddress(source), kept);
  assert.equal(derivedName("https://h.example/x.tar?...", "image"), "x");
});

Deno.test("isContainerfile() goes by our header or by FROM", () => {
  assert.ok(isContainerfile("# kanibako-template: x\n"));
  assert.ok(isContainerfile("# a\n\nARG X=1\nFROM ${X}\nRUN y\n"));
  for (const text of ["", "RUN x\nFROM y\n", "From: me\n", "hello", "FROM\n"]) {
    assert.ok(!isContainerfile(text), text);
  }
});

Deno.test("a reference is remembered, and only pulled when it is prepared", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages({ registry: { "ghcr.io/corp/base:1.0": `sha256:${"1".repeat(64)}` } });
  const added = await adding(user, store, { source: "ghcr.io/corp/base:1.0" });
  assert.deepEqual([added.name, added.ready, store.calls], ["corp/base:1.0", false, []]);
  const row = (await readRigRows(user.host.dirs))["corp/base:1.0"];
  assert.deepEqual([row?.kind, row?.source_type, row?.source], ["prefab", "ref", "ghcr.io/corp/base:1.0"]);
  const made = await prepareRig("corp/base:1.0", { host: user.host, store, progress: user.progress });
  assert.equal(made.reference, "ghcr.io/corp/base:1.0");
  await assert.rejects(adding(user, store, { source: "other.example/corp/base:1.0" }), {
    code: "rig-exists",
  });
  await adding(user, store, { source: "other.example/corp/base:1.0", force: true });
  for (const source of ["bad ref", "-x", "/nothing/there.tar", "A/B"]) {
    await assert.rejects(adding(user, store, { source }), { code: "cannot-classify" }, source);
  }
  await assert.rejects(adding(user, store, { source: "busybox", kind: "template" }), {
    code: "cannot-classify",
  });
});

Deno.test("a Containerfile becomes a template, and is removed with it unless somebody has worked on it", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(OCI);
  const file = `${user.root}/Containerfile.go`;
  await Deno.writeTextFile(file, "FROM localhost/kanibako-oci:latest\n");
  const add = (more: Partial<AddOptions> = {}) =>
    adding(user, store, { source: file, file, name: "own", ...more });
  assert.equal((await add()).kind, "template");
  const copy = `${user.host.dirs.data}/containers/Containerfile.template-own`;
  assert.equal(await Deno.readTextFile(copy), await Deno.readTextFile(file));
  await prepareRig("own", { host: user.host, store, progress: user.progress });
  const info = await rigInfo(user.host, store, "own");
  assert.deepEqual([info.rig.kind, info.rig.status, info.recoverable], ["template", "ready", true]);
  const removal = await planRigRemoval(user.host, store, "own");
  assert.deepEqual([removal.containerfile, removal.recoverable], [copy, false]);
  await removeRig(user.host, store, removal);
  await assert.rejects(Deno.stat(copy));
  assert.deepEqual(await readRigRows(user.host.dirs), {});

  await add();
  await assert.rejects(add(), { code: "rig-exists" });
  await Deno.writeTextFile(copy, "FROM localhost/kanibako-oci:latest\nRUN mine\n");
  await removeRig(user.host, store, await planRigRemoval(user.host, store, "own"));
  assert.match(await Deno.readTextFile(copy), /mine/);
  // A bundled template is only replaced where that is wanted.
  await assert.rejects(add({ name: "rust" }), { code: "rig-exists" });
  await assert.rejects(add({ name: "bash" }), { code: "rig-exists" });
  for (const name of ["oci", "min", "kanibako-x", "../x"]) {
    await assert.rejects(add({ name, force: true }), { code: "bad-rig" }, name);
  }
});

Deno.test("T17: an image in a file is loaded under a name of ours, whatever the file calls it", async () => {
  await using user = await TestUser.create();
  const store = new FakeImages();
  store.add(OCI);
  const { id } = store.store.get(OCI)!;
  const file = `${user.root}/db.tar`;
  await Deno.writeFile(file, tar(dockerImage([OCI, "docker.io/library/debian:trixie-slim"])));
  const added = await adding(user, store, { source: file, file });
  assert.deepEqual([added.name, added.reference, added.ready], [
    "db",
    "localhost/kanibako-file/db:latest",
    true,
  ]);
  assert.deepEqual([...store.store.keys()], [OCI, "localhost/kanibako-file/db:latest"]);
  assert.equal(store.store.get(OCI)?.id, id);
  const info = await rigInfo(user.host, store, "db");
  assert.deepEqual([info.rig.status, info.source, info.recoverable], ["ready", `added from ${file}`, false]);
  for (const name of ["oci", "oci:latest", "kanibako-oci", "ghcr.io/x/y", "x@sha256:" + "0".repeat(64)]) {
    await assert.rejects(
      adding(user, store, { source: file, file, name, force: true }),
      { code: "bad-rig" },
      name,
    );
  }
  await removeRig(user.host, store, await planRigRemoval(user.host, store, "db"));
  assert.deepEqual([...store.store.keys()], [OCI]);
  const neither = `${user.root}/x.tar`;
  for (const content of ["hello", new TextDecoder().decode(tar([["etc/passwd", "x"]]))]) {
    await Deno.writeTextFile(neither, content);
    await assert.rejects(adding(user, store, { source: neither, file: neither }), {
      code: "cannot-classify",
    });
  }
});

Deno.test("a file called like an image is not taken for it, unless it is meant", async () => {
  await using user = await TestUser.create();
  const [cwd, file] = [user.root, "ghcr.io/corp/base:1.0"];
  await Deno.mkdir(`${cwd}/ghcr.io/corp`, { recursive: true });
  for (const name of [file, "debian", "Containerfile.x", "x.tar"]) {
    await Deno.writeTextFile(`${cwd}/${name}`, "no rig");
  }
  for (const source of [file, "debian"]) {
    await assert.rejects(addFound(user.host, source, { cwd }), /could be the reference of an image/);
    await assert.rejects(addFound(user.host, `./${source}`, { cwd }), /neither a Containerfile nor an image/);
  }
  for (const source of ["Containerfile.x", "x.tar"]) {
    await assert.rejects(addFound(user.host, source, { cwd }), /neither a Containerfile nor an image/);
  }
  assert.equal((await addFound(user.host, file, { cwd: "/" })).reference, file);
});

Deno.test("what is added under a name is what the name means; what was made by hand is not given up for it", async () => {
  await using user = await TestUser.create();
  const reference = "ghcr.io/corp/x:1";
  const store = new FakeImages({ registry: { [reference]: `sha256:${"1".repeat(64)}` } });
  store.add("localhost/kanibako-template-rust:latest", { "kanibako.recipe": "1" });
  await adding(user, store, { source: reference, name: "rust", force: true });
  const made = await prepareRig("rust", { host: user.host, store, progress: user.progress });
  assert.equal(made.reference, reference);

  const file = `${user.root}/Containerfile.x`;
  await Deno.writeTextFile(file, "FROM localhost/kanibako-oci:latest\n");
  const tarFile = `${user.root}/x.tar`;
  await Deno.writeFile(tarFile, tar(dockerImage([])));
  // One that was imported need not say of itself that it was made by hand, nor be written down.
  store.add("localhost/kanibako-rig-own:latest");
  await writeRigRow(user.host.dirs, "kept", { kind: "extended", source_type: "import" });
  const before = await readRigRows(user.host.dirs);
  for (const name of ["own", "kept"]) {
    for (const from of [file, tarFile]) {
      const source = { source: from, file: from, name, force: true };
      await assert.rejects(adding(user, store, source), { code: "rig-exists" }, `${name} ${from}`);
    }
  }
  await assert.rejects(adding(user, store, { source: reference, name: "kept", force: true }), {
    code: "rig-exists",
  });
  assert.deepEqual(await readRigRows(user.host.dirs), before);
});

Deno.test("a download is over https, or has the checksum that was said; no redirect leads elsewhere", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kanibako-download-" });
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/away") return Response.redirect("ftp://127.0.0.1/x");
    if (pathname === "/round") return Response.redirect(new URL("/round", request.url).href);
    return pathname === "/file" ? new Response("FROM x\n") : new Response("no", { status: 404 });
  });
  const at = (path: string) => `http://127.0.0.1:${server.addr.port}${path}`;
  const { signal } = new AbortController();
  const sha256 = "e4aff4e0b2b9bdd8a6d5bc7f5a8e2aaf06a9d4d1aba3a1f4a4ca0e3ab3a5c0d1";
  try {
    let next = 0;
    const get = (url: string, sha?: string) => download(url, `${folder}/${next++}`, { sha256: sha, signal });
    await assert.rejects(get(at("/file")), { code: "insecure-address" });
    await assert.rejects(get("https://user:word@127.0.0.1/x"), { code: "bad-address" });
    await assert.rejects(get("file:///etc/passwd"), { code: "bad-address" });
    await assert.rejects(get(at("/file"), "abc"), { code: "bad-checksum" });
    await assert.rejects(get(at("/file"), sha256), { code: "wrong-checksum" });
    await assert.rejects(get(at("/away"), sha256), { code: "bad-address" });
    await assert.rejects(get(at("/round"), sha256), { code: "cannot-fetch" });
    await assert.rejects(get(at("/none"), sha256), { code: "cannot-fetch" });
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("FROM x\n")));
    await get(at("/file"), bytes.toHex());
    assert.equal(await Deno.readTextFile(`${folder}/${next - 1}`), "FROM x\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
