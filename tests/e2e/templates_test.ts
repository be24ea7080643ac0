// A template of the user's own in a real box: what vendors do not give is left out, its checks pass, and the caches that it names are
// shared once their folders exist.

import assert from "node:assert/strict";
import { checkScript } from "../support/rig_checks.ts";
import { User } from "../support/program.ts";

Deno.test("a template is built without what its vendors do not give, and its boxes share the caches it names, once their folders are there", async () => {
  await using user = await User.make();
  // Nobody else's on this machine, as its image is.
  const name = `test-${crypto.randomUUID().slice(0, 8)}`;
  const folder = `${user.data}/containers`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.copyFile(new URL("../../containerfiles/vendor", import.meta.url), `${folder}/vendor`);
  const once = "test -e /tmp/once || { touch /tmp/once; false; }";
  const kinds = {
    good: ["true", "true"],
    away: ["false", "true"],
    twice: ["true", once],
    bad: ["true", "false"],
  };
  for (const [vendor, [answer, end]] of Object.entries(kinds)) {
    await Deno.writeTextFile(
      `${folder}/vendor-${vendor}`,
      `from=${vendor}.test\nfolder=/opt/${vendor}\nreaches() { ${answer}; }\n` +
        `install() {\n  mkdir "$folder"\n  ${end}\n  echo end >"$folder/end"\n}\n`,
    );
  }
  const header = "# kanibako-template: tried\n# kanibako-template-cache: tried .cache/tried\n";
  await Deno.writeTextFile(
    `${folder}/Containerfile.template-${name}`,
    `${header}ARG BASE_IMAGE=localhost/kanibako-oci:latest\nFROM \${BASE_IMAGE}\nUSER root\nENV TRIED=yes\n` +
      "COPY vendor vendor-good vendor-away vendor-twice vendor-bad /usr/local/lib/kanibako/\n" +
      "RUN for one in good away twice bad; do sh /usr/local/lib/kanibako/vendor $one; done\nUSER agent\n",
  );
  try {
    const cwd = await user.folder();
    const { code, stdout, stderr } = await user.run(["rig", "prep", name]);
    assert.equal(code, 0, stderr);
    // The build goes on without what it cannot have, and says so.
    assert.match(
      stdout + stderr,
      new RegExp(
        "Left out: away \\(away\\.test cannot be reached\\), bad \\(the installer of bad\\.test failed\\)\\. " +
          `To try again: kanibako rig rebuild ${name}`,
      ),
    );
    await Deno.mkdir(`${user.data}/shared/global/tried`, { recursive: true });
    const checks = ["echo y >~/.cache/tried/y", "test $TRIED = yes"];
    // Nothing stays of an installer that fails.
    const vendors = [
      { name: "good", gives: "", checks: ["cat /opt/good/end", "test ! -e /opt/bad", "cat /opt/twice/end"] },
      { name: "away", gives: "", checks: ["false"] },
    ];
    assert.equal(
      await user.ok(["shell", "--image", name, "--", "sh", "-c", checkScript({ checks, vendors })], { cwd }),
      [...checks, ...vendors[0]!.checks].map((check) => `ok: ${check}\n`).join("") +
        "left out: away (skipped: away.test cannot be reached)\n",
    );
    assert.equal(await Deno.readTextFile(`${user.data}/shared/global/tried/y`), "y\n");
    const plan = (...words: string[]) => user.ok(["shell", "--plan", "--image", name, ...words], { cwd });
    assert.match(await plan(), new RegExp(`shared/global/tried.*rig ${name}, shared\\.tried`));
    assert.doesNotMatch(await plan("--security", "restrictive"), /shared\/global\/tried/);
  } finally {
    await user.engine("rmi", "--force", `localhost/kanibako-template-${name}:latest`).catch(() => {});
  }
});
