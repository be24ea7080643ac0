// Names of boxes that belong to a branch.

import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import { branchName, checkedOut } from "../../../lib/app/run/branch_name.ts";
import { isName } from "../../../lib/project/names.ts";

Deno.test("run --branch: whatever a branch is called, its name is one, and another branch has another", async () => {
  equal(await branchName("/src/My App", "main"), "my-app-main");
  equal(await branchName("/src/api", "feature/foo__bar"), "api-feature-foo-bar");
  equal(await branchName("/src/api", "fix/#12"), "api-fix-12");
  equal(await branchName("/src/..", "日本"), "run-branch");
  const long = "x".repeat(80);
  const [one, other] = [await branchName("/src/api", `${long}a`), await branchName("/src/api", `${long}b`)];
  equal(one.length, 63);
  match(one, /^api-x+-[0-9a-f]{8}$/);
  notEqual(one, other);
  for (const name of [one, "my-app-main", "run-branch"]) equal(isName(name), true, name);
});

Deno.test("run --branch: the repository around the folder counts, and without one it is an error", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await rejects(checkedOut(folder), { code: "no-repository" });
    await Deno.mkdir(`${folder}/repo/deep`, { recursive: true });
    const git = async (...args: string[]) => {
      const { success } = await new Deno.Command("git", { args, cwd: `${folder}/repo`, stderr: "null" })
        .output();
      equal(success, true, args.join(" "));
    };
    await git("init", "-q", "-b", "topic/One");
    deepEqual(await checkedOut(`${folder}/repo/deep`), { folder: `${folder}/repo`, branch: "topic/One" });
    await git(
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@example.com",
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "x",
    );
    await git("checkout", "-q", "--detach");
    match((await checkedOut(`${folder}/repo`)).branch, /^[0-9a-f]{10}$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
