import assert from "node:assert/strict";
import { collectFeatures } from "../../lib/devcontainer/features/collect.ts";
import type { Lock } from "../../lib/devcontainer/features/lock.ts";
import { readDevContainer } from "../../lib/devcontainer/read.ts";
import { openTree } from "../../lib/host/tree/tree.ts";
import { FeatureRegistry } from "./feature_registry.ts";
import { ProjectFolder } from "./project_folder.ts";

const PATH = ".devcontainer/devcontainer.json";

async function collect(
  features: Readonly<Record<string, unknown>>,
  { files = {}, lock = {}, first = [] }: {
    readonly files?: Readonly<Record<string, string>>;
    readonly lock?: Lock;
    readonly first?: readonly string[];
  } = {},
) {
  await using project = await ProjectFolder.create({
    [PATH]: JSON.stringify({ image: "a", features, overrideFeatureInstallOrder: first }),
    ...files,
  });
  await using into = await ProjectFolder.create({});
  using tree = openTree(project.path);
  const variables = { localWorkspaceFolder: project.path, devcontainerId: "id", localEnv: () => undefined };
  const dev = await readDevContainer(tree, PATH, variables);
  const options = { tree, into: into.path, lock, fetch: globalThis.fetch, onStep: () => {} };
  const collected = await collectFeatures(dev, options);
  return {
    ...collected,
    order: collected.features.map(({ id }) => id.replace(/^[^/]+\//, "")),
    files: into.path,
  };
}

const local = (name: string, says: Readonly<Record<string, unknown>> = {}) => ({
  [`.devcontainer/${name}/devcontainer-feature.json`]: JSON.stringify({ id: name, ...says }),
  [`.devcontainer/${name}/install.sh`]: "true",
});

Deno.test("features come from a registry with an anonymous token, with what they need before them", async () => {
  await using registry = new FeatureRegistry();
  const { host } = registry;
  const base = await registry.publish("o/f/zbase", "1", {
    version: "1.2.0",
    options: { a: { default: "x" } },
  });
  const tool = await registry.publish("o/f/tool", "latest", {
    version: "3.0.0",
    dependsOn: { [`${host}/o/f/zbase:1`]: { a: "y" } },
  });
  const { features, order, lock } = await collect({ [`${host}/o/f/tool`]: {}, "./mine": {} }, {
    files: local("mine"),
  });
  assert.deepEqual(order, ["mine", "o/f/zbase:1", "o/f/tool"]);
  assert.deepEqual(features[1]!.options, { a: "y" });
  assert.deepEqual(lock, {
    [`${host}/o/f/zbase:1`]: { version: "1.2.0", resolved: `${host}/o/f/zbase@${base}`, integrity: base },
    [`${host}/o/f/tool`]: {
      version: "3.0.0",
      resolved: `${host}/o/f/tool@${tool}`,
      integrity: tool,
      dependsOn: [`${host}/o/f/zbase:1`],
    },
  });
});

Deno.test("a lock fixes what a feature is, whatever its tag has become", async () => {
  await using registry = new FeatureRegistry();
  const id = `${registry.host}/o/f/a:1`;
  const integrity = await registry.publish("o/f/a", "1", { version: "1.0.0" });
  await registry.publish("o/f/a", "1", { version: "1.0.1" });
  const version = async (lock: Lock) => (await collect({ [id]: {} }, { lock })).lock[id]!.version;
  assert.equal(await version({}), "1.0.1");
  assert.equal(await version({ [id]: { version: "1.0.0", resolved: "", integrity } }), "1.0.0");
});

Deno.test("a registry that answers with other content is refused", async () => {
  await using registry = new FeatureRegistry();
  const id = `${registry.host}/o/f/a:1`;
  const integrity = await registry.publish("o/f/a", "1", {});
  await collect({ [id]: {} });
  const blob = registry.asked.find((path) => path.includes("/blobs/"))!;
  registry.instead.set(blob, new Uint8Array(2048));
  await assert.rejects(() => collect({ [id]: {} }), {
    code: "bad-feature",
    message: /not what its digest says/,
  });
  registry.instead.clear();
  registry.instead.set(`/v2/o/f/a/manifests/${integrity}`, new TextEncoder().encode('{"layers":[]}'));
  await assert.rejects(
    () => collect({ [id]: {} }, { lock: { [id]: { version: "", resolved: "", integrity } } }),
    { code: "bad-feature", message: /other content than the digest names/ },
  );
  registry.instead.set("/v2/o/f/a/manifests/1", new Uint8Array(2 ** 21));
  await assert.rejects(() => collect({ [id]: {} }), { code: "bad-feature", message: /larger than/ });
  await assert.rejects(() => collect({ [`${registry.host}/o/f/none:1`]: {} }), {
    code: "bad-feature",
    message: /does not have it/,
  });
});

Deno.test("a feature's archive writes nothing outside of its folder", async () => {
  await using registry = new FeatureRegistry();
  const attacks = [
    [{ path: "../out", body: "x" }],
    [{ path: "/abs", body: "x" }],
    [{ path: "h", type: "1", link: "../../etc/passwd" }],
  ];
  for (const [index, more] of attacks.entries()) {
    await registry.publish(`o/f/a${index}`, "1", {}, more);
    await assert.rejects(
      () => collect({ [`${registry.host}/o/f/a${index}:1`]: {} }),
      (error: { code: string }) => ["unsafe-archive", "bad-archive"].includes(error.code),
      JSON.stringify(more),
    );
  }
  // A link out is left out; what would go through it lands in a folder.
  const name = `kanibako-${crypto.randomUUID()}`;
  await registry.publish("o/f/l", "1", {}, [{ path: "l", type: "2", link: "/tmp" }, {
    path: `l/${name}`,
    body: "x",
  }]);
  assert.equal((await collect({ [`${registry.host}/o/f/l:1`]: {} })).order.length, 1);
  await assert.rejects(() => Deno.lstat(`/tmp/${name}`), Deno.errors.NotFound);
});

Deno.test("a feature of a registry cannot have a folder of the project, nor need itself", async () => {
  await using registry = new FeatureRegistry();
  const { host } = registry;
  await registry.publish("o/f/a", "1", { dependsOn: { "./mine": {} } });
  await registry.publish("o/f/b", "1", { dependsOn: { [`${host}/o/f/b:1`]: {} } });
  const files = local("mine", { dependsOn: { "./other": {} } });
  await assert.rejects(() => collect({ [`${host}/o/f/a:1`]: {} }, { files }), { code: "bad-feature" });
  await assert.rejects(() => collect({ [`${host}/o/f/b:1`]: {} }), {
    code: "bad-feature",
    message: /needs itself/,
  });
  assert.deepEqual((await collect({ "./mine": {} }, { files: { ...files, ...local("other") } })).order, [
    "other",
    "mine",
  ]);
});

Deno.test("a folder without its two files is no feature", async () => {
  const missing = (name: string) =>
    Object.fromEntries(Object.entries(local("f")).filter(([path]) => !path.endsWith(name)));
  for (const name of ["install.sh", "devcontainer-feature.json"]) {
    await assert.rejects(() => collect({ "./f": {} }, { files: missing(name) }), {
      code: "bad-feature",
      message: /it has no/,
    });
  }
  assert.deepEqual((await collect({ "./f": {} }, { files: local("f") })).order, ["f"]);
});
