import assert from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { agentPlaces } from "../../../lib/config/system.ts";
import { findAgent, rememberAgent } from "../../../lib/session/find_agent.ts";
import { fromFlag } from "../../../lib/spec/source.ts";
import { rememberedPlace } from "../../../targets/known.ts";
import { elf } from "../../targets/fake_install.ts";
import { AppWorld } from "../world.ts";

Deno.test("D9: where an agent was found is remembered, and never a place that a box can write", async () => {
  await using world = await AppWorld.make();
  const path = Deno.env.get("PATH")!;
  const find = async () => {
    const found = await findAgent(world.host, { value: "codex", level: "flag", from: fromFlag("--crab") }, {
      own: [],
      exists: false,
    });
    // As a launch does; a plan keeps nothing.
    await rememberAgent(world.host, found);
    return found;
  };
  const project = await world.folder("api");
  await create(world.host, { path: project, cwd: "/" });
  const install = async (folder: string) => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(`${folder}/codex`, elf());
    await Deno.chmod(`${folder}/codex`, 0o755);
    Deno.env.set("PATH", `${folder}:${path}`);
  };
  try {
    await install(`${project}/node_modules/.bin`);
    await find();
    assert.equal(rememberedPlace("codex"), undefined);
    // Nor is what all boxes share.
    await install(`${world.host.system.paths.shareReadWrite}/bin`);
    await find();
    assert.equal(rememberedPlace("codex"), undefined);
    const own = `${world.sandbox.root}/tools`;
    await install(own);
    await find();
    assert.equal(rememberedPlace("codex"), `${own}/codex`);
    assert.equal((await Deno.stat(agentPlaces(world.host.dirs))).mode! & 0o777, 0o600);
    Deno.env.set("PATH", path);
    assert.equal((await find()).install.binary, `${own}/codex`);
    // A link elsewhere that leads into a project is no better.
    await Deno.remove(`${own}/codex`);
    await Deno.symlink(`${project}/node_modules/.bin/codex`, `${own}/codex`);
    await Deno.remove(agentPlaces(world.host.dirs));
    Deno.env.set("PATH", `${own}:${path}`);
    await find();
    assert.equal(rememberedPlace("codex"), undefined);
  } finally {
    Deno.env.set("PATH", path);
  }
});
