import { ENTER } from "../../lib/crab/enter/script.ts";
import { DEFAULT, fromFlag } from "../../lib/spec/source.ts";
import assert from "node:assert/strict";
import { Docker } from "../../lib/runtime/cli/docker.ts";
import { FactsFile } from "../../lib/runtime/cli/facts.ts";
import { Podman } from "../../lib/runtime/cli/podman.ts";
import { baseDirs } from "../../lib/host/dirs.ts";
import { someSpec } from "../support/spec.ts";

async function engines(): Promise<{ podman: Podman; docker: Docker }> {
  const home = await Deno.makeTempDir();
  const dirs = baseDirs((name) => name === "HOME" ? home : undefined);
  const facts = await FactsFile.open(dirs, Deno.execPath());
  return {
    podman: new Podman("/usr/bin/podman", facts, { profile: "/profile.json" }),
    docker: new Docker("/usr/bin/docker", facts, { profile: "/profile.json" }),
  };
}

/** A mapping the engine of this process can express. */
const user = Deno.uid() === 0
  ? { kind: "owner", uid: 1234, gid: 1234 } as const
  : { kind: "keep-id", uid: 1000, gid: 1000 } as const;

Deno.test("runCommand() always says who, where and what, and never lets the engine pull", async () => {
  const { podman, docker } = await engines();
  for (const { argv } of [podman.runCommand(someSpec({ user })), docker.runCommand(someSpec())]) {
    for (
      const word of [
        "--init",
        "--pull=never",
        "--workdir=/home/agent/workspace",
        "--entrypoint=/bin/sh",
        "--rm",
      ]
    ) {
      assert.ok(argv.includes(word), word);
    }
    assert.ok(argv.some((word) => word.startsWith("--user=")));
    assert.ok(argv.includes("--network=none"));
    assert.deepEqual(argv.slice(-4), [
      "localhost/kanibako-oci:latest",
      "/run/kanibako/in/enter",
      "run",
      "true",
    ]);
  }
});

Deno.test("runCommand() keeps values handed in by file out of the command line, and shows the others", async () => {
  const { docker } = await engines();
  const { argv, env } = docker.runCommand(someSpec({
    env: {
      TOKEN: { value: "s3cret", secret: true, via: "file", from: fromFlag("-e") },
      LANG: { value: "C.UTF-8", secret: false, from: DEFAULT },
    },
  }));
  assert.ok(!JSON.stringify([argv, env]).includes("s3cret"));
  assert.ok(argv.includes("--env=LANG=C.UTF-8"));
});

Deno.test("execCommand() names variables and keeps their values out of the command line", async () => {
  const { podman } = await engines();
  const { argv, env } = podman.execCommand({
    container: "kanibako-app",
    argv: ["printf", "%s", "a b", "", "-v"],
    workdir: "/home/agent/workspace",
    env: { TOKEN: "s3cret" },
    terminal: "pipe",
  });
  assert.ok(argv.includes("--env=TOKEN"));
  assert.ok(!argv.join(" ").includes("s3cret"));
  assert.equal(env["TOKEN"], "s3cret");
  assert.deepEqual(argv.slice(-6), ["kanibako-app", "printf", "%s", "a b", "", "-v"]);
});

Deno.test("runCommand() drops every capability in the strict profile and adds none to a namespace's user", async () => {
  const { podman, docker } = await engines();
  assert.ok(podman.runCommand(someSpec({ user })).argv.includes("--cap-drop=all"));
  const strict = docker.runCommand(someSpec()).argv;
  assert.ok(strict.includes("--cap-drop=ALL") && strict.includes("--security-opt=no-new-privileges"));
  const kept = someSpec({
    user,
    security: { ...someSpec().security, boundingSet: ["CHOWN"], noNewPrivileges: false },
  });
  const words = podman.runCommand(kept).argv;
  const dropped = words.find((word) => word.startsWith("--cap-drop="))!.slice(11).split(",");
  assert.ok(!dropped.includes("CHOWN") && dropped.includes("SYS_ADMIN"));
  assert.ok(!words.some((word) => word.startsWith("--cap-add")));
});

