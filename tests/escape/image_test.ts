/** T16, T17, H11: an image is somebody else's. What it declares, brings and says decides nothing about the host or the box's frame. */

import assert from "node:assert/strict";
import { type ImageConfig, load } from "../support/made_image.ts";
import { engine, until, User } from "../support/program.ts";
import { assertHarmless, inBox, inBoxOk, within } from "./support.ts";

Deno.test("T16 an image that asks for the host's variables gets none", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const image = await load(user, { Env: ["AWS_SECRET_ACCESS_KEY", "*", "PATH=/bin"] });
  try {
    const env = { AWS_SECRET_ACCESS_KEY: "stolen", SSH_AUTH_SOCK: "/stolen", KANIBAKO_X: "stolen" };
    await user.ok(["secret", "set", "AWS_SECRET_ACCESS_KEY", "--from", "env:AWS_SECRET_ACCESS_KEY"]);
    for (const network of ["none", "filtered"]) {
      const secret = network === "filtered" ? ["--secret", "AWS_SECRET_ACCESS_KEY:api.test"] : [];
      const words = ["--image", image, "--network", network, ...secret, "-e", "GIVEN=yes"];
      // In a filtered box one more process has variables.
      const printed = await inBox(user, folder, "env; cat /proc/[0-9]*/environ", words, { env });
      assert.match(printed.stdout, /^GIVEN=yes$/m, printed.stderr);
      assert.match(printed.stdout, /^HOME=\/home\/agent$/m);
      assert.doesNotMatch(printed.stdout, /stolen/);
      // One that the user gives as a secret is there as its placeholder.
      const given = /^AWS_SECRET_ACCESS_KEY=kanibako-secret-/m.test(printed.stdout);
      assert.equal(given, network === "filtered", printed.stdout);
    }
  } finally {
    await user.engine("rmi", image);
  }
});

Deno.test("a rig that cannot run what a filtered network needs has none, and the reason is named", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  // As in a rig with another C library: our program is there and cannot be run.
  const image = await load(user, { Env: ["PATH=/bin"] }, "", { without: "libgcc_s.so*" });
  try {
    const refused = await inBox(user, folder, "echo ran", ["--image", image, "--network", "filtered"]);
    assert.equal(refused.stdout, "");
    assert.notEqual(refused.code, 0);
    assert.match(
      refused.stderr,
      /cannot run kanibako, which a filtered network needs in the box: its GNU C library is too old, or incomplete/,
    );
    const without = await inBox(user, folder, "echo ran", ["--image", image, "--network", "none"]);
    assert.equal(without.stdout, "ran\n", without.stderr);
  } finally {
    await user.engine("rmi", image);
  }
});

const HOSTILE: ImageConfig = {
  Env: ["PATH=/bin:/evil", "HOME=/evil", "USER=evil", "LD_BIND_NOW=1", "KANIBAKO_NAME=evil"],
  User: "root",
  WorkingDir: "/link/../climb/kanibako-evil",
  Entrypoint: ["/bin/touch", "/home/agent/workspace/entrypoint"],
  Cmd: ["evil"],
  Volumes: { "/evil-volume": {}, "/home/agent/workspace/volume": {} },
  StopSignal: "SIGSTOP",
  Healthcheck: { Test: ["CMD", "/bin/touch", "/home/agent/workspace/health"], Interval: 1_000_000_000 },
  Labels: {
    "kanibako.box": "kanibako-victim",
    "kanibako.owner": "evil",
    "kanibako.agent": "claude",
    "kanibako.run": "../../../evil",
    "x": "\u001b]0;evil\u0007,kanibako.box=kanibako-victim,kanibako.run=../../../evil,kanibako.owner=evil",
    "zz": "y,kanibako.agent=claude,kanibako.lifetime=persistent",
    "\u001b[2J": "evil",
  },
};

