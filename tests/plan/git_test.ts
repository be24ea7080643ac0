import assert from "node:assert/strict";
import { bind, type GitData } from "../../lib/plan/parts/part.ts";
import { planBox } from "../../lib/plan/plan.ts";
import { fromFile, keyOf } from "../../lib/spec/source.ts";
import { planInput } from "../support/plan_input.ts";

const FROM = fromFile("box", "config");

async function mounted(git: Partial<GitData>, more: Parameters<typeof planInput>[0] = {}): Promise<string[]> {
  const plan = planBox({
    ...await planInput(),
    ...more,
    git: { repositories: [], objects: [], worktrees: [], kept: [], from: FROM, ...git },
  });
  return plan.mounts.filter(({ destination }) =>
    /^\/(src|run\/kanibako\/git|home\/.*\.git)/.test(destination)
  )
    .map((mount) =>
      `${mount.type === "bind" ? mount.source : mount.type} ${mount.destination} ${
        mount.readOnly ? "ro" : "rw"
      }`
    );
}

Deno.test("C03, C24: a repository is shown read-only, and what may be added to it stands beside a folder of the run", async () => {
  const folder = "/src/c/.git";
  assert.deepEqual(await mounted({ repositories: [{ folder, at: folder, writable: [], kept: [] }] }), [
    `${folder} ${folder} ro`,
  ]);
  const front = { folder: "/state/run/git", record: "worktrees/w" };
  const kept = ["objects/info", "worktrees/w/commondir"];
  const repository = { folder, at: folder, writable: ["objects", "worktrees/w"], kept, front };
  assert.deepEqual(await mounted({ repositories: [repository] }), [
    `${folder} /run/kanibako/git ro`,
    `${folder}/objects /run/kanibako/git/objects rw`,
    `${folder}/objects/info /run/kanibako/git/objects/info ro`,
    `/state/run/git ${folder} rw`,
    `${folder}/worktrees/w ${folder}/worktrees/w rw`,
    `${folder}/worktrees/w/commondir ${folder}/worktrees/w/commondir ro`,
  ]);
});

Deno.test("C04: other worktrees are there for git, where nothing of the user's is", async () => {
  assert.deepEqual(await mounted({ worktrees: ["/src/w", "/src/s/v"] }), [
    "tmpfs /src/s/v/.git ro",
    "tmpfs /src/w/.git ro",
  ]);
  const share = bind("/d", "/src/s", keyOf(FROM, "a share"), {});
  assert.deepEqual(
    await mounted({ worktrees: ["/src/w", "/src/s/v"] }, { shared: { shares: [share], caches: [] } }),
    [
      "/d /src/s rw",
      "tmpfs /src/w/.git ro",
    ],
  );
});

Deno.test("C03: git data that other worktrees use is kept in its place, for the boxes of these", async () => {
  assert.deepEqual(await mounted({ kept: [".git", ".git/refs"] }), [
    "/src/app/.git /home/agent/workspace/.git rw",
    "/src/app/.git/refs /home/agent/workspace/.git/refs rw",
  ]);
  const place = { place: "/src/app" };
  assert.equal((await mounted({ kept: [".git"] }, place))[1], "/src/app/.git /src/app/.git rw");
});
