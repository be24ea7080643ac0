import assert from "node:assert/strict";
import { installed, type Running } from "../../../../lib/app/system/upgrade/installed.ts";
import { lookAtCheckout, updateCheckout } from "../../../../lib/app/system/upgrade/checkout.ts";
import { run } from "../../../../lib/host/process.ts";

const portable = (module: string, startedAs?: string, cwd = "/"): Running => ({
  form: "portable",
  module,
  executable: "/none/deno",
  startedAs,
  cwd: () => cwd,
});

Deno.test("how the program is installed follows from where it is", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    const file = `${root}/kanibako`;
    const module = "file:///c/bin/0.1.0-abc-def/usual.js";
    await Deno.writeTextFile(file, "#!/bin/sh\n# kanibako 0.1.0. This\nfolder=$home/0.1.0-abc-def\nmore");
    const own = { how: "file", program: file, form: "portable" };
    assert.deepEqual(await installed(portable(module, file)), own);
    assert.deepEqual(await installed(portable(module, "./kanibako", root)).then((at) => at.how), "file");
    await Deno.symlink(file, `${root}/link`);
    assert.deepEqual(await installed(portable(module, `${root}/link`)), own);
    // A variable of somebody else's names another file: that one is not replaced.
    await Deno.writeTextFile(
      `${root}/other`,
      "#!/bin/sh\n# kanibako 0.1.0. This\nfolder=$home/0.1.0-fff-def\n",
    );
    assert.equal((await installed(portable(module, `${root}/other`))).how, "unknown");
    assert.equal((await installed(portable(module, "/etc/passwd"))).how, "unknown");
    assert.equal((await installed(portable(module))).how, "unknown");

    assert.deepEqual(
      await installed({ ...portable("file:///x/cli.js"), form: "compiled", executable: file }),
      { how: "file", program: file, form: "compiled" },
    );
    const npm = await installed(portable("file:///usr/lib/node_modules/kanibako/program/usual.js"));
    assert.deepEqual(npm.how === "package" && npm.manager, "npm");
    const npx = await installed(portable("file:///h/.npm/_npx/1/node_modules/kanibako/program/usual.js"));
    assert.deepEqual(npx.how === "package" && npx.command, "npx kanibako@latest");
    const jsr = await installed({ ...portable("https://jsr.io/@k/k/1/lib/a/b/c/x.ts"), form: "source" });
    assert.deepEqual(jsr.how === "package" && jsr.manager, "deno");

    await Deno.mkdir(`${root}/tree/.git`, { recursive: true });
    await Deno.mkdir(`${root}/tree/tools`);
    await Deno.mkdir(`${root}/tree/dist`);
    await Deno.writeTextFile(`${root}/tree/tools/build.ts`, "");
    const checkout = { how: "checkout", root: `${root}/tree` };
    const source = `file://${root}/tree/lib/app/system/upgrade/upgrade.ts`;
    assert.deepEqual(await installed({ ...portable(source), form: "source" }), checkout);
    await Deno.rename(file, `${root}/tree/dist/kanibako`);
    assert.deepEqual(await installed(portable(module, `${root}/tree/dist/kanibako`)), checkout);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a checkout is compared with its upstream, updated without merging, and left where it was changed", async () => {
  const root = await Deno.makeTempDir();
  const git = async (folder: string, ...words: string[]) => {
    const identity = ["-c", "user.name=x", "-c", "user.email=x@example.net"];
    const { code, stderr } = await run(["git", "-C", folder, ...identity, ...words]);
    assert.equal(code, 0, stderr);
  };
  const commit = async (name: string, text: string) => {
    await Deno.writeTextFile(`${root}/origin/${name}`, text);
    await git(`${root}/origin`, "add", "-A");
    await git(`${root}/origin`, "commit", "-qm", `change ${name}`);
  };
  try {
    await Deno.mkdir(`${root}/origin`);
    await git(`${root}/origin`, "init", "-q", "-b", "main", ".");
    await commit("a", "1");
    await git(root, "clone", "-q", "origin", "here");
    const here = `${root}/here`;
    assert.deepEqual((await lookAtCheckout(here)).behind, 0);
    await commit("a", "2");
    await commit("deno.lock", "{}");
    const state = await lookAtCheckout(here);
    assert.deepEqual([state.behind, state.newest, state.dirty], [2, "change deno.lock", false]);
    // What the checkout itself configures is not run.
    await Deno.writeTextFile(`${here}/.git/hooks/post-merge`, `#!/bin/sh\ntouch ${root}/ran\n`, {
      mode: 0o755,
    });
    assert.deepEqual(await updateCheckout(state), { packages: true });
    assert.equal(await Deno.readTextFile(`${here}/a`), "2");
    assert.ok(!await Deno.stat(`${root}/ran`).then(() => true, () => false));
    assert.equal((await lookAtCheckout(here)).behind, 0);

    await commit("a", "3");
    await Deno.writeTextFile(`${here}/a`, "mine");
    await assert.rejects(lookAtCheckout(here).then(updateCheckout), { code: "checkout-changed" });
    await git(here, "commit", "-aqm", "mine");
    await assert.rejects(lookAtCheckout(here).then(updateCheckout), { code: "git-failed" });
    assert.equal(await Deno.readTextFile(`${here}/a`), "mine");
    await git(here, "remote", "remove", "origin");
    await assert.rejects(lookAtCheckout(here), { code: "no-upstream" });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
