// What becomes of the folders of helpers when their project is removed, moved or copied.

import assert from "node:assert/strict";
import { exists } from "../../lib/host/path.ts";
import { directorOf, helperHome, helperId, helpersRoot } from "../../lib/hub/folders.ts";
import { directors, helperIds, helperPlaces } from "../../lib/hub/left.ts";
import { createProject } from "../../lib/project/create.ts";
import { findRemoval } from "../../lib/project/remove.ts";
import { planRemoval } from "../../lib/project/purge.ts";
import { planRelocation } from "../../lib/project/relocate/plan.ts";
import { Sandbox } from "../config/support.ts";
import { removeProject } from "./remove.ts";

async function made(box: Sandbox) {
  const host = await box.open();
  const project = await createProject(host, { path: await box.folder("app") });
  const root = helpersRoot(host.dirs, project.id);
  const places = [
    `${root}/1/workspace`,
    helperHome(host.dirs, project.id, 1),
    `${host.dirs.state}/boxes/${helperId(project.id, 1)}`,
    `${host.dirs.state}/boxes/${helperId(project.id, 12)}`,
  ];
  for (const place of places) await box.write(`${place}/x`, "");
  // Another project's, whose name begins alike.
  const other = `${host.dirs.state}/boxes/${helperId(`${project.id}-b`, 1)}`;
  await box.write(`${other}/x`, "");
  return { host, project, root, places, other };
}

Deno.test("the id of a helper says whose it is, and no other id does", () => {
  assert.equal(directorOf(helperId("kanibako-app", 12)), "kanibako-app");
  assert.equal(directorOf("kanibako-app-helper-1-helper-2"), "kanibako-app-helper-1");
  for (const id of ["kanibako-app", "kanibako-helper-", "kanibako-app-helper-0", "kanibako-app-helper-x"]) {
    assert.equal(directorOf(id), undefined, id);
  }
});

Deno.test("purge deletes what belongs to a project's helpers, and removing it alone does not", async () => {
  await using box = await Sandbox.make();
  const { host, project, root, places, other } = await made(box);
  assert.deepEqual(helperIds(host.dirs, project.id), [helperId(project.id, 1), helperId(project.id, 12)]);
  assert.deepEqual(directors(host.dirs), [project.id]);
  const plan = await planRemoval(host, await findRemoval(host, "app"), true);
  assert.deepEqual(plan.projects, [project.id, ...helperIds(host.dirs, project.id)]);
  await removeProject(host, await findRemoval(host, "app"), { purge: false });
  for (const place of places) assert.ok(exists(place), place);
  await removeProject(host, await findRemoval(host, "app"), { purge: true });
  for (const place of [...places, root, `${root}.homes`]) assert.equal(exists(place), false, place);
  assert.deepEqual(helperPlaces(host.dirs, project.id), []);
  assert.ok(exists(other));
});

Deno.test("helpers follow their project when its identity changes, and a copy has none", async () => {
  await using box = await Sandbox.make();
  const { host, project, root } = await made(box);
  const to = { path: `${await box.folder("elsewhere")}/app`, mode: "standalone" as const, name: "app" };
  const renames = async (how: "move" | "copy") => {
    const { steps, projects } = await planRelocation(
      host,
      {
        project,
        how,
        to,
        what: how,
      } as unknown as Parameters<typeof planRelocation>[1],
    );
    return {
      projects,
      renamed: steps.flatMap((step) =>
        step.do === "rename" && /helper/.test(step.from) ? [[step.from, step.to]] : []
      ),
    };
  };
  const moved = await renames("move");
  const [, now] = moved.renamed[0]!;
  assert.match(now!, /\/helpers\/kanibako-ronin-app-[0-9a-f]{8}$/);
  const id = now!.slice(now!.lastIndexOf("/") + 1);
  const states = `${host.dirs.state}/boxes`;
  assert.deepEqual(moved.renamed, [
    [root, now],
    [`${root}.homes`, `${now}.homes`],
    ...[1, 12].map((
      number,
    ) => [`${states}/${helperId(project.id, number)}`, `${states}/${helperId(id, number)}`]),
  ]);
  assert.deepEqual(moved.projects, [project.id, ...helperIds(host.dirs, project.id)]);
  assert.deepEqual(await renames("copy"), { projects: [project.id], renamed: [] });
});
