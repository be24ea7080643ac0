/** T26 to T29: what an archive made to do harm cannot do. Each refusal leaves nothing, neither outside nor in place. */

import assert from "node:assert/strict";
import { extractArchive, type ExtractOptions } from "../../lib/archive/extract.ts";
import { readArchive } from "../../lib/archive/read.ts";
import { END, join, member, type RawMember, refused, Scratch, system } from "../archive/support.ts";

/** Tries to unpack members; the folder above the target must stay as it is. */
async function attempt(
  codes: readonly string[],
  members: readonly RawMember[],
  options: ExtractOptions = {},
): Promise<void> {
  await using scratch = new Scratch();
  await Deno.mkdir(`${scratch.path}/victim`);
  await Deno.writeTextFile(`${scratch.path}/victim/file`, "precious");
  const file = scratch.file("archive", ...members.map(member), END);
  await refused(extractArchive(file, `${scratch.path}/out`, options), ...codes);
  assert.deepEqual(scratch.names(), ["archive", "victim"], JSON.stringify(members));
  assert.equal(await Deno.readTextFile(`${scratch.path}/victim/file`), "precious");
  assert.equal((await Deno.stat(`${scratch.path}/victim/file`)).nlink, 1);
}

/** Unpacks members, which must work, and answers what `look` finds. */
async function unpacked<T>(members: readonly RawMember[], look: (out: string) => Promise<T>): Promise<T> {
  await using scratch = new Scratch();
  const file = scratch.file("archive", ...members.map(member), END);
  await extractArchive(file, `${scratch.path}/out`);
  return await look(`${scratch.path}/out`);
}

const UNSAFE = ["unsafe-archive"];
const first: RawMember = { path: "sound/file", body: "sound" };

const PATHS = [
  "../x",
  "/abs",
  "a/../../b",
  "a/..",
  "..",
  "C:\\x",
  "a\\b",
  "..\\x",
  "",
  "a//b",
  "a/./b",
  "/",
  ".",
  "a/",
  "./../x",
  `${"n".repeat(256)}`,
];

Deno.test("T26 a path that leads out, or that two programs could read differently, is refused and nothing is written", async () => {
  for (const path of PATHS) {
    if (path.length <= 100) await attempt(UNSAFE, [first, { path, body: "evil" }]);
    await attempt(UNSAFE, [first, { path: "harmless", pax: { path }, body: "evil" }]);
    await attempt(["unsafe-archive", "bad-archive"], [
      first,
      { path: "././@LongLink", type: "L", body: `${path}\0` },
      { path: "harmless", body: "evil" },
    ]);
    if (path !== "." && path !== "a/" && path.length <= 100) {
      await attempt(UNSAFE, [first, { path, type: "5" }]);
    }
  }
  await attempt(["bad-archive"], [first, { path: "a", over: [[1, "\0/../../x"]] }]);
  await attempt(UNSAFE, [first, { path: "a", pax: { path: "a\0b" } }]);
  await attempt(UNSAFE, [first, { path: "x", over: [[345, ".."]] }]);
  await attempt(UNSAFE, [first, {
    path: "x",
    pax: {
      "GNU.sparse.major": "1",
      "GNU.sparse.minor": "0",
      "GNU.sparse.name": "../x",
      "GNU.sparse.realsize": "0",
    },
    body: "0\n",
  }]);
  await attempt(["bad-archive"], [{ path: "g", type: "g", body: "14 path=../x\n" }, first]);
});

Deno.test("T26 odd but sound paths are unpacked", async () => {
  const names = ["..a", "a..", "...", " ", "-rf", "a b", "$(x)", "new\nline", "é日本", "n".repeat(255)];
  const found = await unpacked(
    [
      { path: "./", type: "5" },
      ...names.map((path) => ({ path: `./${path}`, body: path.length > 99 ? "" : path })).slice(0, -1),
      {
        path: "x",
        pax: { path: names.at(-1)! },
      },
      { path: "x", pax: { path: "a\\b", "KANIBAKO.backslash": "1" } },
    ],
    (out) => Promise.resolve([...Deno.readDirSync(out)].map(({ name }) => name).sort()),
  );
  assert.deepEqual(found, [...names, "a\\b"].sort());
});

Deno.test("T27 nothing is written through a symlink of the archive, whichever comes first", async () => {
  await using scratch = new Scratch();
  const victim = `${scratch.path}/victim`;
  await Deno.mkdir(victim);
  const link: RawMember = { path: "x", type: "2", link: victim };
  const through: RawMember = { path: "x/authorized_keys", body: "evil" };
  for (
    const members of [
      [link, through],
      [through, link],
      [{ ...link, link: "../victim" }, through],
      [link, { path: "x", body: "evil" }],
      [{ path: "x", body: "good" }, link],
      [link, { path: "x", type: "5" }],
      [{ path: "x", type: "5" }, link],
      [link, { path: "x", type: "5" }, through],
      [link, link],
      [{ path: "a", type: "2", link: "." }, { path: "a/b", type: "2", link: "/" }],
      [link, { path: "y", type: "1", link: "x/authorized_keys" }],
      [link, { path: "y", type: "1", link: "x" }, { path: "y/authorized_keys", body: "evil" }],
      [{ path: "f", body: "1" }, { path: "f", body: "2" }],
      [{ path: "f", body: "1" }, { path: "f/g", body: "2" }],
    ]
  ) {
    await attempt(UNSAFE, [first, ...members]);
    assert.deepEqual([...Deno.readDirSync(victim)], []);
  }
});

