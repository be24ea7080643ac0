// The scripts of docs/deploy with real boxes, as far as this machine can run them.

import assert from "node:assert/strict";
import { findExecutable } from "../../lib/host/process.ts";
import { engine, program, User } from "../support/program.ts";

const scripts = decodeURIComponent(new URL("../../docs/deploy/", import.meta.url).pathname);

Deno.test("K19: what a key for one box runs, it runs in that box, with its code and its streams", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const name = cwd.split("/").at(-1)!;
  await user.ok(["create"], { cwd });
  await Deno.mkdir(`${user.home}/.local/bin`, { recursive: true });
  const words = program.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${user.home}/.local/bin/kanibako`, `#!/bin/sh\nexec ${words} "$@"\n`, {
    mode: 0o755,
  });
  const asked = 'cat; pwd; [ -e "$HOME/.local/bin/kanibako" ] && echo "$((6 * 7))"; exit 3';
  const line = ["env", `SSH_ORIGINAL_COMMAND=${asked}`, "sh", `${scripts}ssh/forced.sh`, name];
  const outcome = await user.call(line, { cwd: "/", input: "from here\n" });
  assert.deepEqual(
    [outcome.code, outcome.stdout],
    [3, "from here\n/home/agent/workspace\n42\n"],
    outcome.stderr,
  );
});

const nests = engine === "podman" && Deno.uid() === 0;

Deno.test({
  name: `K19: boxes run within a container of boxes${nests ? "" : " (tried with podman as root only)"}`,
  ignore: !nests,
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    const data = `kanibako-test-${crypto.randomUUID().slice(0, 8)}`;
    const limits = await Deno.readTextFile("/proc/self/limits");
    const files = /Max open files +(\d+)/.exec(limits)![1];
    // What this host's podman needs beside, which its user would have configured.
    const configured = `${
      findExecutable("runc") ? '[engine]\nruntime = "runc"\n' : ""
    }[containers]\ndefault_ulimits = ["nofile=${files}:${files}", "nproc=8192:8192"]\n`;
    await Deno.writeTextFile(`${user.home}/containers.conf`, configured);
    const inner =
      "cd /work && kanibako shell --network none --image localhost/kanibako-min -- sh -c 'pwd; id -u; ls /work'";
    try {
      const outcome = await user.call([
        ...[
          "env",
          `CONTAINERS_CONF=${user.home}/containers.conf`,
          "sh",
          `${scripts}nested/run.sh`,
          "--images",
        ],
        ...["--data", data, "--program", program[0]!, "--workspace", cwd, "--", "sh", "-c", inner],
      ], { cwd });
      assert.equal(outcome.code, 2, outcome.stderr); // of ls: nothing of the container around is in the box
      assert.equal(outcome.stdout, "/home/agent/workspace\n0\n", outcome.stderr);
    } finally {
      await user.engine("volume", "rm", "-f", data, `${data}-storage`);
    }
  },
});
