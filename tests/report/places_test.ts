/**
 * Every place of the table, in a project that has nothing else: what lies there is found, and its harmless twin is not.
 */

import assert from "node:assert/strict";
import type { Entry } from "../../lib/report/entry.ts";
import { isAt, matchesName, partsOf } from "../../lib/report/place.ts";
import { TABLE } from "../../lib/report/table.ts";
import { CONTENTS } from "./examples.ts";
import { TestProject, words } from "./support.ts";

/** A path at a place. */
function pathAt(place: string, { except = [] }: Entry): string {
  const { names, below } = partsOf(place);
  const path = names.map((name) => name.replaceAll("*", "x"));
  if (below) path.push("inner", "x");
  const last = path.at(-1)!;
  if (except.some((pattern) => matchesName(pattern, last))) path[path.length - 1] = `${last}y`;
  return path.join("/");
}

async function make(project: TestProject, entry: Entry, path: string): Promise<void> {
  switch (entry.counts) {
    case "leads-out":
      return await project.link("/etc", path);
    case "program":
    case "installed":
      return await project.write(path, "#!/bin/sh\n", 0o755);
    case "set-id":
      return await project.write(path, "#!/bin/sh\n", 0o4755);
    default:
      await project.write(path, CONTENTS[entry.counts]?.found);
      for (const name of entry.beside ?? []) {
        await project.folder(path.includes("/") ? `${path.slice(0, path.lastIndexOf("/"))}/${name}` : name);
      }
  }
}

async function makeHarmless(project: TestProject, entry: Entry, path: string): Promise<void> {
  switch (entry.counts) {
    case "leads-out":
      await project.folder("inside");
      return await project.link(`${"../".repeat(path.split("/").length - 1)}inside`, path);
    case "program":
    case "installed":
    case "set-id":
      return await project.write(path, "#!/bin/sh\n", 0o644);
    case "git-pointer":
      return await project.folder(path);
    case "presence":
      return await project.write(path);
    default: {
      const twin = CONTENTS[entry.counts];
      if (twin) return await project.write(path, twin.harmless);
      // A like name that is no place.
      const other = path.replace(/[^/]+/g, (name) => `q${name}q`);
      const claims = TABLE.filter(({ places }) => places.some((at) => isAt(other, at))).map(({ id }) => id);
      assert.ok(!claims.includes(entry.id), other);
      return await project.write(other);
    }
  }
}

for (const entry of TABLE) {
  Deno.test(`${entry.id}: what lies at its places is found, a harmless twin is not`, async () => {
    const nested = entry.places.flatMap((place) => {
      const path = pathAt(place, entry);
      return partsOf(place).anywhere ? [path, `packages/one/${path}`] : [path];
    });
    for (const path of nested) {
      await using project = await TestProject.make();
      const found = await project.after(() => make(project, entry, path));
      const [one] = found.filter(({ path: at }) => at === path);
      assert.ok(one, `${path} was not found`);
      const ids = TABLE.filter(({ places }) => places.some((place) => isAt(path, place))).map(({ id }) => id);
      assert.ok(ids.includes(one.entry), `${path} was found as ${one.entry}`);
      assert.equal(one.change, "new");

      const later = await project.after(() => project.remove(path));
      const lasting = !["program", "installed", "leads-out", "set-id", "presence", "git-pointer"].includes(
        entry.counts,
      );
      if (lasting && one.entry === entry.id) {
        assert.deepEqual(words(later), [`${path} removed [${entry.id}]`]);
      }

      await using harmless = await TestProject.make();
      const twin = await harmless.after(() => makeHarmless(harmless, entry, path));
      assert.deepEqual(words(twin.filter(({ entry: id }) => id === entry.id)), [], path);
    }
  });
}

Deno.test("what was there before a session, and is written again as it was, is not found", async () => {
  await using project = await TestProject.make();
  const paths = TABLE.flatMap((entry) =>
    entry.counts === "content" ? entry.places.map((place) => pathAt(place, entry)) : []
  );
  const made: string[] = [];
  for (const path of paths) {
    // Some are folders of others.
    await project.write(path).then(() => made.push(path)).catch(() => {});
  }
  assert.ok(made.length > 300, `${made.length}`);
  const found = await project.after(async () => {
    for (const path of made) await project.write(path);
  });
  assert.deepEqual(words(found), []);
});
