import assert from "node:assert/strict";
import { linksLeadingOut } from "../../lib/project/leading_out.ts";

Deno.test("C40: links that lead out of a project are named, and those within it, to its vault or to nothing are not", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const p = `${folder}/p`;
    for (const path of ["p/.claude", "p/docs", "notes", "vault"]) {
      await Deno.mkdir(`${folder}/${path}`, { recursive: true });
    }
    await Deno.writeTextFile(`${folder}/notes/CLAUDE.md`, "x");
    await Deno.symlink("docs", `${p}/inside`);
    await Deno.symlink("nothing", `${p}/nowhere`);
    await Deno.symlink(`${folder}/vault`, `${p}/vault`);
    assert.deepEqual(await linksLeadingOut(p, [`${folder}/vault`]), []);
    await Deno.symlink(`${folder}/notes/CLAUDE.md`, `${p}/CLAUDE.md`);
    assert.match(
      (await linksLeadingOut(p, [`${folder}/vault`])).join(),
      /^CLAUDE\.md leads out of the project, so the box cannot follow it/,
    );
    await Deno.symlink("../../notes", `${p}/.claude/skills`);
    await Deno.symlink("/etc", `${p}/up`);
    const [both, ...more] = await linksLeadingOut(p, [`${folder}/vault`]);
    assert.match(both!, /^\.claude\/skills, CLAUDE\.md and up lead out of the project/);
    assert.deepEqual(more, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