Deno.test("H11: runCommand() says what an image could say in the place of our script's own defaults", async () => {
  const { podman, docker } = await engines();
  for (const { argv } of [podman.runCommand(someSpec({ user })), docker.runCommand(someSpec())]) {
    for (const word of ["RUN=/run/kanibako", "BEGUN=", "CALL=", "KEEP=", "AT=", "READY="]) {
      assert.ok(argv.includes(`--env=KANIBAKO_${word}`), word);
    }
  }
});

Deno.test("H11: all that our script reads of the environment is among these", () => {
  const code = ENTER.replaceAll(/^\s*#.*$/gm, "");
  const names = new Set([...code.matchAll(/\bKANIBAKO_[A-Z]+/g)].map(([name]) => name));
  assert.deepEqual(
    [...names].sort(),
    ["AT", "BEGUN", "CALL", "KEEP", "READY", "RUN"].map((name) => `KANIBAKO_${name}`),
  );
});

Deno.test("runCommand() gives every engine our profile of system calls, but where the plan asks for the engine's own", async () => {
  const { podman, docker } = await engines();
  const narrowed = "--security-opt=seccomp=/profile.json";
  assert.ok(podman.runCommand(someSpec({ user })).argv.includes(narrowed));
  const own = someSpec({ user, security: { ...someSpec().security, seccomp: "engine" } });
  assert.ok(!podman.runCommand(own).argv.includes(narrowed));
  assert.ok(docker.runCommand(someSpec()).argv.includes(narrowed));
});

Deno.test("runCommand() refuses a user mapping the engine cannot express", async () => {
  const { podman, docker } = await engines();
  const other = Deno.uid() === 0
    ? { kind: "keep-id", uid: 1000, gid: 1000 } as const
    : { kind: "owner", uid: 1234, gid: 1234 } as const;
  assert.throws(() => podman.runCommand(someSpec({ user: other })), { code: "cannot-express" });
  assert.throws(() => docker.runCommand(someSpec({ user: { kind: "keep-id", uid: 1, gid: 1 } })), {
    code: "cannot-express",
  });
});

Deno.test("where an image has nobody of the box user's id, podman without root names the user and its home", async () => {
  const { podman } = await engines();
  const { argv } = podman.runCommand(someSpec({ user }));
  const entries = argv.filter((word) => word.startsWith("--passwd-entry="));
  assert.deepEqual(
    entries,
    Deno.uid() === 0 ? [] : ["--passwd-entry=agent:*:1000:1000:agent:/home/agent:/bin/sh"],
  );
});

Deno.test("FactsFile: what was learned is there for the next process, and for this binary alone", async () => {
  const home = await Deno.makeTempDir();
  const dirs = baseDirs((name) => name === "HOME" ? home : undefined);
  const first = await FactsFile.open(dirs, Deno.execPath());
  await first.learn({ runtime: "runc" });
  await first.learn({ clampUlimits: true });
  assert.deepEqual((await FactsFile.open(dirs, Deno.execPath())).facts, {
    runtime: "runc",
    clampUlimits: true,
  });
  assert.deepEqual((await FactsFile.open(dirs, "/bin/sh")).facts, {});
  await first.forget();
  assert.deepEqual((await FactsFile.open(dirs, Deno.execPath())).facts, {});
});

Deno.test("runCommand() lets programs run from a file system in memory, unless the plan says otherwise", async () => {
  const { podman, docker } = await engines();
  const tmpfs = { type: "tmpfs", readOnly: false, sizeBytes: 1024, mode: 0o1777, from: DEFAULT } as const;
  const mounts = [{ ...tmpfs, destination: "/x" }, { ...tmpfs, destination: "/tmp", noExec: true } as const];
  const common = ",tmpfs-size=1024,tmpfs-mode=1777";
  const [ours, theirs] = [
    podman.runCommand(someSpec({ user, mounts })),
    docker.runCommand(someSpec({ mounts })),
  ];
  const words = (argv: readonly string[]) => argv.filter((word) => /^--(mount|tmpfs)=/.test(word)).sort();
  assert.deepEqual(words(ours.argv), [
    `--mount=type=tmpfs,destination=/tmp${common},notmpcopyup,noexec`,
    `--mount=type=tmpfs,destination=/x${common},notmpcopyup`,
  ]);
  // docker lets none run from what is given by --mount.
  assert.deepEqual(words(theirs.argv), [
    `--mount=type=tmpfs,destination=/tmp${common}`,
    "--tmpfs=/x:rw,exec,nosuid,nodev,size=1024,mode=1777",
  ]);
});
