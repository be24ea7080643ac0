import assert from "node:assert/strict";
import { createProject } from "../../lib/project/create.ts";
import { listProjects } from "../../lib/project/list.ts";
import { locateProject } from "../../lib/project/locate.ts";
import { Sandbox } from "../config/support.ts";

Deno.test("a project whose folder is closed to its user (a group was left) is called closed, and neither gone nor missing", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = await box.folder("shared/p2");
  await createProject(host, { path });
  // Nothing is closed to root, so what the kernel would say is said here.
  const { realPath, realPathSync } = Deno;
  const closed = (asked: string | URL) => {
    if (String(asked).startsWith(path)) throw new Deno.errors.PermissionDenied("os error 13");
  };
  Deno.realPath = async (asked) => {
    closed(asked);
    return await realPath(asked);
  };
  Deno.realPathSync = (asked) => {
    closed(asked);
    return realPathSync(asked);
  };
  try {
    await assert.rejects(
      locateProject(host, "p2", "/"),
      (error: { code: string; message: string; hints: string[] }) => {
        assert.equal(error.code, "project-closed");
        assert.match(error.message, /Cannot open the folder of project p2, .*: permission denied/);
        return /group.*id/.test(error.hints.join());
      },
    );
    assert.deepEqual((await listProjects(host)).map(({ name, status }) => [name, status]), [["p2", "ok"]]);
  } finally {
    Object.assign(Deno, { realPath, realPathSync });
  }
  assert.equal((await locateProject(host, "p2", "/")).path, path);
  await Deno.rename(path, `${path}.old`);
  await assert.rejects(locateProject(host, "p2", "/"), { code: "project-missing", message: /is gone/ });
  assert.deepEqual((await listProjects(host)).map(({ status }) => status), ["missing"]);
});
