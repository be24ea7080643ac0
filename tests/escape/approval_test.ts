/** T10: a project's own files widen nothing until somebody here has approved exactly that content. */

import assert from "node:assert/strict";
import { User } from "../support/program.ts";
import { inBox, inBoxOk, Victim } from "./support.ts";

const PROJECT = '[project]\nmode = "standalone"\nlayout = "default"\nname = "clone"\n';

/** A clone that brings settings. */
async function clone(user: User, settings: string, env?: string): Promise<string> {
  const folder = await user.folder();
  await Deno.mkdir(`${folder}/.kanibako`);
  await Deno.writeTextFile(`${folder}/.kanibako/project.toml`, PROJECT + settings);
  if (env !== undefined) await Deno.writeTextFile(`${folder}/.kanibako/env`, env);
  return folder;
}

Deno.test("T10 whatever a clone brings that widens its access stops every launch until it is approved", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  const cases: [string, string, string | undefined][] = [
    ["box.network", '[box]\nnetwork = "open"\n', undefined],
    ["network.rule.evil.example", '[network.rule]\n"evil.example" = "allow"\n', undefined],
    ["network.presets", '[network]\npresets = ["@ai"]\n', undefined],
    ["box.image", '[box]\nimage = "localhost/evil"\n', undefined],
    ["box.path.share_ro.keys", `[box.path.share_ro]\nkeys = "${victim.path}:~/k"\n`, undefined],
    ["system.path.share_rw.all", `[system.path.share_rw]\nall = "${victim.path}:~/k"\n`, undefined],
    ["crab.path.seeded.keys", `[crab.path.seeded]\nkeys = "${victim.path}:~/k"\n`, undefined],
    ["shared.pip", '[shared]\npip = ".cache"\n', undefined],
    ["resource.plugins", '[resource_overrides]\nplugins = "shared"\n', undefined],
    ["box.pids", "[box]\npids = 4000000\n", undefined],
    ["env.LD_PRELOAD", "", "LD_PRELOAD=/x\n"],
  ];
  for (const [what, settings, env] of cases) {
    const folder = await clone(user, settings, env);
    for (const words of [[], ["--network", "none"], ["--plan"]]) {
      const refused = await inBox(user, folder, `cat ~/k/secret; touch ~/k/x`, words);
      assert.equal(refused.code, 1, `${what} ${words.join(" ")}`);
      assert.match(refused.stderr, new RegExp(`it sets ${what}, and was not approved on this machine`), what);
      assert.equal(refused.stdout, "", what);
    }
    await victim.assertUntouched(what);
  }
  assert.equal((await inBox(user, await clone(user, ""), "exit 3")).code, 3);
});

Deno.test("T10 approval is of that content in that place: a change asks again, and nobody else may answer", async () => {
  await using user = await User.make();
  const folder = await clone(user, '[box.path.share_ro]\ndocs = "~/docs:~/docs"\n');
  await Deno.mkdir(`${user.home}/docs`);
  // The answer must come from a terminal.
  const piped = await user.run(["shell", "--", "true"], { cwd: folder, input: "y\nyes\n" });
  assert.equal(piped.code, 1);
  const seen = await user.run(["box", "approve", folder], { input: "n\n" });
  assert.equal(seen.code, 2);
  assert.match(
    seen.stderr,
    /box\.path\.share_ro\.docs = "~\/docs:~\/docs": the box can read \S+ of this machine/,
  );
  await user.ok(["box", "approve", "--force", folder]);
  assert.equal((await inBox(user, folder, "test -d ~/docs && exit 3")).code, 3);
  const file = `${folder}/.kanibako/project.toml`;
  const approved = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, approved.replaceAll("docs", "home"));
  assert.match((await inBox(user, folder, "true")).stderr, /changed since it was approved/);
  await Deno.writeTextFile(file, approved);
  assert.equal((await inBox(user, folder, "exit 3")).code, 3);
  await Deno.writeTextFile(`${folder}/.kanibako/env`, "A=1\n");
  assert.match((await inBox(user, folder, "true")).stderr, /env\.A, and changed since it was approved/);
});

Deno.test("T10 a box of another project that writes such files into its own folder gains nothing by them", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await inBoxOk(
    user,
    folder,
    `mkdir -p .kanibako sub/.kanibako; for f in . sub; do
       printf '${
      PROJECT.replaceAll("\n", "\\n")
    }[box]\\nnetwork = "open"\\n' >$f/.kanibako/project.toml; done`,
  );
  for (const where of [folder, `${folder}/sub`]) {
    const run = await user.run(["shell", "--", "sh", "-c", "ls /sys/class/net | grep -v '^lo$' | wc -l"], {
      cwd: where,
    });
    assert.deepEqual([run.code, run.stdout.trim()], [0, "0"], run.stderr);
  }
});
