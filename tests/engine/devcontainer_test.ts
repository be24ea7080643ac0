// The image of a devcontainer.json on a real engine: a Dockerfile with its context, and features on top.

import assert from "node:assert/strict";
import { prepareImage } from "../../lib/devcontainer/image.ts";
import { readDevContainer } from "../../lib/devcontainer/read.ts";
import { openHost } from "../../lib/config/system.ts";
import { imagesOf, openRuntime } from "../../lib/runtime/open.ts";
import { openTree } from "../../lib/host/tree/tree.ts";
import { ProjectFolder } from "../devcontainer/project_folder.ts";
import { engine } from "../support/program.ts";

const PATH = ".devcontainer/devcontainer.json";
const FILES = {
  [PATH]: JSON.stringify({
    build: { dockerfile: "Dockerfile", args: { WHO: 'a "b" $c' }, target: "two" },
    features: { "./hello": { greeting: "it's" } },
  }),
  ".devcontainer/Dockerfile": `FROM localhost/kanibako-min AS one
USER root
FROM one AS two
ARG WHO
COPY setup.sh /
RUN sh /setup.sh && printf %s "$WHO" > /who
FROM docker.io/library/none:0
COPY unwanted /
`,
  ".devcontainer/unwanted": "",
  ".devcontainer/setup.sh": "echo setup > /setup",
  ".devcontainer/hello/devcontainer-feature.json": JSON.stringify({
    id: "hello",
    options: { greeting: { default: "hey" }, "loud-mode": { default: true } },
    containerEnv: { HELLO: "x:${PATH}" },
    postCreateCommand: 'echo ${devcontainerId} "$HOME"',
  }),
  // The build fails where something is not as it should be.
  ".devcontainer/hello/install.sh": `#!/bin/sh
set -eux
[ "$GREETING|$LOUD_MODE" = "it's|true" ]
[ "$_REMOTE_USER|$_REMOTE_USER_HOME|$_CONTAINER_USER" = "root|/root|root" ]
[ "$HELLO" = "x:$PATH" ]
[ "$(cat /who)" = 'a "b" $c' ]
[ -e /setup ]
[ ! -e /unwanted ]
`,
};

Deno.test("a devcontainer.json's Dockerfile and features become an image, once", async () => {
  await using home = await ProjectFolder.create({});
  await using project = await ProjectFolder.create(FILES);
  const host = await openHost((name) => name === "HOME" ? home.path : undefined);
  const store = imagesOf(await openRuntime(host.dirs, engine));
  using tree = openTree(project.path);
  const name = `t${crypto.randomUUID().slice(0, 8)}`;
  const steps: string[] = [];
  const variables = { localWorkspaceFolder: project.path, devcontainerId: "id", localEnv: () => undefined };
  const prepare = async () =>
    await prepareImage(await readDevContainer(tree, PATH, variables), {
      tree,
      host,
      store,
      project: name,
      progress: { step: (text) => steps.push(text), output: () => {}, done: () => {}, stop: () => {} },
    });
  const images = async () =>
    (await store.list()).filter(({ labels }) => labels["kanibako.devcontainer"] === name)
      .flatMap(({ names }) => names).sort();
  try {
    const built = await prepare();
    assert.equal(built.how, "built");
    assert.deepEqual(built.metadata, [{
      id: "./hello",
      postCreateCommand: 'echo ${devcontainerId} "$HOME"',
    }]);
    assert.deepEqual(await images(), [built.reference, `${built.reference}-base`].sort());
    assert.equal((await prepare()).how, "present");
    assert.equal(steps.length, 2);
    // What it was built of before is gone, and so is the image.
    await project.write({ ".devcontainer/Dockerfile": "FROM localhost/kanibako-min AS two\n" });
    await project.write({ [PATH]: JSON.stringify({ build: { dockerfile: "Dockerfile" } }) });
    const next = await prepare();
    assert.deepEqual(await images(), [next.reference]);
    assert.deepEqual(
      [...Deno.readDirSync(host.dirs.cache)].filter(({ name }) => name.startsWith("rig-build-")),
      [],
    );
  } finally {
    for (const reference of await images()) await store.remove(reference);
  }
});

Deno.test("nothing is built of a project that was changed after it was read, nor of one whose build is cancelled", async () => {
  await using home = await ProjectFolder.create({});
  await using project = await ProjectFolder.create(FILES);
  const host = await openHost((name) => name === "HOME" ? home.path : undefined);
  const store = imagesOf(await openRuntime(host.dirs, engine));
  using tree = openTree(project.path);
  const name = `t${crypto.randomUUID().slice(0, 8)}`;
  const variables = { localWorkspaceFolder: project.path, devcontainerId: "id", localEnv: () => undefined };
  const output: string[] = [];
  const abort = new AbortController();
  const prepare = async (change: () => Promise<void>) => {
    const dev = await readDevContainer(tree, PATH, variables);
    await change();
    return await prepareImage(dev, {
      tree,
      host,
      store,
      project: name,
      signal: abort.signal,
      progress: {
        step: () => {},
        output: (text) => {
          output.push(text);
          if (output.join("").includes("begun-to-sleep")) abort.abort(new Error("enough"));
        },
        done: () => {},
        stop: () => {},
      },
    });
  };
  for (const changed of ["Dockerfile", "setup.sh", "hello/install.sh"]) {
    const path = `.devcontainer/${changed}`;
    const change = () => project.write({ [path]: `${FILES[path as keyof typeof FILES]}\n` });
    await assert.rejects(() => prepare(change), { code: "devcontainer-changed" }, changed);
    assert.deepEqual(output, [], "a build began");
  }
  await project.write({ ".devcontainer/setup.sh": "echo begun-to-sleep; sleep 300" });
  await assert.rejects(() => prepare(() => Promise.resolve()), (error) => {
    assert.ok(abort.signal.aborted, `${error}\n${output.join("")}`);
    return true;
  });
  const left = (await store.list()).filter(({ labels }) => labels["kanibako.devcontainer"] === name);
  assert.deepEqual(left, []);
  assert.deepEqual(
    [...Deno.readDirSync(host.dirs.cache)].filter(({ name }) => name.startsWith("rig-build-")),
    [],
  );
});
