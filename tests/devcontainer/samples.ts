/**
 * Configurations as projects have them, for comparing with the reference implementation.
 *
 * @module
 */

/** A project with a configuration. */
export interface Sample {
  readonly files: Readonly<Record<string, string>>;
  /** Which file. */
  readonly path: string;
}

const USUAL = ".devcontainer/devcontainer.json";
const install = "#!/bin/sh\ntrue\n";

/** By what is in them. `image`: one that is here, with {@link METADATA} as its label. */
export function samples(image: string): Readonly<Record<string, Sample>> {
  const usual = (text: string, files: Sample["files"] = {}): Sample => ({
    path: USUAL,
    files: { [USUAL]: text, ...files },
  });
  return {
    "nothing but an image": usual(JSON.stringify({ image })),
    "comments, and commas too many": usual(`// first
{ "image": "${image}", /* second */ "forwardPorts": [3000, "db:5432", 3000,], // third
  "postCreateCommand": "echo // no comment", }`),
    "every kind of value": usual(JSON.stringify({
      name: "every kind",
      image,
      containerEnv: { SHARED: "file", OWN: "1" },
      remoteEnv: { PATH: "${containerEnv:PATH}:/x", GONE: null },
      mounts: [
        "source=cache,target=/cache,type=volume",
        { type: "bind", source: "/srv/data", target: "/data" },
        "type=tmpfs,target=/scratch",
        "source=cache2,target=/cache,type=volume",
      ],
      portsAttributes: { "3000": { label: "own" }, "9000-9010": { onAutoForward: "silent" } },
      otherPortsAttributes: { onAutoForward: "ignore" },
      forwardPorts: [9000, 8080],
      appPort: [8081, "8082:82"],
      remoteUser: "node",
      containerUser: "root",
      updateRemoteUserUID: false,
      overrideCommand: false,
      init: true,
      privileged: false,
      capAdd: ["SYS_PTRACE", "NET_ADMIN"],
      securityOpt: ["seccomp=unconfined"],
      runArgs: ["--network=host"],
      onCreateCommand: "one",
      updateContentCommand: ["two", "words"],
      postCreateCommand: { a: "three", b: ["four", "words"] },
      postStartCommand: "",
      postAttachCommand: [],
      waitFor: "postCreateCommand",
      userEnvProbe: "none",
      shutdownAction: "none",
      workspaceFolder: "/src/${localWorkspaceFolderBasename}",
      workspaceMount: "type=bind,source=${localWorkspaceFolder},target=/src",
      hostRequirements: { cpus: 2 },
      customizations: { vscode: { extensions: ["a.b"] } },
    })),
    "variables": usual(JSON.stringify({
      image,
      name: "${localWorkspaceFolderBasename}",
      containerEnv: {
        A: "${localEnv:KANIBAKO_SAMPLE}",
        B: "${localEnv:KANIBAKO_NONE}|${localEnv:KANIBAKO_NONE:else}|${localEnv:KANIBAKO_NONE:a:b}",
        C: "${localWorkspaceFolder}|${containerWorkspaceFolder}|${containerWorkspaceFolderBasename}",
        D: "${env:KANIBAKO_SAMPLE}|${unknown}|$PLAIN|${}",
        E: "${localEnv:}",
      },
      remoteEnv: { F: "${containerEnv:HOME}/${containerEnv:NONE:else}" },
      mounts: [
        "source=v-${localWorkspaceFolderBasename},target=${containerWorkspaceFolder}/node_modules,type=volume",
      ],
      postCreateCommand: ["echo", "${containerWorkspaceFolder}"],
    })),
    "variables with the project elsewhere": usual(JSON.stringify({
      image,
      workspaceFolder: "/elsewhere/${localWorkspaceFolderBasename}",
      containerEnv: { A: "${containerWorkspaceFolder}", B: "${containerWorkspaceFolderBasename}" },
    })),
    "a Dockerfile with arguments and stages": usual(
      JSON.stringify({
        build: {
          dockerfile: "Dockerfile",
          context: "..",
          args: { BASE: image },
          target: "dev",
          cacheFrom: "a/b:c",
          options: ["--no-cache"],
        },
        remoteUser: "dev",
      }),
      { ".devcontainer/Dockerfile": `ARG BASE=none\nFROM \${BASE} AS dev\nRUN true\nFROM none AS other\n` },
    ),
    "a Dockerfile as earlier files name it": {
      path: ".devcontainer.json",
      files: {
        ".devcontainer.json": JSON.stringify({
          dockerFile: "docker/Dockerfile",
          context: ".",
          postAttachCommand: "x",
        }),
        "docker/Dockerfile": `FROM ${image}\n`,
      },
    },
    "one of several configurations": {
      path: ".devcontainer/web/devcontainer.json",
      files: {
        ".devcontainer/api/devcontainer.json": "{}",
        ".devcontainer/web/devcontainer.json": JSON.stringify({ image, postStartCommand: "web" }),
      },
    },
    "local features, one after another": usual(
      JSON.stringify({
        image,
        features: { "./a": { size: "2" }, "./b": "7", "./c": true },
        overrideFeatureInstallOrder: ["./c"],
        postCreateCommand: "own",
      }),
      {
        ".devcontainer/a/devcontainer-feature.json": JSON.stringify({
          id: "a",
          version: "1.0.0",
          options: { size: { type: "string", default: "1" } },
          installsAfter: ["./b"],
          containerEnv: { FEATURE: "a" },
          capAdd: ["SYS_PTRACE"],
          mounts: [{ type: "volume", source: "a-${devcontainerId}", target: "/a" }],
          entrypoint: "/usr/local/share/a.sh",
          postCreateCommand: { x: "from a" },
          customizations: { vscode: { settings: {} } },
        }),
        ".devcontainer/a/install.sh": install,
        ".devcontainer/b/devcontainer-feature.json": JSON.stringify({
          id: "b",
          version: "1.0.0",
          privileged: true,
          init: true,
          securityOpt: ["label=disable"],
          entrypoint: "/usr/local/share/b.sh",
          onCreateCommand: "from b",
          postCreateCommand: ["from", "b"],
        }),
        ".devcontainer/b/install.sh": install,
        ".devcontainer/c/devcontainer-feature.json": JSON.stringify({
          id: "c",
          version: "1.0.0",
          postAttachCommand: "from c",
        }),
        ".devcontainer/c/install.sh": install,
      },
    ),
    "a local feature that needs another": usual(
      JSON.stringify({ image, features: { "./a": {} } }),
      {
        ".devcontainer/a/devcontainer-feature.json": JSON.stringify({
          id: "a",
          version: "1.0.0",
          dependsOn: { "./z": {} },
          postStartCommand: "a",
        }),
        ".devcontainer/a/install.sh": install,
        ".devcontainer/z/devcontainer-feature.json": JSON.stringify({
          id: "z",
          version: "1.0.0",
          postStartCommand: "z",
        }),
        ".devcontainer/z/install.sh": install,
      },
    ),
  };
}

/** What the image says of itself. */
export const METADATA: readonly Readonly<Record<string, unknown>>[] = [
  {
    id: "ghcr.io/o/f/first:1",
    init: true,
    capAdd: ["NET_ADMIN"],
    entrypoint: "/first.sh",
    postCreateCommand: "first",
  },
  {
    remoteUser: "vscode",
    containerEnv: { SHARED: "image", IMAGE: "${localWorkspaceFolderBasename}" },
    remoteEnv: { FROM_IMAGE: "yes" },
    mounts: [{ type: "volume", source: "image", target: "/cache" }],
    forwardPorts: [8080, 3000],
    portsAttributes: { "3000": { label: "image" }, "8080": { label: "kept" } },
    overrideCommand: true,
    waitFor: "onCreateCommand",
    postCreateCommand: "second",
  },
];
