/** H1: a link in a workspace leads nothing that the host makes or gives away to another place. */

import { equal, rejects } from "node:assert/strict";
import { makeScratch } from "../../../lib/app/scratch.ts";
import { archiveProject } from "../../../lib/app/project/archive.ts";
import { create } from "../../../lib/app/project/create.ts";
import { duplicateProject } from "../../../lib/app/project/duplicate.ts";
import { moveProject } from "../../../lib/app/project/move.ts";
import { connectProject } from "../../../lib/app/workset/connect.ts";
import { createWorkset } from "../../../lib/app/workset/create.ts";
import { assertNoBoxLink } from "../../../lib/plan/box_links.ts";
import { Sandbox } from "../../config/support.ts";

Deno.test("H1: no command goes through a link that a box could have made; one of the user's leads where it leads", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const cwd = `${box.root}/work`;
  const outer = await box.folder("outer");
  const private_ = await box.folder("documents");
  await create(host, { path: outer, cwd });
  await create(host, { path: await box.folder("mover"), cwd });
  await createWorkset(host, { path: `${cwd}/group`, cwd });
  await Deno.symlink(private_, `${outer}/sub`);
  await Deno.symlink("outer/sub", `${cwd}/mine`);
  for (const link of ["outer/sub", `${outer}/sub`, "outer/sub/deeper", "mine"]) {
    const unsafe = { code: "unsafe-link" };
    await rejects(create(host, { path: link, cwd }), unsafe, link);
    await rejects(makeScratch(host, link, cwd), unsafe, link);
    await rejects(createWorkset(host, { path: link, cwd }), unsafe, link);
    await rejects(connectProject(host, { workset: "group", source: link, cwd }), unsafe, link);
    await rejects(moveProject(host, { project: "mover", dest: `${link}/new`, cwd }), unsafe, link);
    await rejects(duplicateProject(host, { source: "mover", dest: `${link}/new`, cwd }), unsafe, link);
    await rejects(archiveProject(host, { word: "mover", file: `${link}/a.txz`, cwd }), unsafe, link);
  }
  equal([...Deno.readDirSync(private_)].length, 0);
  await Deno.symlink(private_, `${cwd}/own`);
  await assertNoBoxLink(host, "own/deeper/../new", cwd);
  equal((await create(host, { path: "own", cwd })).project.path, private_);
});