Deno.test("T17 an image's user, folder, entry point, volumes, health check and labels decide nothing", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  const image = await load(user, HOSTILE);
  const volumes = async () => (await user.engine("volume", "ls", "--quiet")).trim().split("\n").sort();
  const before = await volumes();
  try {
    const script = `env; echo "uid $(id -u)"; pwd; grep CapEff /proc/self/status; touch seen; sleep 3`;
    const running = user.start(["shell", "--image", image, "--", "sh", "-c", script], { cwd: folder });
    await until(() => Deno.stat(`${folder}/seen`).then(() => true, () => false), 60_000);
    // While it runs: it is the box it is, by our labels, and no other.
    const listed = JSON.parse(await user.ok(["ps", "--json"])) as { name: string; status: string }[];
    assert.deepEqual(listed.map((box) => [box.name, box.status]), [[name, "active"]]);
    for (
      const words of [["ps"], ["list"], ["box", "info", folder], ["rig", "list"], ["rig", "info", image], [
        "rig",
        "list",
        "--json",
      ], ["box", "diagnose", folder]]
    ) {
      const shown = await within(user.run(words, { cwd: folder }));
      assertHarmless(shown.stdout + shown.stderr, words.join(" "));
    }
    const ended = await within(running.ended);
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /^HOME=\/home\/agent$/m);
    assert.match(ended.stdout, /^USER=agent$/m);
    assert.match(ended.stdout, new RegExp(`^KANIBAKO_NAME=${name}$`, "m"));
    assert.match(ended.stdout, /^\/home\/agent\/workspace$/m);
    assert.match(ended.stdout, /CapEff:\s0+$/m);
    // As who owns the folder: root of the host only where that is root, and then without any capability.
    assert.match(
      ended.stdout,
      new RegExp(`^uid ${Deno.uid() === 0 ? 0 : engine === "podman" ? 1000 : Deno.uid()}$`, "m"),
    );
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map((entry) => entry.name).filter((one) => one !== "volume").sort(),
      [
        "seen",
        "vault",
      ],
    );
    await assert.rejects(Deno.lstat("/tmp/kanibako-evil"), Deno.errors.NotFound);
    assert.deepEqual(await volumes(), before);
  } finally {
    await user.run(["stop", "--all", "--force"]);
    await user.engine("rmi", "--force", image);
  }
});

Deno.test("T17 an image that wants a volume at / or names no user there is starts as any other, or is refused in words", async () => {
  await using user = await User.make();
  for (
    const config of [{ Volumes: { "/": {} } }, { User: "nobody-knows:evil" }, {
      WorkingDir: "relative/../../..",
    }, { Env: ["=x", "A=\u001b[2J"] }]
  ) {
    const folder = await user.folder();
    const image = await load(user, config);
    try {
      const ended = await inBox(user, folder, "exit 8", ["--image", image]);
      assert.ok(
        ended.code === 8 || /^Error: /m.test(ended.stderr),
        `${JSON.stringify(config)}: ${ended.stderr}`,
      );
      assertHarmless(ended.stderr, JSON.stringify(config));
    } finally {
      await user.engine("rmi", "--force", image);
    }
  }
  assert.equal((await inBox(user, await user.folder(), "exit 8")).code, 8);
});

Deno.test("T17 words of a box that read like the engine's teach the host nothing and run nothing twice", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await inBoxOk(user, folder, "true");
  const facts = `${user.env["XDG_CACHE_HOME"]}/kanibako/engines.json`;
  const before = await Deno.readTextFile(facts).catch(() => "");
  const words = [
    "Error: crun: cgroups in hybrid mode not supported",
    "Error: RLIMIT_NPROC",
    "Error: image not known",
    "Error: no such container",
    'Error: the container name "x" is already in use',
    "docker: Error response from daemon: No such image: x.",
  ];
  for (const word of words) {
    // A byte in the pipe says that the box runs; this one tries to take that back.
    const script =
      `(timeout 1 head -c 1 /run/kanibako/in/alive >/dev/null 2>&1); echo run >>runs; echo '${word}' >&2; exit 125`;
    const ended = await inBox(user, folder, script);
    assert.equal(ended.code, 125, word);
    assert.match(ended.stderr, new RegExp(`^${word.replaceAll(/[.()]/g, "\\$&")}$`, "m"));
    assert.equal(await Deno.readTextFile(`${folder}/runs`), "run\n", word);
    await Deno.remove(`${folder}/runs`);
  }
  assert.equal(await Deno.readTextFile(facts).catch(() => ""), before);
});

Deno.test(`H11: a shell of the image that speaks like the engine runs once, and teaches the host nothing (${engine})`, async () => {
  await using user = await User.make();
  const folder = await user.folder();
  await inBoxOk(user, folder, "true");
  const facts = `${user.env["XDG_CACHE_HOME"]}/kanibako/engines.json`;
  // That an image was looked at is no fact about the engine.
  const learned = async () => {
    const all = JSON.parse(await Deno.readTextFile(facts)) as Record<string, Record<string, unknown>>;
    return Object.values(all).map(({ plainImages: _1, imageIds: _2, ...fact }) => fact);
  };
  const before = await learned();
  const words = [
    "Error: RLIMIT_NPROC",
    "Error: some unknown thing",
    "Error: image not known",
    'Error: the container name "x" is already in use',
  ];
  // The byte that says that the box has begun never comes.
  const shell = `cd /home/agent/workspace; echo run >>runs; read -r word <word; echo "$word" >&2; exit 125`;
  const image = await load(user, { Env: ["PATH=/bin"] }, shell);
  try {
    for (const word of words) {
      await Deno.writeTextFile(`${folder}/word`, `${word}\n`);
      const ended = await inBox(user, folder, "true", ["--image", image]);
      assert.notEqual(ended.code, 0, word);
      assert.match(ended.stderr, /could not start the box/, word);
      assert.equal(await Deno.readTextFile(`${folder}/runs`), "run\n", word);
      await Deno.remove(`${folder}/runs`);
    }
  } finally {
    await user.engine("rmi", "--force", image);
  }
  assert.deepEqual(await learned(), before);
  assert.equal((await inBox(user, folder, "exit 8")).code, 8);
});

