/** A project's `devcontainer.json`, with podman alone: engines differ in nothing that is done here. */

import assert from "node:assert/strict";
import { engine, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

const FILE = ".devcontainer/devcontainer.json";

/** Something of everything, and all that is refused. */
function file(user: User, change: Readonly<Record<string, unknown>> = {}): string {
  const text = {
    image: "localhost/kanibako-oci:latest",
    containerEnv: { GREETING: "hello", HOME: "/root" },
    remoteEnv: { PATH: "/opt/shop/bin:${containerEnv:PATH}", WHO: "${localEnv:SHOP_USER}" },
    mounts: [
      "source=modules,target=${containerWorkspaceFolder}/node_modules,type=volume",
      `source=${user.home}/shared,target=/data,type=bind`,
      `source=${user.home}/.ssh,target=/keys,type=bind`,
      "source=/var/run/docker.sock,target=/docker.sock,type=bind",
      "source=${localWorkspaceFolder}/.git,target=/of-git,type=bind",
    ],
    workspaceFolder: "/workspaces/shop",
    initializeCommand: `touch ${user.home}/initialized`,
    onCreateCommand: "echo created >>log; pwd >>log",
    postStartCommand: { it: "echo started >>log" },
    privileged: true,
    capAdd: ["SYS_ADMIN"],
    securityOpt: ["seccomp=unconfined"],
    runArgs: ["--privileged", "--network=host", "--volume=/:/host"],
    ...change,
  };
  return `// a comment\n${JSON.stringify(text, undefined, 2)}\n`;
}

/** A user with such a project. */
async function make(): Promise<{ user: User; cwd: string; write: (text: string) => Promise<void> }> {
  const user = await User.make({ env: { SHOP_USER: "o'neil" } });
  for (const folder of [".ssh", "shared"]) await Deno.mkdir(`${user.home}/${folder}`);
  const cwd = await user.folder();
  await Deno.mkdir(`${cwd}/.devcontainer`);
  const write = (text: string) => Deno.writeTextFile(`${cwd}/${FILE}`, text);
  await write(file(user));
  return { user, cwd, write };
}

Deno.test({
  name:
    "P-dev: nothing of a devcontainer.json counts before its content was approved, on a terminal or by command",
  ignore: engine !== "podman",
  async fn() {
    const { user: made, cwd } = await make();
    await using user = made;
    const before = await user.run(["shell", "--", "sh", "-c", "echo $GREETING.; pwd"], { cwd });
    assert.equal(before.stdout, ".\n/home/agent/workspace\n");
    assert.match(before.stderr, /describes its environment in .*kanibako box approve/);
    const refused = await user.run(["box", "approve"], { cwd });
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /image = "localhost\/kanibako-oci:latest"/);
    await using terminal = await Terminal.open(user, ["shell"], cwd);
    await terminal.shows("Use this environment for the box?");
    await terminal.press("Down", "Enter");
    await terminal.shows("onCreateCommand");
    await terminal.type('echo "$GREETING-$WHO-$(wc -l <log)"; exit 3');
    await terminal.shows("hello-o'neil-3");
    assert.equal(await terminal.ended(), 3);
  },
});

Deno.test({
  name:
    "P-dev: nothing of a devcontainer.json runs on this machine, and it loosens nothing; the rest is the box's",
  ignore: engine !== "podman",
  async fn() {
    const { user: made, cwd, write } = await make();
    await using user = made;
    await user.ok(["box", "approve", "--force"], { cwd });
    const look = [
      'echo "$GREETING $WHO ${PATH%%:*} $HOME"',
      "pwd",
      "touch node_modules/kept /data/written",
      "ls -d /keys /docker.sock /of-git /host 2>/dev/null",
      "grep CapEff /proc/self/status",
    ].join("; ");
    const first = await user.run(["shell", "--", "sh", "-c", look], { cwd });
    assert.equal(
      first.stdout,
      "hello o'neil /opt/shop/bin /home/agent\n/workspaces/shop\nCapEff:\t0000000000000000\n",
      first.stderr,
    );
    for (
      const left of [
        "initializeCommand",
        "privileged",
        "capAdd",
        "securityOpt",
        "runArgs",
        "/keys",
        "docker.sock",
        "/of-git",
      ]
    ) {
      assert.ok(first.stderr.includes(left), left);
    }
    assert.throws(() => Deno.lstatSync(`${user.home}/initialized`), Deno.errors.NotFound);
    assert.ok(Deno.lstatSync(`${user.home}/shared/written`).isFile);
    assert.deepEqual([...Deno.readDirSync(`${cwd}/node_modules`)], []);
    const again = await user.ok(["shell", "--", "sh", "-c", "cat log; ls node_modules"], { cwd });
    assert.equal(again, "created\n/workspaces/shop\nstarted\nstarted\nkept\n");
    const plan = JSON.parse(await user.ok(["shell", "--plan", "--json"], { cwd }));
    assert.equal(
      plan.plan.mounts.find(({ destination }: { destination: string }) => destination === "/data").from.split(
        ",",
      )[0],
      FILE,
    );
    const info = JSON.parse(await user.ok(["box", "info", "--json"], { cwd }));
    assert.deepEqual([info.devcontainer.file, info.devcontainer.state], [FILE, "used"]);

    // P-dev: a changed one is asked about again.
    await write(file(user, { postStartCommand: "echo changed >>log" }));
    const changed = await user.run(["shell", "--", "true"], { cwd });
    assert.equal(changed.code, 1);
    assert.match(changed.stderr, /changed since it was approved/);
    assert.match(
      (await user.run(["box", "approve"], { cwd })).stderr,
      /echo changed >>log": it runs in the box \(new\)/,
    );
  },
});
