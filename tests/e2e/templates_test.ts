// A template of the user's own in a real box: it is built when it is first named, its checks pass there, and the caches it names
// are shared once their folders exist.

import assert from "node:assert/strict";
import { checkScript } from "../support/rig_checks.ts";
import { User } from "../support/program.ts";

Deno.test("a template is built when it is named, and its boxes share the caches it names, once their folders are there", async () => {
  await using user = await User.make();
  // Nobody else's on this machine, as its image is.
  const name = `test-${crypto.randomUUID().slice(0, 8)}`;
  const folder = `${user.data}/containers`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/Containerfile.template-${name}`,
    "# kanibako-template: tried\n# kanibako-template-cache: tried .cache/tried\n" +
      "ARG BASE_IMAGE=localhost/kanibako-oci:latest\nFROM ${BASE_IMAGE}\nENV TRIED=yes\n",
  );
  try {
    const [one, two] = [await user.folder(), await user.folder()];
    const sh = (cwd: string, script: string, ...words: string[]) =>
      user.ok(["shell", "--image", name, ...words, "--", "sh", "-c", script], { cwd });
    const writes = "mkdir -p ~/.cache/tried && echo x >~/.cache/tried/x && echo $TRIED";
    assert.equal(await sh(one, writes), "yes\n");
    await Deno.mkdir(`${user.data}/shared/global/tried`, { recursive: true });
    // What the home of one box has there is not the cache.
    const checks = ["test ! -e ~/.cache/tried/x && touch ~/.cache/tried/y", "test $TRIED = yes"];
    assert.equal(
      await sh(one, checkScript({ checks, vendors: [] })),
      checks.map((check) => `ok: ${check}\n`).join(""),
    );
    assert.equal(await sh(two, "ls -A ~/.cache/tried"), "y\n");
    const plan = await user.ok(["shell", "--plan", "--image", name], { cwd: two });
    assert.match(plan, new RegExp(`shared/global/tried.*rig ${name}, shared\\.tried`));
    assert.doesNotMatch(
      await user.ok(["shell", "--plan", "--image", name, "--security", "restrictive"], { cwd: two }),
      /shared\/global\/tried/,
    );
  } finally {
    await user.engine("rmi", "--force", `localhost/kanibako-template-${name}:latest`).catch(() => {});
  }
});
