import assert from "node:assert/strict";
import { HostMailbox } from "../../lib/runtime/cli/mailbox.ts";
import { BOX_IN, BOX_OUT } from "../../lib/spec/box_paths.ts";
import { fromPart } from "../../lib/spec/source.ts";
import type { FilesMount, HandedFile } from "../../lib/spec/box_spec.ts";
import { someSpec } from "../support/spec.ts";

const from = fromPart("test");
const user = { kind: "keep-id", uid: 1000, gid: 1000 } as const;

function handed(destination: string, files: Readonly<Record<string, HandedFile>>): FilesMount {
  return { type: "files", destination, readOnly: true, files: new Map(Object.entries(files)), from };
}

async function runFolder(): Promise<string> {
  return `${await Deno.makeTempDir()}/runs/r1`;
}

const mode = async (path: string) => ((await Deno.lstat(path)).mode ?? 0) & 0o777;

Deno.test("what a plan hands in becomes mounts of this host, with the modes it asks for under any umask", async () => {
  const folder = await runFolder();
  const spec = someSpec({
    user,
    mounts: [
      handed(BOX_IN, {
        enter: { content: "#!/bin/sh\n", mode: 0o755 },
        "d1/x": { content: Uint8Array.of(255, 0), mode: 0o600 },
      }),
      { type: "mailbox", destination: BOX_OUT, readOnly: false, from },
      handed("/etc/passwd", { "": { content: "root:x:0:0::/:/bin/sh\n", mode: 0o644 } }),
    ],
  });
  const umask = Deno.umask(0o077);
  await using mailbox = await HostMailbox.prepare(spec, folder);
  Deno.umask(umask);
  const { mounts } = HostMailbox.bound(spec, mailbox);
  assert.deepEqual(mounts.map((mount) => [mount.type, mount.destination, mount.readOnly]), [
    ["bind", BOX_IN, true],
    ["bind", BOX_OUT, false],
    ["bind", "/etc/passwd", true],
  ]);
  const sources = mounts.map((mount) => mount.type === "bind" ? mount.source : "");
  assert.equal(await Deno.readTextFile(`${sources[0]}/enter`), "#!/bin/sh\n");
  assert.equal(await mode(`${sources[0]}/enter`), 0o755);
  assert.deepEqual(await Deno.readFile(`${sources[0]}/d1/x`), Uint8Array.of(255, 0));
  assert.equal(await mode(sources[2]!), 0o644);
  assert.equal((await Deno.readTextFile(sources[2]!)).length, 22);
  await mailbox.remove();
  assert.equal(await Deno.stat(sources[0]!).then(() => true, () => false), false);
});

Deno.test("the FIFOs of a run are its own: nothing of an earlier run is in them", async () => {
  const state = await Deno.makeTempDir();
  const [first, second] = [`${state}/runs/r1`, `${state}/runs/r2`];
  const spec = someSpec({ user, mounts: [handed(BOX_IN, {})] });
  await using _one = await HostMailbox.prepare(spec, first);
  using end = await Deno.open(`${first}/in/alive`, { write: true });
  await end.write(new TextEncoder().encode("s"));
  await using two = await HostMailbox.prepare(spec, second);
  assert.equal(await two.hasBegun(), false);
  const [a, b] = await Promise.all([Deno.stat(`${first}/in/alive`), Deno.stat(`${second}/in/alive`)]);
  assert.notEqual(a.ino, b.ino);
  assert.deepEqual([a.nlink, b.nlink], [1, 1]);
});

Deno.test("only a box that is to wait for guests is given their FIFO", async () => {
  const spec = someSpec({ user, mounts: [handed(BOX_IN, {})] });
  const has = async (options?: { guests: boolean }, lifetime: "ephemeral" | "persistent" = "ephemeral") => {
    const folder = await runFolder();
    await using _mailbox = await HostMailbox.prepare({ ...spec, lifetime }, folder, options);
    return await Deno.stat(`${folder}/in/guests`).then((info) => info.isFifo, () => false);
  };
  assert.deepEqual(await Promise.all([has(), has({ guests: false }), has(undefined, "persistent")]), [
    true,
    false,
    false,
  ]);
});

Deno.test("what is put into a mailbox is whole before its todo is there", async () => {
  const folder = await runFolder();
  await using mailbox = await HostMailbox.prepare(someSpec({ user, mounts: [handed(BOX_IN, {})] }), folder);
  const seen: string[][] = [];
  const watcher = Deno.watchFs(`${folder}/in`);
  const watching = (async () => {
    for await (const { kind } of watcher) {
      if (kind === "access") continue;
      const names = [...Deno.readDirSync(`${folder}/in`)].map(({ name }) => name);
      seen.push(names);
      if (names.includes("todo")) break;
    }
  })();
  const file = (content: string) => ({ content, mode: 0o600 });
  await mailbox.put(new Map([["todo", file("d1\n")], ["d1/todo.sh", file("true\n")]]));
  await watching;
  assert.equal(await Deno.readTextFile(`${folder}/in/d1/todo.sh`), "true\n");
  assert.ok(seen.at(-1)!.includes("d1"));
});

Deno.test("take() gives files of the box and refuses everything else, without waiting for any of it", async () => {
  const folder = await runFolder();
  await using mailbox = await HostMailbox.prepare(someSpec({ user, mounts: [handed(BOX_IN, {})] }), folder);
  const out = `${folder}/out`;
  await Deno.writeTextFile(`${out}/file`, "12345");
  await Deno.symlink("/etc/passwd", `${out}/link`);
  await Deno.symlink("file", `${out}/near`);
  await Deno.mkdir(`${out}/folder`);
  await new Deno.Command("mkfifo", { args: [`${out}/fifo`] }).output();
  assert.equal(new TextDecoder().decode(await mailbox.take("file", 5)), "12345");
  assert.equal(await mailbox.take("none", 5), undefined);
  await assert.rejects(mailbox.take("file", 4), { code: "out-folder" });
  for (const name of ["link", "near", "folder", "fifo", ".", "..", "", "folder/x", "../in/alive"]) {
    await assert.rejects(mailbox.take(name, 100), { code: "out-folder" }, name);
  }
});