Deno.test("T27 a symlink is kept as it is, wherever it points, and is made last", async () => {
  const found = await unpacked(
    [{ path: "x", type: "2", link: "/home/u/.ssh" }, { path: "y", type: "1", link: "x" }, {
      path: "z",
      type: "2",
      link: "../..",
    }],
    (out) => Promise.all(["x", "y", "z"].map((name) => Deno.readLink(`${out}/${name}`))),
  );
  assert.deepEqual(found, ["/home/u/.ssh", "/home/u/.ssh", "../.."]);
});

Deno.test("T27 a hard link leads to a file that came before it in the same archive, or is refused", async () => {
  const deep = "a/".repeat(30);
  for (
    const link of [
      "../../etc/passwd",
      "/etc/passwd",
      `${"../".repeat(31)}victim/file`,
      "",
      "later",
      "folder",
      "missing/file",
    ]
  ) {
    await attempt(UNSAFE, [
      first,
      { path: "folder", type: "5" },
      { path: `${deep}x`, type: "1", link },
      { path: "later", body: "" },
    ]);
    await attempt(UNSAFE, [first, { path: `${deep}x`, type: "1", link: "y", pax: { linkpath: link } }]);
  }
  await attempt(UNSAFE, [first, { path: "x", type: "1", link: "sound/file", body: "content" }]);
  await attempt(UNSAFE, [{ path: "victim/file", body: "mine" }, {
    path: "x",
    type: "1",
    link: "../victim/file",
  }]);
  const same = await unpacked([first, { path: `${deep}x`, type: "1", link: "sound/file" }], async (out) => {
    const [a, b] = await Promise.all([Deno.stat(`${out}/sound/file`), Deno.stat(`${out}/${deep}x`)]);
    return a.ino === b.ino;
  });
  assert.ok(same);
});

Deno.test("T27 a second archive cannot write through what a first one left: it is unpacked into a folder of its own", async () => {
  await using scratch = new Scratch();
  await Deno.mkdir(`${scratch.path}/victim`);
  const one = scratch.file("one", member({ path: "x", type: "2", link: "../victim" }), END);
  const two = scratch.file("two", member({ path: "x/evil", body: "evil" }), END);
  await extractArchive(one, `${scratch.path}/out`);
  await refused(extractArchive(two, `${scratch.path}/out`), "exists");
  await extractArchive(two, `${scratch.path}/other`);
  assert.deepEqual([...Deno.readDirSync(`${scratch.path}/victim`)], []);
  await Deno.symlink("victim", `${scratch.path}/link`);
  await refused(extractArchive(two, `${scratch.path}/link`), "exists");
});

Deno.test("T28 an archive that grows beyond a thousand times its size is stopped on the way", async () => {
  await using scratch = new Scratch();
  const zeros = new Uint8Array(2 ** 20);
  const size = 10 * 2 ** 30;
  // 10 GiB of zeros, of which no more than a part is ever made: the file is cut where the reader must have stopped.
  const header = member({ path: "zeros", size: 0, over: [[124, "\x80\0\0\0\0\0\0\x02\x80\0\0\0"]] });
  const plain = scratch.file("plain", header, ...Array.from({ length: 110 }, () => zeros));
  assert.equal(size, 2 ** 31 + 2 ** 33);
  for (const [tool, name] of [["zstd", "bomb.zst"], ["xz", "bomb.xz"], ["gzip", "bomb.gz"]] as const) {
    await system("sh", "-c", '"$1" -c "$2" > "$3"', "sh", tool, plain, `${scratch.path}/${name}`);
    const packed = (await Deno.stat(`${scratch.path}/${name}`)).size;
    // Deflate cannot shrink a thousandfold twice over; there the cut file is simply cut off.
    const codes = packed * 1000 < 100 * 2 ** 20 ? ["too-large"] : ["too-large", "bad-archive"];
    await refused(extractArchive(`${scratch.path}/${name}`, `${scratch.path}/out`), ...codes);
    await assert.rejects(Deno.lstat(`${scratch.path}/out`), Deno.errors.NotFound);
  }
});

Deno.test("T28 too many entries, folders, or too much content is refused before it is written", async () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ path: `f${n}` }));
  await attempt(["too-large"], many, { limits: { entries: 50 } });
  await attempt(["too-large"], [{ path: "a/".repeat(60) + "x" }], { limits: { entries: 50 } });
  await attempt(["too-large"], [{ path: "a", body: "x".repeat(2000) }], { limits: { bytes: 1000 } });
  await attempt(["too-large"], [{ path: "a", over: [[124, "77777777777\0"]] }], {
    limits: { bytes: 2 ** 32 },
  });
  await using scratch = new Scratch();
  const file = scratch.file("a", ...many.map(member), END);
  assert.equal((await extractArchive(file, `${scratch.path}/out`, { limits: { entries: 60 } })).files, 60);
});

