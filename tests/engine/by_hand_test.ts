// Rigs made by hand, by the program as a user calls it: a script in a container of a rig, what comes of it, and how it travels.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { smallImage } from "../support/small_image.ts";

Deno.test("a rig is made by a script, extended, kept from what fails, cleared up after a kill, and carried elsewhere", async () => {
  await using user = await User.make();
  await using other = await User.make();
  const mark = `t${crypto.randomUUID().slice(0, 8)}`;
  const base = `localhost/kanibako-test-${mark}:1`;
  await using _base = await smallImage(user, base);
  const create = `template-${mark}`;
  const extend = `rig-${mark}x`;
  const configOf = async (name: string) =>
    await user.engine("image", "inspect", "--format={{json .Config}}", `localhost/kanibako-${name}`);
  try {
    const made = await user.run(["rig", "create", mark, "--base", base], {
      input: "id -u; echo made > /usr/local/made; env | grep -c HTTPS_PROXY\n",
      env: { HTTPS_PROXY: "http://user:hidden@127.0.0.1:9" },
    });
    assert.deepEqual([made.code, made.stdout], [0, "0\n1\n"], made.stderr);
    const config = await configOf(create);
    // A proxy's password is in no image, nor what the container was called.
    assert.doesNotMatch(config, /hidden|HTTPS_PROXY|kanibako-work/);
    assert.deepEqual([JSON.parse(config).Entrypoint ?? [], JSON.parse(config).Cmd], [[], ["/bin/sh"]]);

    // One whose process is killed leaves its container; the next one removes it.
    const killed = user.start(["rig", "extend", `${mark}x`, "--from", mark], { input: "sleep 1000\n" });
    const works = `${user.state}/rig-work`;
    const names = () =>
      Array.from(Deno.readDirSync(works), ({ name }) => name).filter((name) => name.endsWith(".json"));
    await until(() => Promise.resolve(names().length > 0), 30_000, "no work began");
    const container = names()[0]!.replace(".json", "");
    const isThere = () => user.engine("container", "inspect", container).then(() => true, () => false);
    await until(isThere, 30_000, "no container was made");
    killed.kill("SIGKILL");
    // Not its output's end: the engine's client has that, too, as long as the container is there.
    const { pid } = killed;
    await until(() => Deno.lstat(`/proc/${pid}/fd/0`).then(() => false, () => true), 30_000, "it lives on");
    const failed = await user.run(["rig", "extend", `${mark}x`, "--from", mark], {
      input: "false\necho no\n",
    });
    assert.deepEqual([failed.code, failed.stdout], [1, ""]);
    assert.match(failed.stderr, /was not made: the shell ended with exit code 1/);
    assert.deepEqual([await isThere(), names()], [false, []]);

    const kept = await user.run(["rig", "extend", `${mark}x`, "--from", mark, "--always-commit"], {
      input: "cat /usr/local/made; grep ^foundation /etc/kanibako/rig.toml; exit 5\n",
    });
    assert.deepEqual([kept.code, kept.stdout], [0, `made\nfoundation_source = "${base}"\n`], kept.stderr);

    const file = `${user.home}/x.rig.tgz`;
    await user.ok(["rig", "export", `${mark}x`, "--out", file]);
    await other.ok(["rig", "import", file, "--name", `${mark}z`]);
    const idOf = (name: string) =>
      user.engine("image", "inspect", "--format={{.Id}}", `localhost/kanibako-${name}`);
    // The same image, bit by bit.
    assert.equal(await idOf(`rig-${mark}z`), await idOf(extend));
  } finally {
    for (const name of [`rig-${mark}z`, extend, create]) {
      await user.engine("image", "rm", "--force", `localhost/kanibako-${name}`).catch(() => {});
    }
  }
});
