import assert from "node:assert/strict";
import { baseDirs, type Dirs } from "../../lib/host/dirs.ts";
import { checkHere } from "../../lib/runtime/cli/remote.ts";
import { openRuntime, reopenRuntime } from "../../lib/runtime/open.ts";

/** A machine with programs of its own. */
class Machine implements AsyncDisposable {
  private constructor(readonly root: string, readonly dirs: Dirs) {}

  static async make(): Promise<Machine> {
    const root = await Deno.makeTempDir();
    return new Machine(root, baseDirs((name) => name === "HOME" ? root : undefined));
  }

  /** A program that answers `--version`, and counts how often it was asked. */
  async program(name: string, answer: string): Promise<string> {
    const path = `${this.root}/${name}`;
    await Deno.writeTextFile(path, `#!/bin/sh\necho asked >>"$0.asked"\necho '${answer}'\n`, { mode: 0o755 });
    return path;
  }

  async asked(path: string): Promise<number> {
    const text = await Deno.readTextFile(`${path}.asked`).catch(() => "");
    return text.split("\n").length - 1;
  }

  open(command: string, kind?: string, engine?: string): Promise<string> {
    const env = (name: string) =>
      name === "KANIBAKO_DOCKER_CMD" ? command : name === "KANIBAKO_ENGINE" ? engine : undefined;
    return openRuntime(this.dirs, kind, env).then((runtime) => runtime.kind);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

Deno.test("C48: an engine is what its program answers, whatever it is called, and is asked once", async () => {
  await using machine = await Machine.make();
  const alias = await machine.program("docker", "podman version 5.2.0");
  assert.equal(await machine.open(alias), "podman");
  assert.equal(await machine.open(alias), "podman");
  assert.equal(await machine.asked(alias), 1);
  const mine = await machine.program("my-engine", "Docker version 28.2.2, build e6534b4");
  assert.equal(await machine.open(mine), "docker");
  const silent = await machine.program("docker-wrapper", "hello");
  assert.equal(await machine.open(silent), "docker");
  // A program that was replaced is another one.
  await Deno.remove(alias);
  await machine.program("docker", "Docker version 28.2.2, build e6534b4, and longer");
  assert.equal(await machine.open(alias), "docker");
});

Deno.test("an engine that is named two ways which disagree is refused with both", async () => {
  await using machine = await Machine.make();
  const docker = await machine.program("docker", "Docker version 28.2.2");
  await assert.rejects(machine.open(docker, "podman"), {
    code: "bad-engine",
    message: /KANIBAKO_DOCKER_CMD names docker .*--engine asks for podman/,
  });
  await assert.rejects(machine.open(docker, undefined, "podman"), { message: /KANIBAKO_ENGINE asks/ });
  assert.equal(await machine.open(docker, "docker"), "docker");
  await assert.rejects(machine.open(docker, "lxc"), { code: "bad-engine" });
  await assert.rejects(machine.open(`${machine.root}/none`), { code: "no-engine" });
});

Deno.test("the setting engine decides where no option and no variable does", async () => {
  await using machine = await Machine.make();
  await machine.program("docker", "Docker version 28.2.2");
  await machine.program("podman", "podman version 5.2.0");
  const path = Deno.env.get("PATH") ?? "";
  const open = (configured: string, kind?: string, engine?: string) =>
    openRuntime(machine.dirs, kind, (name) => name === "KANIBAKO_ENGINE" ? engine : undefined, configured)
      .then((runtime) => runtime.kind);
  Deno.env.set("PATH", `${machine.root}:${path}`);
  try {
    assert.equal(await open(""), "podman");
    assert.equal(await open("docker"), "docker");
    assert.equal(await open("docker", "podman"), "podman");
    assert.equal(await open("docker", undefined, "podman"), "podman");
    Deno.env.set("PATH", machine.root);
    await Deno.remove(`${machine.root}/docker`);
    await assert.rejects(open("docker"), (error: { code: string; hints: string[] }) => {
      assert.equal(error.code, "no-engine");
      return /--reset engine/.test(error.hints.join());
    });
  } finally {
    Deno.env.set("PATH", path);
  }
});

Deno.test("the error about an engine that is missing says how to install that one", async () => {
  await using machine = await Machine.make();
  const path = Deno.env.get("PATH") ?? "";
  const hintOf = (kind?: string) =>
    machine.open("", kind).then(() => "", (error: { hints: string[] }) => error.hints.join(" "));
  Deno.env.set("PATH", machine.root);
  try {
    assert.match(await hintOf("docker"), /^Install docker: /);
    assert.match(await hintOf("podman"), /^Install podman: /);
    assert.match(await hintOf(), /^Install podman: /);
  } finally {
    Deno.env.set("PATH", path);
  }
});

Deno.test("a runtime is found again by its place, and is missing once its program is gone", async () => {
  await using machine = await Machine.make();
  const podman = await machine.program("podman", "podman version 5.2.0");
  const runtime = await openRuntime(
    machine.dirs,
    undefined,
    (name) => name === "KANIBAKO_DOCKER_CMD" ? podman : undefined,
  );
  const { kind, place } = JSON.parse(JSON.stringify({ kind: runtime.kind, place: runtime.place }));
  const again = await reopenRuntime(machine.dirs, kind, place);
  assert.deepEqual([again?.kind, again?.place], [kind, place]);
  assert.equal(await reopenRuntime(machine.dirs, "another", place), undefined);
  await Deno.remove(podman);
  assert.equal(await reopenRuntime(machine.dirs, kind, place), undefined);
});

Deno.test("an engine of another machine is refused with the reason", async () => {
  for (const host of ["tcp://10.0.0.1:2375", "ssh://me@there", "http://x"]) {
    await assert.rejects(checkHere("docker", { DOCKER_HOST: host }), {
      code: "remote-engine",
      message: new RegExp(`DOCKER_HOST .${host.replaceAll("/", "\\/")}.*folders of this machine`),
    });
  }
  for (const name of ["CONTAINER_HOST", "CONTAINER_CONNECTION"]) {
    await assert.rejects(checkHere("podman", { [name]: "ssh://there" }), { code: "remote-engine" });
  }
  assert.deepEqual(await checkHere("podman", {}), {});
});

Deno.test("docker's context counts as DOCKER_HOST does, and is remembered as the place it leads to", async () => {
  await using machine = await Machine.make();
  const context = async (name: string, host: string) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name)));
    const folder = `${machine.root}/contexts/meta/${bytes.toHex()}`;
    await Deno.mkdir(folder, { recursive: true });
    const meta = { Name: name, Endpoints: { docker: { Host: host } } };
    await Deno.writeTextFile(`${folder}/meta.json`, JSON.stringify(meta));
  };
  const current = (name: string) =>
    Deno.writeTextFile(`${machine.root}/config.json`, JSON.stringify({ currentContext: name }));
  const variables = { DOCKER_CONFIG: machine.root };
  await context("there", "ssh://me@there");
  await context("here", "unix:///no/such/docker.sock");
  await assert.rejects(checkHere("docker", { ...variables, DOCKER_CONTEXT: "there" }), {
    code: "remote-engine",
    message: /the context there \(ssh:/,
  });
  await current("there");
  await assert.rejects(checkHere("docker", variables), { code: "remote-engine" });
  await current("here");
  const found = await checkHere("docker", variables);
  assert.equal(found["DOCKER_HOST"], "unix:///no/such/docker.sock");
  // The variable is stronger than any context.
  await current("there");
  await checkHere("docker", { ...variables, DOCKER_HOST: "unix:///no/such/docker.sock" });
  await current("default");
  assert.deepEqual(await checkHere("docker", variables), variables);
});

Deno.test("a docker daemon that is not root's is refused: the box's user could not write the project", async () => {
  if (Deno.uid() === 0) {
    await using machine = await Machine.make();
    const socket = `${machine.root}/docker.sock`;
    using _listener = Deno.listen({ transport: "unix", path: socket });
    await checkHere("docker", { DOCKER_HOST: `unix://${socket}` });
    await Deno.chown(socket, 12345, 12345);
    await assert.rejects(checkHere("docker", { DOCKER_HOST: `unix://${socket}` }), {
      code: "rootless-docker",
      message: /runs as another user/,
    });
    return;
  }
  await using machine = await Machine.make();
  const socket = `${machine.root}/docker.sock`;
  using _listener = Deno.listen({ transport: "unix", path: socket });
  await assert.rejects(checkHere("docker", { DOCKER_HOST: `unix://${socket}` }), {
    code: "rootless-docker",
    message: /docker without root/,
  });
});
