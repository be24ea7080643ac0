// The same configurations read by the reference implementation and by us.

import assert from "node:assert/strict";
import { collectFeatures } from "../../lib/devcontainer/features/collect.ts";
import { imageMetadata } from "../../lib/devcontainer/image_metadata.ts";
import { findDevContainers } from "../../lib/devcontainer/find.ts";
import { mergeImageMetadata } from "../../lib/devcontainer/origins.ts";
import { readDevContainer } from "../../lib/devcontainer/read.ts";
import type { DevContainer, LifecycleCommand } from "../../lib/devcontainer/types.ts";
import { baseDirs } from "../../lib/host/dirs.ts";
import { findExecutable } from "../../lib/host/process.ts";
import { openTree } from "../../lib/host/tree/tree.ts";
import { imagesOf, openRuntime } from "../../lib/runtime/open.ts";
import type { ImageStore } from "../../lib/runtime/images.ts";
import { METADATA, samples } from "../devcontainer/samples.ts";
import { ProjectFolder } from "../devcontainer/project_folder.ts";
import { engine } from "../support/program.ts";

const missing = findExecutable("devcontainer") === undefined;
const HOST = { KANIBAKO_SAMPLE: "a value" };

type Table = Readonly<Record<string, unknown>>;

Deno.test({
  name: "what a devcontainer.json comes to is what the reference implementation makes of it" +
    (missing ? " (@devcontainers/cli is not installed here)" : ""),
  ignore: missing,
  fn: async () => {
    await using folder = await ProjectFolder.create({
      "Dockerfile": `FROM scratch\nCOPY Dockerfile /\nLABEL devcontainer.metadata=${
        JSON.stringify(JSON.stringify(METADATA)).replaceAll("$", "\\$")
      }\n`,
    });
    const store = imagesOf(
      await openRuntime(baseDirs((name) => name === "HOME" ? folder.path : undefined), engine),
    );
    const image = `localhost/kanibako-test-${crypto.randomUUID().slice(0, 8)}:1`;
    const context = { context: folder.path, containerfile: `${folder.path}/Dockerfile` };
    await store.build({ ...context, reference: image, buildArgs: {}, labels: {}, noCache: false });
    try {
      for (const [name, sample] of Object.entries(samples(image))) {
        const project = await ProjectFolder.create(sample.files);
        await using _project = project;
        const [theirs, ours] = await Promise.all([
          reference(project.path, sample.path),
          own(project.path, sample.path, image, store),
        ]);
        assert.deepEqual(asTheirs(ours), comparable(theirs), name);
      }
    } finally {
      await store.remove(image);
    }
  },
});

async function reference(folder: string, path: string): Promise<Table> {
  const output = await new Deno.Command("devcontainer", {
    args: [
      "read-configuration",
      `--docker-path=${engine}`,
      `--workspace-folder=${folder}`,
      `--config=${folder}/${path}`,
      "--include-merged-configuration",
    ],
    env: HOST,
  }).output();
  const text = new TextDecoder().decode(output.stdout);
  assert.ok(text.startsWith("{"), new TextDecoder().decode(output.stderr));
  // It puts that in when there is a container.
  return JSON.parse(text.replaceAll("${devcontainerId}", "the-id")).mergedConfiguration;
}

async function own(folder: string, path: string, image: string, store: ImageStore): Promise<DevContainer> {
  await using into = await ProjectFolder.create({});
  using tree = openTree(folder);
  assert.ok(findDevContainers(tree).includes(path));
  const variables = {
    localWorkspaceFolder: folder,
    devcontainerId: "the-id",
    localEnv: (name: string) => (HOST as Readonly<Record<string, string>>)[name],
  };
  const dev = await readDevContainer(tree, path, variables);
  const options = { tree, into: into.path, lock: {}, fetch: globalThis.fetch, onStep: () => {} };
  const { features } = await collectFeatures(dev, options);
  const base = imageMetadata(image, (await store.get(image))!);
  return await mergeImageMetadata(
    dev,
    [...base, ...features.map(({ metadata }) => metadata.says)],
    variables,
  );
}

/** What we answer, as the reference writes it. */
function asTheirs(dev: DevContainer): Table {
  const { configuration, lifecycle } = dev;
  const asked = (key: string) =>
    dev.widening.filter((one) => one.key === key).map(({ value }) => JSON.parse(value));
  const commands = (stage: readonly LifecycleCommand[]) => stage.map(({ command }) => command);
  return plain({
    name: dev.name,
    image: dev.image,
    features: configuration.features,
    containerEnv: dev.containerEnv,
    remoteEnv: dev.remoteEnv,
    mounts: dev.mounts.map(({ type, source, target }) => ({ type, source, target })),
    forwardPorts: dev.forwardPorts,
    portsAttributes: dev.portsAttributes,
    otherPortsAttributes: dev.otherPortsAttributes,
    appPort: configuration.appPort,
    workspaceFolder: dev.workspaceFolder,
    workspaceMount: dev.workspaceMount,
    remoteUser: dev.remoteUser,
    containerUser: dev.containerUser,
    updateRemoteUserUID: dev.updateRemoteUserUID,
    overrideCommand: dev.overrideCommand,
    init: dev.init,
    privileged: asked("privileged").length > 0,
    capAdd: [...new Set(asked("capAdd").flat())],
    securityOpt: [...new Set(asked("securityOpt").flat())],
    runArgs: asked("runArgs")[0],
    entrypoints: dev.entrypoints,
    onCreateCommands: commands(lifecycle.onCreate),
    updateContentCommands: commands(lifecycle.updateContent),
    postCreateCommands: commands(lifecycle.postCreate),
    postStartCommands: commands(lifecycle.postStart),
    postAttachCommands: commands(lifecycle.postAttach),
    waitFor: dev.waitFor,
    build: dev.build &&
      {
        args: dev.build.args,
        target: dev.build.target,
        cacheFrom: dev.build.cacheFrom,
        options: dev.build.options,
      },
  });
}

/** What the reference answers, less what has no effect here, and with its defaults. */
function comparable(theirs: Table): Table {
  const { mounts = [], build, dockerFile, ...said } = theirs as {
    readonly mounts?: readonly (string | Table)[];
    readonly build?: {
      readonly args?: Table;
      readonly target?: string;
      readonly cacheFrom?: string | string[];
      readonly options?: unknown;
    };
    readonly dockerFile?: string;
  } & Table;
  const ignored = [
    "configFilePath",
    "customizations",
    "hostRequirements",
    "userEnvProbe",
    "shutdownAction",
    "context",
    "initializeCommand",
    "overrideFeatureInstallOrder",
  ];
  return plain({
    forwardPorts: [],
    capAdd: [],
    securityOpt: [],
    entrypoints: [],
    updateRemoteUserUID: true,
    overrideCommand: true,
    waitFor: "updateContentCommand",
    ...Object.fromEntries(Object.entries(said).filter(([name]) => !ignored.includes(name))),
    mounts: mounts.map((mount) => {
      const words = typeof mount === "string"
        ? Object.fromEntries(mount.split(",").map((word) => word.split("=")))
        : mount;
      return { type: words.type, source: words.source, target: words.target };
    }),
    build: build || dockerFile
      ? {
        args: build?.args ?? {},
        target: build?.target,
        cacheFrom: build?.cacheFrom ? [build.cacheFrom].flat() : [],
        options: build?.options ?? [],
      }
      : undefined,
  });
}

/** As JSON has it: what is not defined is not there. */
function plain(value: Table): Table {
  return JSON.parse(JSON.stringify(value));
}
