/** Random trees, and random changes of them. */

import fc from "fast-check";

/** One change. Numbers choose among what is there. */
export type Change =
  | { readonly what: "write"; readonly place: number; readonly name: string; readonly content: Uint8Array }
  | { readonly what: "folder"; readonly place: number; readonly name: string }
  | { readonly what: "symlink"; readonly place: number; readonly name: string; readonly target: string }
  | { readonly what: "hardlink"; readonly place: number; readonly name: string; readonly which: number }
  | { readonly what: "sparse"; readonly place: number; readonly name: string; readonly size: number }
  | { readonly what: "remove" | "in-place"; readonly which: number }
  | { readonly what: "mode"; readonly which: number; readonly mode: number }
  | { readonly what: "time"; readonly which: number; readonly seconds: number }
  | { readonly what: "move"; readonly which: number; readonly place: number; readonly name: string };

const place = fc.nat(50);
const which = fc.nat(50);
const name = fc.constantFrom(
  "a",
  "b",
  "c",
  "a.b",
  "ü",
  "with space",
  "new\nline",
  "-x",
  "CASE",
  "case",
  "long".repeat(50),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    what: fc.constant("write" as const),
    place,
    name,
    content: fc.uint8Array({ maxLength: 9000 }),
  }),
  fc.record({ what: fc.constant("folder" as const), place, name }),
  fc.record({
    what: fc.constant("symlink" as const),
    place,
    name,
    target: fc.constantFrom("a", "../..", "/etc/passwd", "nowhere", "ü"),
  }),
  fc.record({ what: fc.constant("hardlink" as const), place, name, which }),
  fc.record({
    what: fc.constant("sparse" as const),
    place,
    name,
    size: fc.integer({ min: 1, max: 2 ** 24 }),
  }),
  fc.record({ what: fc.constantFrom("remove" as const, "in-place" as const), which }),
  fc.record({
    what: fc.constant("mode" as const),
    which,
    mode: fc.constantFrom(0o600, 0o644, 0o755, 0o777, 0o400, 0o711),
  }),
  fc.record({
    what: fc.constant("time" as const),
    which,
    seconds: fc.integer({ min: 0, max: 2_000_000_000 }),
  }),
  fc.record({ what: fc.constant("move" as const), which, place, name }),
);

/** Many changes. */
export const changes: fc.Arbitrary<Change[]> = fc.array(change, { minLength: 1, maxLength: 40 });

/** Makes the changes in a folder; those that make no sense there are passed over. */
export async function apply(root: string, list: readonly Change[]): Promise<void> {
  for (const one of list) {
    try {
      await applyOne(root, one);
    } catch (error) {
      // The name is taken, a folder was to go into itself, or the like: the system says no.
      if (!(error instanceof Error) || !/\(os error \d+\)/.test(error.message)) throw error;
    }
  }
}

async function applyOne(root: string, one: Change): Promise<void> {
  const all = await entries(root);
  const folders = [root, ...all.filter(({ folder }) => folder).map(({ path }) => path)];
  const files = all.filter(({ file }) => file).map(({ path }) => path);
  const at = (place: number, name: string) => `${folders[place % folders.length]}/${name}`;
  const any = (which: number, list: readonly string[]) => list[which % list.length];
  switch (one.what) {
    case "write":
      return await Deno.writeFile(at(one.place, one.name), one.content, { createNew: true });
    case "folder":
      return await Deno.mkdir(at(one.place, one.name));
    case "symlink":
      return await Deno.symlink(one.target, at(one.place, one.name));
    case "hardlink": {
      const file = any(one.which, files);
      return file === undefined ? undefined : await Deno.link(file, at(one.place, one.name));
    }
    case "sparse": {
      using file = await Deno.open(at(one.place, one.name), { write: true, createNew: true });
      await file.truncate(one.size);
      await file.seek(Math.floor(one.size / 2), Deno.SeekMode.Start);
      await file.write(new Uint8Array([1, 2, 3]));
      return;
    }
    case "remove": {
      const path = any(one.which, all.map(({ path }) => path));
      return path === undefined ? undefined : await Deno.remove(path, { recursive: true });
    }
    case "in-place": {
      // As sqlite does: the same inode, the same length, and the times set back.
      const path = any(one.which, files);
      if (path === undefined) return;
      const { atime, mtime, size } = await Deno.stat(path);
      {
        using file = await Deno.open(path, { write: true });
        await file.write(crypto.getRandomValues(new Uint8Array(Math.min(16, size))));
      }
      return await Deno.utime(path, atime!, mtime!);
    }
    case "mode": {
      const path = any(one.which, files);
      return path === undefined ? undefined : await Deno.chmod(path, one.mode);
    }
    case "time": {
      const path = any(one.which, files);
      return path === undefined ? undefined : await Deno.utime(path, one.seconds, one.seconds + 0.125);
    }
    case "move": {
      const path = any(one.which, all.map(({ path }) => path));
      const to = at(one.place, one.name);
      const taken = await Deno.lstat(to).then(() => true, () => false);
      return path === undefined || taken ? undefined : await Deno.rename(path, to);
    }
  }
}

async function entries(root: string): Promise<{ path: string; folder: boolean; file: boolean }[]> {
  const found: { path: string; folder: boolean; file: boolean }[] = [];
  const inner = await Array.fromAsync(Deno.readDir(root));
  for (const { name, isDirectory, isFile } of inner.sort((a, b) => a.name < b.name ? -1 : 1)) {
    found.push({ path: `${root}/${name}`, folder: isDirectory, file: isFile });
    if (isDirectory) found.push(...await entries(`${root}/${name}`));
  }
  return found;
}
