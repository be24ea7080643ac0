import assert from "node:assert/strict";
import { cName, libc, Open } from "../../lib/host/libc/libc.ts";
import { openFolder } from "../../lib/host/tree/folder.ts";
import { walkTree } from "../../lib/host/tree/walk.ts";
import { EntryHasher } from "../../lib/vault/snapshot/entry_hash.ts";
import { CopySurvey, isAsKnown, isUnchanged, survey } from "../../lib/vault/snapshot/survey.ts";
import { inFolder } from "../support/trees.ts";

Deno.test("a change right after a file was looked at for copying shows, though neither length nor time tells", () =>
  inFolder((path) => {
    const file = `${path}/file`;
    Deno.writeTextFileSync(file, "000");
    using folder = openFolder(path);
    const parts = [{ name: "content", folder }] as const;
    let unseen = 0;
    for (let round = 0; round < 40; round++) {
      const look = new CopySurvey(undefined);
      Deno.writeTextFileSync(file, "aaa");
      walkTree(path, (entry) => look.add("content", entry));
      const known = { ...look.finish(parts), snapshot: "one" };
      assert.equal(isAsKnown(parts, known), true);
      Deno.writeTextFileSync(file, "bbb");
      if (isAsKnown(parts, known)) unseen++;
    }
    assert.equal(unseen, 0);
  }));

Deno.test("what changes all the while is not waited for, and not known; all else is", () =>
  inFolder(async (path) => {
    Deno.writeTextFileSync(`${path}/still`, "");
    using folder = openFolder(path);
    const parts = [{ name: "content", folder }] as const;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const look = new CopySurvey(undefined);
    for (let round = 0; round < 8; round++) {
      Deno.writeTextFileSync(`${path}/file-${round}`, "");
      walkTree(path, (entry) => {
        if (entry.path === `file-${round}`) look.add("content", entry);
      });
    }
    walkTree(path, (entry) => {
      if (entry.path === "still") look.add("content", entry);
    });
    const { entries } = look.finish(parts);
    // Three that were waited for, the one that was still, and the folder itself.
    assert.equal(entries.size, 5);
  }));

Deno.test("while a box may write, what changed since all was written out is not known, and nothing is waited for", () =>
  inFolder(async (path) => {
    Deno.writeTextFileSync(`${path}/before`, "");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const since = Date.now();
    Deno.writeTextFileSync(`${path}/after`, "");
    using folder = openFolder(path);
    const parts = [{ name: "content", folder }] as const;
    const found = await survey(parts, undefined, since);
    assert.deepEqual([found.leftOut, found.entries.size], [1, 2]);
    const known = { ...found, snapshot: "one" };
    // Of what is not known nobody can say that it is the same.
    assert.equal(isUnchanged(await survey(parts, known, Date.now() + 1000), known), false);
    assert.equal(isAsKnown(parts, known), false);
    Deno.removeSync(`${path}/after`);
    const later = { ...await survey(parts, undefined), snapshot: "two" };
    assert.equal(isUnchanged(await survey(parts, later), later), true);
  }));

Deno.test("a clock that was set back does not make everything look new", () =>
  inFolder(async (path) => {
    Deno.writeTextFileSync(`${path}/a`, "");
    using folder = openFolder(path);
    const parts = [{ name: "content", folder }] as const;
    const now = Date.now;
    Date.now = () => now() - 3_600_000;
    try {
      const found = await survey(parts, undefined);
      assert.equal(found.leftOut, 0);
      assert.equal(
        isUnchanged(await survey(parts, { ...found, snapshot: "one" }), { ...found, snapshot: "one" }),
        true,
      );
    } finally {
      Date.now = now;
    }
  }));

Deno.test("folders whose names look the same in text are distinguished", () =>
  inFolder((path) => {
    for (const byte of [0xfe, 0xff]) {
      makeBytesFolder(path, byte);
    }
    using folder = openFolder(path);
    const hashes = new Set<string>();
    const hasher = new EntryHasher([1, 2]);
    let files = 0;
    walkTree(folder.path, (entry) => {
      if (entry.kind !== "file") return;
      files++;
      // All else being the same, the path decides.
      const same = Object.create(entry, {
        ino: { value: 1n },
        ctimeNs: { value: 1n },
        mtimeNs: { value: 1n },
      });
      const { low, high } = hasher.of("content", same);
      hashes.add(`${low} ${high}`);
    });
    assert.deepEqual([files, hashes.size], [2, 2]);
  }));

Deno.test("whatever is added, changed or removed is seen; what is the same is known", () =>
  inFolder(async (path) => {
    await Deno.mkdir(`${path}/d`);
    await Deno.writeTextFile(`${path}/d/a`, "a");
    await Deno.writeTextFile(`${path}/b`, "b");
    using folder = openFolder(path);
    const parts = [{ name: "content", folder }] as const;
    const changes: readonly (() => void)[] = [
      () => Deno.writeTextFileSync(`${path}/d/a`, "A"),
      () => Deno.writeTextFileSync(`${path}/d/c`, ""),
      () => Deno.removeSync(`${path}/d/c`),
      () => Deno.chmodSync(`${path}/b`, 0o600),
      () => Deno.renameSync(`${path}/b`, `${path}/e`),
      () => Deno.chmodSync(path, 0o711),
    ];
    for (const [number, change] of changes.entries()) {
      const look = new CopySurvey(undefined);
      walkTree(path, (entry) => look.add("content", entry));
      const known = { ...look.finish(parts), snapshot: "one" };
      assert.equal(isAsKnown(parts, known), true, `before change ${number}`);
      change();
      assert.equal(isAsKnown(parts, known), false, `change ${number}`);
    }
  }));

/** A folder with a name of one byte that is no text, and a file `in` in it. */
function makeBytesFolder(path: string, byte: number): void {
  using above = openFolder(path);
  const name = Uint8Array.of(byte, 0);
  libc().mkdir(above.fd, name, 0o755);
  const fd = libc().open(above.fd, name, Open.READ | Open.FOLDER);
  libc().close(libc().open(fd, cName("in"), Open.WRITE | Open.CREATE, 0o644));
  libc().close(fd);
}