Deno.test("T28 long names, long targets and large extended headers are refused without being read", async () => {
  const long = "n/".repeat(32_000) + "n";
  await attempt(UNSAFE, [first, { path: "x", pax: { path: long } }]);
  await attempt(["too-large"], [first, { path: "x", pax: { path: `${long}/${long}` } }]);
  await attempt(["too-large"], [first, { path: "l", type: "L", body: long }]);
  await attempt(UNSAFE, [first, { path: "x", type: "2", link: "y", pax: { linkpath: "t".repeat(4096) } }]);
  // A gigabyte that is only claimed.
  await attempt(["too-large"], [first, { path: "x", type: "x", over: [[124, "10000000000\0"]] }]);
});

Deno.test("T28 sizes that are negative, overflow, or differ from what is there are refused", async () => {
  for (const field of ["\xff".repeat(12), "\x80" + "\xff".repeat(11), "-0000000001\0", "99999999999\0"]) {
    await attempt(["bad-archive"], [first, { path: "a", over: [[124, field]] }]);
  }
  for (const size of ["-1", "1e3", "99999999999999999999", "0x10", ""]) {
    await attempt(["bad-archive"], [first, { path: "a", pax: { size } }]);
  }
  await attempt(["bad-archive"], [first, { path: "a", size: 100_000, body: "short" }]);
  for (const type of ["1", "2", "3", "4", "5", "6"]) {
    await attempt(UNSAFE, [first, { path: "a", type, link: "sound/file", body: "hidden header" }]);
  }
  await attempt(["bad-archive"], [{ path: "a", type: "x", body: "6 a=b\n" }]);
  await attempt(["bad-archive"], [{ path: "a", type: "Z" }]);
});

Deno.test("T28 a sparse file whose map lies is refused", async () => {
  const pax = {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.name": "s",
    "GNU.sparse.realsize": "1000",
  };
  const map = (text: string, data = "") => join(new TextEncoder().encode(text.padEnd(512, "\0") + data));
  const lies = [
    "1\n0\n5\n",
    "1\n999\n5\n",
    "2\n10\n5\n0\n5\n",
    "x\n",
    "-1\n",
    "1\n0\n",
    "999999999\n",
    "1\n0\n99999999999999999\n",
    "1\n5",
  ];
  for (const text of lies) {
    await attempt(["bad-archive", "too-large"], [{ path: "x", pax, body: map(text, "12") }]);
  }
  await attempt(["bad-archive"], [{
    path: "x",
    pax: { ...pax, "GNU.sparse.realsize": "-5" },
    body: map("0\n"),
  }]);
  await attempt(["bad-archive"], [{ path: "x", pax: { ...pax, "GNU.sparse.minor": "7" }, body: map("0\n") }]);
  const content = await unpacked(
    [{ path: "x", pax, body: map("1\n990\n2\n", "12") }],
    (out) => Deno.readFile(`${out}/s`),
  );
  assert.deepEqual([content.length, ...content.subarray(988)], [1000, 0, 0, 49, 50, ...new Array(8).fill(0)]);
});

Deno.test("T29 setuid, setgid, sticky and that others may write are dropped; owners and attributes are not taken over", async () => {
  const pax = {
    uid: "0",
    gid: "0",
    uname: "root",
    "SCHILY.xattr.security.capability": "\x01\0\0\x02",
    "SCHILY.xattr.user.x": "y",
  };
  const modes = await unpacked(
    [
      { path: "file", mode: 0o7777, body: "x", pax },
      { path: "folder", type: "5", mode: 0o7777, pax },
      { path: "none", mode: 0 },
      { path: "run", mode: 0o755 },
    ],
    async (out) => {
      assert.ok(!(await system("getfattr", "-d", "-m", "-", `${out}/file`).catch(() => "")).includes("="));
      return await Promise.all(["file", "folder", "none", "run"].map(async (name) => {
        const info = await Deno.stat(`${out}/${name}`);
        assert.equal(info.uid, Deno.uid());
        return (info.mode! & 0o7777).toString(8);
      }));
    },
  );
  assert.deepEqual(modes, ["775", "775", "0", "755"]);
});

Deno.test("T29 devices and FIFOs are never made, but listed", async () => {
  await using scratch = new Scratch();
  const members = [["null", "3"], ["disk", "4"], ["fifo", "6"]].map(([path, type]) =>
    member({ path: path!, type: type! })
  );
  const file = scratch.file("a", ...members, member(first), END);
  const report = await extractArchive(file, `${scratch.path}/out`);
  assert.deepEqual(report.skipped, ["null", "disk", "fifo"]);
  assert.deepEqual([...Deno.readDirSync(`${scratch.path}/out`)].map(({ name }) => name), ["sound"]);
  assert.equal((await readArchive(file, () => {})).entries, 4);
});
