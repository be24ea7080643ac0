import assert from "node:assert/strict";
import { lookForUpgrade } from "../../../../lib/app/system/upgrade/upgrade.ts";
import { createProject } from "../../../../lib/project/create.ts";
import { Sandbox } from "../../../config/support.ts";

Deno.test("a checkout that a box can write is not touched by git, which would run what the box has set up", async () => {
  await using box = await Sandbox.make();
  const host = await box.open('engine = "podman"');
  const root = await box.folder("checkout");
  const git = (...words: string[]) =>
    new Deno.Command("git", { args: ["-C", root, "-c", "user.name=a", "-c", "user.email=a@b.c", ...words] })
      .outputSync();
  git("init", "-q", "-b", "main");
  await Deno.writeTextFile(`${root}/.gitattributes`, "* filter=evil\n");
  await Deno.writeTextFile(`${root}/file`, "one");
  git("add", ".");
  git("commit", "-qm", "one");
  git("remote", "add", "origin", root);
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  git("config", "filter.evil.clean", `touch ${box.root}/ran; cat`);
  git("config", "core.sshCommand", `touch ${box.root}/ran; false`);
  await createProject(host, { path: root });
  // So that git looks into the file.
  await Deno.writeTextFile(`${root}/file`, "two");
  await assert.rejects(lookForUpgrade(host, { how: "checkout", root }), { code: "unsafe-checkout" });
  assert.throws(() => Deno.statSync(`${box.root}/ran`), Deno.errors.NotFound);
});
