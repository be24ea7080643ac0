// A root file system on its way from an engine's archive into a machine: read and written by the real tar.

import assert from "node:assert/strict";
import { compressionOf } from "../../lib/project/archive/file.ts";
import { machineFile } from "../../lib/app/rig/export_as.ts";
import { run } from "../../lib/host/process.ts";
import { OutStream } from "../../lib/archive/out_stream.ts";
import { writeHeader } from "../../lib/archive/tar_header.ts";
import { LAUNCHER, type RootContents, writeRoot } from "../../lib/rig/rootfs/root_archive.ts";

const never = new AbortController().signal;
const LONG = `usr/share/${"long/".repeat(60)}name`;

async function folder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "kanibako-rootfs-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function put(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
}

/** What a container's root has, and what of it belongs to that container alone. */
async function makeRoot(path: string): Promise<void> {
  await put(path, {
    ".dockerenv": "",
    "boot/initrd.img-6.1": "initrd",
    "boot/vmlinuz-6.1": "kernel",
    "dev/console": "",
    "etc/hostname": "builder\n",
    "etc/hosts": "10.0.0.1 builder\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "etc/passwd": "root:x:0:0::/root:/bin/sh\n",
    "etc/resolv.conf": "nameserver 10.0.0.2\n",
    "etc/ssh/ssh_host_rsa_key": "a secret of the builder's",
    "etc/ssh/ssh_host_rsa_key.pub": "and its public half",
    "opt/kanibako/cli.js": "an older program",
    "run/secrets/token": "a secret",
    "tmp/left": "",
    "usr/sbin/init": "init",
    [LONG]: "long",
  });
  await Deno.chmod(`${path}/usr/sbin/init`, 0o4755);
  await Deno.link(`${path}/etc/passwd`, `${path}/etc/passwd-`);
  await Deno.symlink("usr/sbin", `${path}/sbin`);
}