Deno.test("H11: variables of the image do not steer the script that every command starts with", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const fake = "/home/agent/workspace/fake";
  await Deno.mkdir(`${folder}/fake/in`, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/fake/in/env`,
    "export GIVEN=fake; touch /home/agent/workspace/obeyed\n",
  );
  const image = await load(user, {
    Env: [
      "PATH=/bin",
      `KANIBAKO_RUN=${fake}`,
      "KANIBAKO_BEGUN=1",
      "KANIBAKO_KEEP=x;touch${IFS}/home/agent/workspace/obeyed",
      "KANIBAKO_CALL=1",
    ],
  });
  try {
    const ended = await inBox(user, folder, "echo $GIVEN", ["--image", image, "-e", "GIVEN=yes"]);
    assert.equal(ended.stdout, "yes\n", ended.stderr);
    assertHarmless(ended.stderr, "the word that the command begins");
    const running = user.start(["shell", "--image", image, "--", "sh", "-c", "touch seen; sleep 20"], {
      cwd: folder,
    });
    await until(() => Deno.stat(`${folder}/seen`).then(() => true, () => false), 60_000);
    // A call into a box that runs is another start of the script.
    const called = await inBox(user, folder, "echo called; exit 4");
    assert.equal(called.code, 4, called.stderr);
    assert.equal(called.stdout, "called\n");
    await user.run(["stop", "--all", "--force"]);
    await within(running.ended);
    await assert.rejects(Deno.lstat(`${folder}/obeyed`), Deno.errors.NotFound);
  } finally {
    await user.run(["stop", "--all", "--force"]);
    await user.engine("rmi", "--force", image);
  }
});

Deno.test({
  name:
    `T17 an image that gives the container runtime orders by annotations is refused where podman passes them on${
      engine === "docker" ? " (docker passes none on)" : ""
    }`,
  ignore: engine === "docker",
  fn: async () => {
    await using user = await User.make();
    const folder = await user.folder();
    const plain = await load(user, { Env: ["PATH=/bin"] });
    const saved = `${user.home}/oci`;
    await user.engine("save", "--format=oci-dir", `--output=${saved}`, plain);
    await user.engine("rmi", "--force", plain);
    const { manifests } = JSON.parse(await Deno.readTextFile(`${saved}/index.json`));
    const digest: string = manifests[0].digest;
    const manifest = JSON.parse(await Deno.readTextFile(`${saved}/blobs/${digest.replace(":", "/")}`));
    // What crun takes for a filter of system calls: an empty one.
    const text = JSON.stringify({ ...manifest, annotations: { "run.oci.seccomp_bpf_data": "" } });
    const bytes = new TextEncoder().encode(text);
    const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) =>
      byte.toString(16).padStart(2, "0")
    ).join("");
    await Deno.writeFile(`${saved}/blobs/sha256/${hash}`, bytes);
    const entry = { ...manifests[0], digest: `sha256:${hash}`, size: bytes.length };
    await Deno.writeTextFile(
      `${saved}/index.json`,
      JSON.stringify({ schemaVersion: 2, manifests: [entry] }),
    );
    const id = (await user.engine("pull", "--quiet", `oci:${saved}`)).trim();
    const name = `localhost/kanibako-test-${crypto.randomUUID().slice(0, 8)}:latest`;
    await user.engine("tag", id, name);
    try {
      const [, major, minor] = /(\d+)\.(\d+)/.exec(await user.engine("--version"))!.map(Number);
      const passesOn = major! < 4 || (major === 4 && minor! < 6);
      const ended = await inBox(user, folder, "exit 8", ["--image", name]);
      assert.equal(ended.code, passesOn ? 1 : 8, ended.stderr);
      if (passesOn) {
        assert.match(ended.stderr, /gives orders to the container runtime \(annotation run\.oci\./);
      }
      assert.equal((await inBox(user, await user.folder(), "exit 8")).code, 8);
    } finally {
      await user.engine("rmi", "--force", id);
    }
  },
});
