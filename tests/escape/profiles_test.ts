/** What each security profile promises, seen from inside a box of it. */

import assert from "node:assert/strict";
import type { SecurityName } from "../../lib/spec/box_spec.ts";
import { installAgent } from "../support/agent.ts";
import { engine, rootless, User } from "../support/program.ts";
import { inBox } from "./support.ts";

const PROBE = await Deno.readTextFile(new URL("profile.py", import.meta.url));

/** Numbers of capabilities. Source: linux/capability.h. */
const BITS = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  SYS_CHROOT: 18,
  SETFCAP: 31,
};

function mask(...names: (keyof typeof BITS)[]): number {
  return names.reduce((sum, name) => sum + 2 ** BITS[name], 0);
}

const INSTALLS = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETFCAP",
  "SETGID",
  "SETUID",
] as const;

/** What is promised, written down once more: the program's own table is not asked. */
interface Promised {
  readonly bounding: number;
  readonly gains: boolean;
  readonly namespaces: boolean;
  /** Size of /tmp in MiB, where the root is read-only. */
  readonly tmp?: number;
  readonly pids?: number;
  readonly alone: boolean;
  readonly variables: "locale" | "files" | "call";
  /** The words that it is started with. */
  readonly words?: readonly string[];
}

const NOTHING = { bounding: 0, gains: false, namespaces: false } as const;

const PROMISED: Readonly<Record<SecurityName, Promised>> = {
  permissive: { ...NOTHING, alone: false, variables: "locale" },
  standard: { bounding: mask(...INSTALLS), gains: true, namespaces: false, alone: false, variables: "files" },
  // The one that is started with the network that profiles leave open: it starts slower.
  moderate: { ...NOTHING, alone: true, variables: "files", words: ["--network", "open"] },
  strict: { ...NOTHING, alone: false, variables: "files" },
  restrictive: { ...NOTHING, tmp: 64, pids: 500, alone: true, variables: "call", words: [] },
  paranoid: { ...NOTHING, tmp: 256, pids: 300, alone: true, variables: "call", words: [] },
  nested: {
    bounding: mask(...INSTALLS, "SYS_CHROOT"),
    gains: true,
    namespaces: true,
    alone: false,
    variables: "files",
  },
  minimal: {
    bounding: mask(...INSTALLS, "NET_BIND_SERVICE", "SETPCAP", "SYS_CHROOT"),
    gains: true,
    namespaces: true,
    alone: false,
    variables: "files",
  },
};

Deno.test(`what a security profile promises is so in its box: each of them (${engine})`, async () => {
  await using user = await User.make({ env: { LANG: "xx_YY.UTF-8", LC_ALL: "" } });
  await user.configure('[system.path.share_ro]\ndocs = "~/docs:~/docs"');
  await Deno.mkdir(`${user.home}/docs`);
  // What it leaves in a home is an empty folder.
  await Deno.writeTextFile(`${user.home}/docs/seen`, "");
  await Deno.mkdir(user.data, { recursive: true });
  await Deno.writeTextFile(`${user.data}/env`, "FROM_FILE=1\n", { mode: 0o600 });
  const all = Object.entries(PROMISED);
  // Two boxes at once take less time.
  const half = async (rest: number) => {
    const folder = await user.folder();
    await Deno.writeTextFile(`${folder}/probe.py`, PROBE);
    for (const [name, promised] of all.filter((_, at) => at % 2 === rest)) {
      await tried(user, folder, name, promised);
    }
  };
  await Promise.all([half(0), half(1)]);
});

async function tried(user: User, folder: string, name: string, promised: Promised): Promise<void> {
  const { words = ["--network", "none"] } = promised;
  const options = ["--security", name, "-e", "FROM_CALL=1", ...words];
  const outcome = await inBox(user, folder, "exec python3 probe.py", options);
  if (!rootless && promised.gains) {
    assert.equal(outcome.code, 1, name);
    assert.match(outcome.stderr, /root of the box would be root of the host/, name);
    return;
  }
  assert.equal(outcome.code, 0, `${name}: ${outcome.stderr}`);
  assertPromised(name, promised, JSON.parse(outcome.stdout), outcome.stderr);
}