async function tar(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(["/usr/bin/env", "tar", ...words]);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function through(tarFile: string, to: string, program: string, text = ""): Promise<RootContents> {
  using file = await Deno.open(to, { write: true, create: true, truncate: true });
  const out = new OutStream((bytes) => Promise.resolve(void file.writeSync(bytes)));
  const job = {
    tarFile,
    word: "mine",
    program: [
      { source: program, destination: "/opt/kanibako" },
      { source: `${program}/box-launcher`, destination: LAUNCHER },
      { source: `${program}/other-deno`, destination: "/opt/kanibako/deno" },
    ],
    texts: text === "" ? [] : [{ path: "etc/fstab", text }],
  };
  const contents = await writeRoot(job, out, never);
  await out.finish();
  return contents;
}

async function makeProgram(path: string): Promise<void> {
  await put(path, { "box-launcher": "#!/bin/sh\n", "cli.js": "new", "deno": "", "other-deno": "deno" });
  await Deno.chmod(`${path}/box-launcher`, 0o755);
}

for (const format of ["gnu", "pax"]) {
  Deno.test(`writeRoot() leaves a container's own files out and puts the program in, from ${format}`, async () => {
    await using at = await folder();
    await makeRoot(`${at.path}/root`);
    await makeProgram(`${at.path}/program`);
    const members = [...Deno.readDirSync(`${at.path}/root`)].map(({ name }) => name).sort();
    await tar(`--format=${format}`, "-cf", `${at.path}/in.tar`, "-C", `${at.path}/root`, ...members);
    const contents = await through(
      `${at.path}/in.tar`,
      `${at.path}/out.tar`,
      `${at.path}/program`,
      "table\n",
    );
    assert.deepEqual(contents, { hasInit: true, hasKernel: true });
    const listed = (await tar("-tf", `${at.path}/out.tar`)).trim().split("\n");
    assert.equal(new Set(listed).size, listed.length, "nothing is there twice");
    for (const gone of [".dockerenv", "dev/console", "etc/resolv.conf", "run/secrets/token", "tmp/left"]) {
      assert.ok(!listed.includes(gone), gone);
    }
    assert.ok(!listed.some((name) => name.includes("ssh_host")), "keys of the builder");
    for (const kept of ["dev/", "run/", "tmp/", "boot/vmlinuz-6.1", LONG]) {
      assert.ok(listed.includes(kept), kept);
    }
    await Deno.mkdir(`${at.path}/back`);
    await tar("-xpf", `${at.path}/out.tar`, "-C", `${at.path}/back`);
    const read = (name: string) => Deno.readTextFile(`${at.path}/back/${name}`);
    assert.equal(await read("etc/hostname"), "kanibako\n");
    assert.equal(await read("etc/machine-id"), "");
    assert.equal(await read("etc/fstab"), "table\n");
    assert.equal(await read("opt/kanibako/cli.js"), "new");
    assert.equal(await read("opt/kanibako/deno"), "deno");
    assert.equal(await read(LONG), "long");
    const mode = async (name: string) => (await Deno.lstat(`${at.path}/back/${name}`)).mode! & 0o7777;
    assert.equal(await mode("usr/local/bin/kanibako"), 0o755);
    assert.equal(await mode("usr/sbin/init"), 0o4755, "modes stay");
    assert.equal((await Deno.lstat(`${at.path}/back/etc/passwd-`)).nlink, 2, "links stay");
    assert.equal(await Deno.readLink(`${at.path}/back/sbin`), "usr/sbin");
  });
}

Deno.test("writeRoot() says what a root file system lacks to be booted", async () => {
  await using at = await folder();
  await put(`${at.path}/root`, { "etc/passwd": "", "boot/vmlinuz-6.1": "" });
  await makeProgram(`${at.path}/program`);
  await tar("-cf", `${at.path}/in.tar`, "-C", `${at.path}/root`, "etc", "boot");
  const contents = await through(`${at.path}/in.tar`, `${at.path}/out.tar`, `${at.path}/program`);
  assert.deepEqual(contents, { hasInit: false, hasKernel: false });
});

Deno.test("writeRoot() leaves out devices that a rig brings along, wherever they are", async () => {
  await using at = await folder();
  await makeProgram(`${at.path}/program`);
  const member = (path: string, type: string) => {
    const block = new Uint8Array(512);
    const about = { mode: 0o666, uid: 0, gid: 0, size: 0, mtime: 0 };
    writeHeader(block, 0, { ...about, path: new TextEncoder().encode(path), type });
    return block;
  };
  const blocks = [
    member("srv/disk", "4"),
    member("srv/memory", "3"),
    member("srv/file", "0"),
    member("srv/pipe", "6"),
  ];
  await Deno.writeFile(`${at.path}/in.tar`, new Blob([...blocks, new Uint8Array(1024)]).stream());
  await through(`${at.path}/in.tar`, `${at.path}/out.tar`, `${at.path}/program`);
  const listed = (await tar("-tf", `${at.path}/out.tar`)).split("\n").filter((name) =>
    name.startsWith("srv/")
  );
  assert.deepEqual(listed, ["srv/file", "srv/pipe"]);
});

Deno.test("writeRoot() refuses an archive that is not whole, and one it cannot read for certain", async () => {
  await using at = await folder();
  await put(`${at.path}/root`, { "etc/passwd": "x".repeat(5000) });
  await makeProgram(`${at.path}/program`);
  await tar("-cf", `${at.path}/in.tar`, "-C", `${at.path}/root`, "etc");
  const bytes = await Deno.readFile(`${at.path}/in.tar`);
  await Deno.truncate(`${at.path}/root/etc/passwd`, 4_000_000);
  await tar("--format=gnu", "-Scf", `${at.path}/sparse.tar`, "-C", `${at.path}/root`, "etc");
  const broken = bytes.slice();
  broken[512 + 3]! ^= 1;
  const cases: Record<string, Uint8Array> = {
    "truncated content": bytes.subarray(0, 2048),
    "no end": bytes.subarray(0, 512),
    "a header that was changed": broken,
    "a sparse file": await Deno.readFile(`${at.path}/sparse.tar`),
    "no archive": new TextEncoder().encode("x".repeat(512)),
  };
  for (const [what, content] of Object.entries(cases)) {
    await Deno.writeFile(`${at.path}/bad.tar`, content);
    await assert.rejects(
      through(`${at.path}/bad.tar`, `${at.path}/out.tar`, `${at.path}/program`),
      { code: "bad-archive" },
      what,
    );
  }
  await Deno.writeFile(`${at.path}/bad.tar`, bytes);
  await through(`${at.path}/bad.tar`, `${at.path}/out.tar`, `${at.path}/program`);
});

Deno.test("machineFile() takes the compression from the name, and refuses a name that says none", async () => {
  await using at = await folder();
  const name = (form: "rootfs" | "qcow2", out?: string) => machineFile("oci", form, out, at.path);
  assert.deepEqual(name("rootfs"), { file: `${at.path}/oci.tar.zst`, compression: "zst" });
  assert.deepEqual(name("rootfs", "a.tar.xz"), { file: `${at.path}/a.tar.xz`, compression: "xz" });
  assert.deepEqual(name("rootfs", at.path), { file: `${at.path}/oci.tar.zst`, compression: "zst" });
  assert.deepEqual(name("qcow2"), { file: `${at.path}/oci.qcow2`, compression: "none" });
  assert.equal(machineFile("ghcr.io/o/mine:1", "qcow2", undefined, "/").file, "/mine.qcow2");
  assert.equal(compressionOf("x.img"), undefined);
  for (const [form, out] of [["rootfs", "x.img"], ["rootfs", "x.qcow2"], ["qcow2", "x.tar"]] as const) {
    assert.throws(() => name(form, out), { code: "usage" }, out);
  }
});
