import assert from "node:assert/strict";
import { ProjectFolder } from "./folder.ts";

const MIB = 2 ** 20;

Deno.test("--template: a rig of this program with what it sets, before the command and the project", async () => {
  using project = new ProjectFolder({
    "go.mod": "",
    "agentkernel.toml": '[security]\nprofile = "restrictive"',
  });
  const { image, standIn, settings, trusted } = await project.choose("npm test", { template: "web-dev" });
  assert.deepEqual([image, standIn, trusted], ["web-dev", undefined, true]);
  assert.deepEqual(settings, {
    cpus: Math.min(2, navigator.hardwareConcurrency),
    memoryBytes: 1024 * MIB,
    ports: ["3000"],
  });
  assert.deepEqual(
    (await project.choose("x", { template: "mine" })).settings,
    {},
    "the user's own sets nothing",
  );
});

Deno.test("--template: no more processors than this machine has", async () => {
  using project = new ProjectFolder();
  const { settings, why } = await project.choose("x", { template: "rust-ci" });
  const most = navigator.hardwareConcurrency;
  assert.equal(settings.cpus, Math.min(4, most));
  assert.equal(why.some((text) => text.includes("processors")), most < 4);
});

Deno.test("--template: a file is one, and gives image and settings", async () => {
  using project = new ProjectFolder({
    "t.toml":
      '[template]\ndescription = "d"\nhelp_text = "h"\n[sandbox]\nname = "t"\nbase_image = "node:20"\n[resources]\nmemory_mb = 100\n',
  });
  const template = `${project.path}/t.toml`;
  const { image, standIn, settings } = await project.choose("cargo x", { template });
  assert.deepEqual([image, standIn, settings], ["docker.io/library/node:20", "node", {
    memoryBytes: 100 * MIB,
  }]);
});

Deno.test("--template: --config wins over it, setting by setting", async () => {
  using project = new ProjectFolder({ "c.toml": "[resources]\nmemory_mb = 64\n" });
  const { image, settings } = await project.choose("x", {
    template: "node",
    config: `${project.path}/c.toml`,
  });
  assert.deepEqual([image, settings], ["node", { cpus: 1, memoryBytes: 64 * MIB }]);
});

Deno.test("--template: an unknown one, and one that would have to be fetched, are refused", async () => {
  using project = new ProjectFolder();
  await assert.rejects(project.choose("x", { template: "rst" }), (error: Error & { hints: string[] }) => {
    assert.equal(error.message, "There is no template rst.");
    assert.match(error.hints.join("\n"), /Did you mean rust\?/);
    return true;
  });
  for (const template of ["github:owner/repo/path", "https://example.org/x.toml"]) {
    await assert.rejects(project.choose("x", { template }), /no template is fetched for a run/);
  }
  await assert.rejects(project.choose("x", { template: `${project.path}/none.toml` }), { code: "no-config" });
});