// deno-lint-ignore no-explicit-any
function assertPromised(name: string, promised: Promised, seen: any, stderr: string): void {
  const is = (what: string, expected: unknown) => assert.deepEqual(seen[what], expected, `${name}: ${what}`);
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) is(set, 0);
  is("CapBnd", promised.bounding);
  is("NoNewPrivs", promised.gains ? 0 : 1);
  is("Seccomp", 2);
  is("userns", promised.namespaces ? "done" : "EPERM");
  if (!promised.namespaces && seen.keyctl !== null) is("keyctl", "EPERM");
  is("setuid", promised.gains ? "0o4755" : "EPERM");
  is("plain", "0o755");
  is("sudo", promised.gains ? "0" : "");

  const { tmp, pids } = promised;
  const inScratch = tmp === undefined ? 0 : "EACCES";
  is("run", { "/tmp": inScratch, "/var/tmp": inScratch, "~": 0, "~/workspace": 0 });
  is("shm", "EACCES");
  is("read-only", tmp !== undefined);
  // As root of the box, where the project is root's, the rig's own files would be writable otherwise.
  if (tmp !== undefined) is("root", "EROFS");
  else assert.notEqual(seen.root, "EROFS", name);
  is("home", "done");
  if (tmp !== undefined) is("sizes", { "/tmp": tmp, "/var/tmp": 64, "/run": 16 });
  else assert.deepEqual([seen.sizes["/tmp"], seen.sizes["/var/tmp"]], [null, null], name);
  is("fill", tmp === 64 ? "ENOSPC" : "done");
  if (pids === undefined) is("crowd", 600);
  else assert.ok(seen.crowd > pids - 50 && seen.crowd < pids, `${name}: ${seen.crowd} of ${pids} processes`);

  const isOpen = promised.words?.includes("open") ?? false;
  assert.equal(seen.interfaces.length > 1, isOpen, `${name}: ${seen.interfaces}`);
  // Where nothing is said of it: names are answered in the box, by what stands at the door.
  is("door", name === "paranoid");
  is("env", {
    FROM_FILE: promised.variables === "call" ? null : "1",
    FROM_CALL: "1",
    LANG: promised.variables === "locale" ? "xx_YY.UTF-8" : "C.UTF-8",
  });
  is("share", !promised.alone);
  is("vault", true);
  assert.equal(
    /leaves out what boxes share: system\.path\.share_ro\.docs/.test(stderr),
    promised.alone,
    name,
  );
  assert.equal(/leaves out variables of files: FROM_FILE/.test(stderr), promised.variables === "call", name);
}

Deno.test(`a paranoid session stays and is called into, and gets no other profile while it runs (${engine})`, async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const env = await installAgent(user.home, "setTimeout(() => {}, 600_000);");
  await user.ok(["start", "--persistent", "--security", "paranoid"], { cwd: folder, env });
  const status =
    "grep -E 'NoNewPrivs|CapBnd' /proc/self/status; tmux list-sessions -F '#S'; touch /tmp/x /opt/x";
  const called = await inBox(user, folder, status);
  assert.match(called.stdout, /CapBnd:\s0+\nNoNewPrivs:\s1\nkanibako\n/);
  assert.match(called.stderr, /\/opt\/x.*Read-only file system/);
  assert.doesNotMatch(called.stderr, /\/tmp\/x/);
  for (const words of [["--security", "strict"], ["--network", "open"], ["--pids", "2000"]]) {
    const refused = await inBox(user, folder, "true", words);
    assert.equal(refused.code, 1, words.join(" "));
    assert.match(refused.stderr, /already running with .*(paranoid|none|filtered|300)/, words.join(" "));
  }
  assert.equal((await inBox(user, folder, "exit 3", ["--security", "paranoid", "--pids", "300"])).code, 3);
});

Deno.test({
  name: `the engine's own configuration opens no box to the host's processes, memory and variables${
    engine === "podman" ? "" : " (only podman has one)"
  }`,
  ignore: engine !== "podman",
  fn: async () => {
    await using user = await User.make();
    const folder = await user.folder();
    const path = `${user.home}/containers.conf`;
    // Not every host has what the engine needs without root to give its own queues to a container.
    const shared = rootless ? ["pid"] : ["pid", "ipc"];
    await Deno.writeTextFile(
      path,
      `[containers]\nenv_host = true\n${shared.map((name) => `${name}ns = "host"\n`).join("")}`,
    );
    const script = "readlink /proc/self/ns/pid /proc/self/ns/ipc; echo ${XDG_CACHE_HOME:-none}";
    await inBox(user, folder, "true"); // What the engine needs on this host is learned.
    user.env["CONTAINERS_CONF"] = path;
    const here = await Promise.all(["pid", "ipc"].map((name) => Deno.readLink(`/proc/self/ns/${name}`)));
    const image = "localhost/kanibako-oci";
    const bare = await user.engine("run", "--rm", "--network=none", "--entrypoint=sh", image, "-c", script);
    assert.deepEqual(bare.split("\n").slice(0, shared.length), here.slice(0, shared.length));
    const boxed = await inBox(user, folder, script);
    const [pid = "", ipc = "", variable] = boxed.stdout.trim().split("\n");
    assert.equal(boxed.code, 0, boxed.stderr);
    assert.ok(pid.startsWith("pid:") && ipc.startsWith("ipc:"), boxed.stdout);
    assert.ok(!here.includes(pid) && !here.includes(ipc), boxed.stdout);
    assert.equal(variable, "none");
  },
});

Deno.test({
  name: `the proxies of the engine's own configuration, and the passwords in them, reach no box${
    engine === "docker" ? "" : " (only docker has them)"
  }`,
  ignore: engine !== "docker",
  fn: async () => {
    await using user = await User.make();
    const folder = await user.folder();
    const proxies = {
      default: { httpProxy: "http://me:secret@proxy:1", noProxy: "x", allProxy: "http://proxy:2" },
    };
    await Deno.mkdir(`${user.home}/docker`);
    await Deno.writeTextFile(`${user.home}/docker/config.json`, JSON.stringify({ proxies }));
    user.env["DOCKER_CONFIG"] = `${user.home}/docker`;
    const image = "localhost/kanibako-oci";
    const bare = await user.engine("run", "--rm", "--network=none", "--entrypoint=env", image);
    assert.match(bare, /^HTTP_PROXY=http:\/\/me:secret@proxy:1$/m);
    // Those that the user gives stay.
    const boxed = await inBox(user, folder, "env | grep -i proxy", ["-e", "HTTPS_PROXY=mine"]);
    assert.equal(boxed.stdout, "HTTPS_PROXY=mine\n", boxed.stderr);
  },
});
