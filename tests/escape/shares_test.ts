/** T11, T14, and shares: no setting brings what decides, or what is secret, into a box's reach; no box turns a share elsewhere. */

import assert from "node:assert/strict";
import { rootless, User } from "../support/program.ts";
import { inBox, inBoxOk, Victim, within } from "./support.ts";

const NONE = 'box.network = "none"';

Deno.test("T11 a share that would let the box write settings is refused by name, and its neighbour is not", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const inside = `${user.home}/docs`;
  await Deno.mkdir(inside);
  for (const source of ["~", "~/.config", "~/.local", "~/.local/share/kanibako", "~/.local/state", "/"]) {
    await user.configure(NONE, `[box.path.share_rw]\nx = "${source}:~/x"\n`);
    const refused = await inBox(user, folder, "true");
    assert.equal(refused.code, 1, source);
    assert.match(refused.stderr, /Cannot give .* to a box \(system config, box\.path\.share_rw\.x\)/, source);
  }
  await user.configure(NONE, '[box.path.share_rw]\nx = "~/docs:~/x"\n');
  assert.equal((await inBox(user, folder, "touch ~/x/y && exit 3")).code, 3);
});

Deno.test("T11 a standalone project's settings cannot be seen, changed or replaced from its box", async () => {
  await using user = await User.make();
  for (const layout of ["default", "robust"]) {
    const folder = await user.folder();
    const metadata = `${folder}/${layout === "robust" ? "kanibako" : ".kanibako"}`;
    await Deno.mkdir(metadata);
    await Deno.writeTextFile(
      `${metadata}/project.toml`,
      `[project]\nmode = "standalone"\nlayout = "${layout}"\nname = "alone"\n`,
    );
    const before = await Deno.readTextFile(`${metadata}/project.toml`);
    const name = metadata.slice(folder.length + 1);
    await inBox(
      user,
      folder,
      `cd ~/workspace; ls ${name}/project.toml; echo 'box.network="open"' >>${name}/project.toml; touch ${name}/env
       mv ${name} gone; rm -rf ${name}; umount ${name}; ln -sfn /tmp ${name}`,
    );
    assert.equal(await Deno.readTextFile(`${metadata}/project.toml`), before);
    assert.deepEqual(
      [...Deno.readDirSync(metadata)].map((entry) => entry.name).filter((one) => one === "env"),
      [],
    );
    assert.equal((await inBox(user, folder, "exit 3")).code, 3);
    // The other folder it might keep them in is not hidden; what a box puts there stops the next launch.
    const other = layout === "robust" ? ".kanibako" : "kanibako";
    await inBoxOk(
      user,
      folder,
      `cd ~/workspace; mkdir ${other}; printf '[project]\\nmode = "standalone"\\n' >${other}/project.toml`,
    );
    const refused = await inBox(user, folder, "true");
    assert.equal(refused.code, 1, layout);
    assert.match(refused.stderr, new RegExp(`${folder}/${other}/project.toml`));
    await Deno.remove(`${folder}/${other}`, { recursive: true });
    assert.equal((await inBox(user, folder, "exit 3")).code, 3);
  }
});

Deno.test("T14 what weakens one run is written nowhere, and the next run is as the settings say", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await user.ok(["create", folder]);
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  const files = [`${user.home}/.config/kanibako.toml`, `${user.data}/boxes/${name}/project.toml`];
  const texts = () => Promise.all(files.map((file) => Deno.readTextFile(file)));
  const before = await texts();
  const interfaces = "ls /sys/class/net | grep -v '^lo$' | wc -l";
  assert.equal((await inBoxOk(user, folder, interfaces)).trim(), "0");
  assert.notEqual((await inBoxOk(user, folder, interfaces, ["--network", "open"])).trim(), "0");
  await inBoxOk(user, folder, "true", ["--pids", "4000", "--memory", "none"]);
  const nested = await inBox(user, folder, "exit 3", ["--security", "nested"]);
  assert.equal(nested.code, rootless ? 3 : 1, nested.stderr);
  assert.deepEqual(await texts(), before);
  assert.equal((await inBoxOk(user, folder, interfaces)).trim(), "0");
  assert.doesNotMatch(await user.ok(["shell", "--plan"], { cwd: folder }), /nested|4000/);
});

Deno.test("a box that puts a link in the place of what another shares hands it nothing", async () => {
  await using user = await User.make();
  const victim = await Victim.make(user);
  const [source, target] = [await user.folder(), await user.folder()];
  await user.ok(["create", source]);
  await Deno.mkdir(`${source}/docs`);
  await user.configure(NONE, `[box.path.share_rw]\ndocs = "${source}/docs:~/docs"\n`);
  assert.equal(await inBoxOk(user, target, "touch ~/docs/ok && ls ~/docs"), "ok\n");
  await inBoxOk(user, source, `rm -r ~/workspace/docs && ln -s ${victim.path} ~/workspace/docs`);
  const refused = await inBox(user, target, "cat ~/docs/secret; rm -rf ~/docs/*");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /a link that a box could have made/);
  await victim.assertUntouched("through a share");
  await Deno.remove(`${source}/docs`);
  await Deno.mkdir(`${source}/docs`);
  assert.equal((await inBox(user, target, "exit 3")).code, 3);
});

Deno.test("keys, sockets and the engine are not shared by any path, nor seeded", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await Deno.mkdir(`${user.home}/.ssh`);
  await Deno.writeTextFile(`${user.home}/.ssh/id`, "key");
  await Deno.symlink(".ssh/id", `${user.home}/innocent`);
  await Deno.writeTextFile(`${user.home}/notes`, "notes\n");
  for (
    const source of [
      "~/.ssh",
      "~/.ssh/id",
      "~/innocent",
      "/run/docker.sock",
      "/var/run/docker.sock",
      "/run",
      "/etc",
    ]
  ) {
    for (const kind of ["share_ro", "share_rw", "seeded"]) {
      await user.configure(NONE, `[box.path.${kind}]\nx = "${source}:~/x"\n`);
      const refused = await within(user.run(["shell", "--", "true"], { cwd: folder }));
      assert.equal(refused.code, 1, `${kind} ${source}`);
      assert.match(refused.stderr, /Cannot give .* to a box/, `${kind} ${source}`);
    }
  }
  for (const kind of ["share_ro", "seeded"]) {
    await user.configure(NONE, `[box.path.${kind}]\nx = "~/notes:~/${kind}"\n`);
    assert.equal(await inBoxOk(user, folder, `cat ~/${kind}`), "notes\n");
  }
});
