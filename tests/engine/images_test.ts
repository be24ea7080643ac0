// The images of a real engine: everything an ImageStore does, with an image of one file.

import assert from "node:assert/strict";
import { baseDirs } from "../../lib/host/dirs.ts";
import { imagesOf, openRuntime } from "../../lib/runtime/open.ts";
import type { ImageStore } from "../../lib/runtime/images.ts";
import { engine } from "../support/program.ts";

interface World extends AsyncDisposable {
  readonly store: ImageStore;
  readonly folder: string;
  /** A reference of this test's own. */
  readonly name: string;
  /** Runs the engine itself. */
  call(...words: string[]): Promise<string>;
}

async function world(): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "kanibako-images-" });
  const runtime = await openRuntime(baseDirs((name) => name === "HOME" ? folder : undefined), engine);
  const store = imagesOf(runtime);
  const name = `localhost/kanibako-test-${crypto.randomUUID().slice(0, 8)}:1`;
  return {
    store,
    folder,
    name,
    call: async (...words) => {
      const { code, stdout, stderr } = await new Deno.Command(engine, { args: words }).output();
      if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    },
    async [Symbol.asyncDispose]() {
      for (const tag of [name, `${name}0`, `${name}1`]) await store.remove(tag).catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A root file system with one file. */
async function rootTar(folder: string): Promise<string> {
  await Deno.mkdir(`${folder}/root/etc`, { recursive: true });
  await Deno.writeTextFile(`${folder}/root/etc/name`, crypto.randomUUID());
  const { code } = await new Deno.Command("tar", {
    args: ["-C", `${folder}/root`, "-cf", `${folder}/root.tar`, "."],
  }).output();
  assert.equal(code, 0);
  return `${folder}/root.tar`;
}

Deno.test("an image is imported, found, renamed, written, removed and read again", async () => {
  await using here = await world();
  const { store, name, folder } = here;
  assert.equal(await store.get(name), undefined);
  await store.importRoot(await rootTar(folder), name);
  const image = await store.get(name);
  assert.deepEqual(image?.names, [name]);
  assert.ok((image?.sizeBytes ?? 0) > 0 && (image?.createdAt ?? 0) > 1_600_000_000);
  await store.tag(name, `${name}0`);
  assert.equal((await store.get(`${name}0`))?.id, image?.id);
  const listed = (await store.list()).filter(({ names }) =>
    names.includes(name) || names.includes(`${name}0`)
  );
  assert.ok(listed.length > 0);
  await store.save(name, `${folder}/image.tar`);
  await store.remove(`${name}0`);
  await store.remove(name);
  assert.equal(await store.get(name), undefined);
  assert.deepEqual(await store.load(`${folder}/image.tar`), [name]);
  assert.equal((await store.get(name))?.id, image?.id);
  await assert.rejects(store.remove(`${name}9`), { code: "engine" });
});

Deno.test("a container becomes an image as it is now", async () => {
  await using here = await world();
  await here.store.importRoot(await rootTar(here.folder), here.name);
  const container = await here.call("create", here.name, "/none");
  try {
    await here.store.commit(container, `${here.name}1`);
    assert.notEqual((await here.store.get(`${here.name}1`))?.id, (await here.store.get(here.name))?.id);
  } finally {
    await here.call("rm", "--force", container);
  }
});

Deno.test("a build uses its context and arguments, and one that is cancelled before it begins makes nothing", async () => {
  await using here = await world();
  const { store, folder, name } = here;
  await store.importRoot(await rootTar(folder), `${name}0`);
  await Deno.mkdir(`${folder}/context`);
  await Deno.writeTextFile(`${folder}/context/file`, "x");
  const containerfile = `${folder}/Containerfile`;
  await Deno.writeTextFile(containerfile, `ARG BASE\nFROM $BASE\nCOPY file /file\nLABEL own=yes\n`);
  const options = {
    reference: name,
    containerfile,
    context: `${folder}/context`,
    buildArgs: { BASE: `${name}0` },
    labels: { "kanibako.rig": "test" },
    noCache: false,
  };
  await assert.rejects(store.build(options, { signal: AbortSignal.abort() }), { code: "aborted" });
  assert.equal(await store.get(name), undefined);
  let output = "";
  await store.build(options, { onOutput: (text) => output += text });
  const labels = (await store.get(name))?.labels ?? {};
  assert.deepEqual([labels["kanibako.rig"], labels["own"]], ["test", "yes"]);
  assert.notEqual(output, "");
  await Deno.writeTextFile(containerfile, `FROM ${name}0\nCOPY nothing /x\n`);
  await assert.rejects(store.build({ ...options, noCache: true }), { code: "engine" });
});

Deno.test("a pull of what no registry has fails with the engine's reason", async () => {
  await using here = await world();
  await assert.rejects(here.store.pull("localhost:1/none/none:1"), {
    code: "engine",
    message: /cannot pull/,
  });
});

Deno.test("the files of an image are written out, and a program of it makes one file of another; no container stays", async () => {
  await using here = await world();
  const { store, folder } = here;
  const base = "localhost/kanibako-base:trixie";
  const containers = () => here.call("ps", "--all", "--quiet", "--filter=label=kanibako.passing");
  const before = await containers();
  await store.exportRoot(base, `${folder}/out.tar`);
  const listed = await new Deno.Command("tar", { args: ["-tf", `${folder}/out.tar`] }).output();
  assert.match(new TextDecoder().decode(listed.stdout), /^(\.\/)?etc\/debian_version$/m);
  await Deno.writeTextFile(`${folder}/in`, "words");
  await Deno.writeTextFile(`${folder}/made`, "what was there before, and is longer");
  const job = { image: base, input: `${folder}/in`, output: `${folder}/made` };
  // Root of its own container, and nothing else: no network, and nothing of this machine.
  const script = 'tr a-z A-Z; echo; id -u; ls /sys/class/net; test ! -e "$1" && echo alone';
  await store.filter({ ...job, words: ["sh", "-c", script, "sh", folder] });
  assert.equal(await Deno.readTextFile(`${folder}/made`), "WORDS\n0\nlo\nalone\n");
  await assert.rejects(store.filter({ ...job, words: ["sh", "-c", "echo reason >&2; exit 3"] }), /reason/);
  await assert.rejects(store.exportRoot(`${here.name}9`, `${folder}/none.tar`), { code: "engine" });
  const cancel = new AbortController();
  const waiting = store.filter({ ...job, words: ["sleep", "1000"] }, { signal: cancel.signal });
  setTimeout(() => cancel.abort(), 1500);
  await assert.rejects(waiting, { code: "aborted" });
  assert.equal(await containers(), before);
});
