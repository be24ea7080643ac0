// Rigs made by hand, by the program as a user calls it: a script in a container of a rig, and what comes of it.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";

Deno.test("a rig is made by a script, extended, used, kept from what fails, and cleared up after a kill", async () => {
  await using user = await User.make();
  const mark = `t${crypto.randomUUID().slice(0, 8)}`;
  const base = await user.engine(
    "image",
    "inspect",
    "--format={{json .Config.User}}",
    "localhost/kanibako-min",
  );
  try {
    const made = await user.run(["rig", "create", mark, "--base", "min"], {
      input: 'id -u; echo made > /usr/local/made; test -z "$HTTPS_PROXY" || env | grep -c HTTPS_PROXY\n',
      env: { HTTPS_PROXY: "http://user:hidden@127.0.0.1:9" },
    });
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.stdout, "0\n1\n");
    const image = `localhost/kanibako-template-${mark}`;
    const config = await user.engine("image", "inspect", "--format={{json .Config}}", image);
    // A proxy's password is in no image.
    assert.doesNotMatch(config, /hidden|HTTPS_PROXY|kanibako-work/);
    assert.equal(JSON.stringify(JSON.parse(config).User), base.trim());

    const failed = await user.run(["rig", "extend", `${mark}x`, "--from", mark], {
      input: "false\necho no\n",
    });
    assert.deepEqual([failed.code, failed.stdout], [1, ""]);
    assert.match(failed.stderr, /was not made: the shell ended with exit code 1/);
    const kept = await user.run(["rig", "extend", `${mark}x`, "--from", mark, "--always-commit"], {
      input: "cat /usr/local/made; exit 5\n",
    });
    assert.deepEqual([kept.code, kept.stdout], [0, "made\n"], kept.stderr);

    const inBox = await user.run([
      "shell",
      "--image",
      `${mark}x`,
      "--",
      "sh",
      "-c",
      "id -u; cat /usr/local/made; grep ^foundation /etc/kanibako/rig.toml",
    ]);
    assert.equal(inBox.stdout, `1000\nmade\nfoundation_source = "${mark}"\n`, inBox.stderr);
    const listing = JSON.parse(await user.ok(["rig", "list", "--json"]));
    assert.deepEqual(
      listing.extended.map(({ name, status }: { name: string; status: string }) => [name, status])
        .filter(([name]: string[]) => name!.startsWith(mark)),
      [[mark, "prepped"], [`${mark}x`, "prepped"]],
    );

    // One whose process is killed leaves its container; the next one removes it.
    const killed = user.start(["rig", "extend", `${mark}y`, "--from", mark], { input: "sleep 1000\n" });
    const works = `${user.home}/.local/state/kanibako/rig-work`;
    const names = () =>
      Array.from(Deno.readDirSync(works), ({ name }) => name).filter((name) => name.endsWith(".json"));
    await until(() => Promise.resolve(names().length > 0), 30_000, "no work began");
    const container = names()[0]!.replace(".json", "");
    const isThere = () => user.engine("container", "inspect", container).then(() => true, () => false);
    await until(isThere, 30_000, "no container was made");
    killed.kill("SIGKILL");
    await killed.ended;
    await user.run(["rig", "extend", `${mark}y`, "--from", mark], { input: "exit 1\n" });
    assert.equal(await isThere(), false);
    assert.deepEqual(names(), []);
  } finally {
    for (const name of [`rig-${mark}x`, `template-${mark}`]) {
      await user.engine("image", "rm", "--force", `localhost/kanibako-${name}`).catch(() => {});
    }
  }
});
