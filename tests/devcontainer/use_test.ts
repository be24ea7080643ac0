import assert from "node:assert/strict";
import { localEnvMark } from "../../lib/config/devcontainer.ts";
import type { DevContainer } from "../../lib/devcontainer/types.ts";
import { useOf } from "../../lib/devcontainer/use.ts";
import { devContainer } from "./given.ts";

const FILE = "devcontainer.json";

function used(parts: Partial<Omit<DevContainer, "lifecycle">>, env: Record<string, string> = {}) {
  return useOf(devContainer(parts), {
    image: "localhost/dev:1",
    project: "/home/me/shop",
    getEnv: (name) => env[name],
    whyNot: (source) => Promise.resolve(source === "/home/me/.ssh" ? "it has keys" : undefined),
  });
}

Deno.test("variables of users stand above those of the container, and refer to them", async () => {
  const { env, notes } = await used({
    containerEnv: { A: "1", B: "2", GONE: "x" },
    remoteEnv: { B: "${containerEnv:A}-3", PATH: "/opt/bin:${containerEnv:PATH}", GONE: null },
  });
  assert.deepEqual(env, { A: "1", B: "1-3", PATH: "/opt/bin:${containerEnv:PATH}" });
  assert.deepEqual(notes, []);
});

Deno.test("variables that are the box's own are left out, and said", async () => {
  const { env, notes } = await used({
    containerEnv: { HOME: "/root", KANIBAKO_RUN: "/x", GOOD: "1", "a b": "2", NUL: "\0" },
    remoteEnv: { OF_IMAGE: null },
  });
  assert.deepEqual(env, { GOOD: "1" });
  assert.equal(notes.length, 5);
  assert.match(notes.join("\n"), /"HOME" is not set: the box itself sets it/);
});

Deno.test("ports are published on localhost only", async () => {
  const { ports, requiredPorts, notes } = await used({
    forwardPorts: [3000, "localhost:5000", "db:5432", 3000, "0.0.0.0:22"],
    appPorts: ["8080:80", 9000, "192.168.1.1:80:80"],
    portsAttributes: { "5000": { requireLocalPort: true }, "80": { requireLocalPort: true } },
  });
  assert.deepEqual(ports, ["3000", "5000", "8080:80", "9000"]);
  assert.deepEqual(requiredPorts, ["5000", "8080:80"]);
  assert.deepEqual(notes.map((note) => /"(.*)"/.exec(note)?.[1]), [
    "db:5432",
    "0.0.0.0:22",
    "192.168.1.1:80:80",
  ]);
  const ofImage = await used({ forwardPorts: [3000, 4000], configuration: { forwardPorts: [4000] } });
  assert.deepEqual(ofImage.ports, ["4000"]);
  assert.match(ofImage.notes.join(), /"3000" is not published: the image asks for it/);
});

Deno.test("volumes are folders of the box, folders of the machine are shares, and both only where nothing is reserved", async () => {
  const volume = { from: FILE, type: "volume", readOnly: false } as const;
  const bind = { from: FILE, type: "bind", readOnly: false } as const;
  const { volumes, binds, inMemory, notes } = await used({
    workspaceFolder: "/workspaces/shop",
    localEnv: ["HOME"],
    mounts: [
      { ...volume, source: "cache", target: "/workspaces/shop/node_modules" },
      { ...volume, source: "../../escape", target: "/data/" },
      { ...volume, target: "/nameless" },
      { ...volume, source: "dup", target: "/data" },
      { from: FILE, type: "tmpfs", target: "/scratch", readOnly: false },
      { ...bind, source: `${localEnvMark("HOME")}/odd:$name`, target: "/odd", readOnly: true },
      { ...bind, source: "/home/me/.ssh", target: "/home/agent/.ssh" },
      { ...bind, source: "relative", target: "/relative" },
      { ...bind, from: "registry.example/feature", source: "/srv", target: "/of-feature" },
      ...["/etc/ssl", "/", "/home", "/home/agent", "/run/kanibako/in", "/usr/bin/x", "/a/../etc", "rel"].map((
        target,
      ) => ({
        ...volume,
        source: "v",
        target,
      })),
    ],
  }, { HOME: "/home/me" });
  assert.deepEqual(volumes.map(({ target }) => target), [
    "/home/agent/workspace/node_modules",
    "/data",
    "/nameless",
  ]);
  assert.equal(volumes[0]!.name, "cache");
  for (const { name } of volumes.slice(1)) assert.match(name, /^volume-[0-9a-f]{12}$/);
  assert.deepEqual(inMemory, ["/scratch"]);
  assert.deepEqual(binds, { "box.path.share_ro.devcontainer-1": "/home/me/odd\\:\\$name:/odd" });
  assert.equal(notes.length, 12);
  assert.match(notes.join("\n"), /"\/home\/agent\/\.ssh": it has keys/);
});

Deno.test("what has no effect is said", async () => {
  const { notes } = await used({
    remoteUser: localEnvMark("USER"),
    widening: [
      { key: "privileged", value: "true", from: FILE, treatment: "left-out", why: "A box never is." },
      { key: "mounts[0]", value: "{}", from: FILE, treatment: "approve", why: "It is a folder." },
    ],
    unsupported: ["hostRequirements have no effect."],
  });
  assert.equal(notes.length, 3);
  assert.match(notes[0]!, /asks for the user "\$\{localEnv:USER\}"/);
  assert.match(notes[1]!, /^privileged has no effect: A box never is\./);
});

Deno.test("an empty file is nothing but its image", async () => {
  assert.deepEqual(await used({}), {
    image: "localhost/dev:1",
    env: {},
    localEnv: [],
    ports: [],
    requiredPorts: [],
    binds: {},
    volumes: [],
    inMemory: [],
    lifecycle: "",
    notes: [],
  });
});
