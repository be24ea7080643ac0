import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { runChange } from "../../../lib/project/change/change.ts";
import { createProject } from "../../../lib/project/create.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import type { Project } from "../../../lib/project/project.ts";
import { readRegistry } from "../../../lib/project/registry.ts";
import { createWorkset } from "../../../lib/project/workset/create.ts";
import { planWorksetRemoval } from "../../../lib/project/workset/remove.ts";
import { planTakingUp } from "../../../lib/project/workset/take_up.ts";
import { Sandbox } from "../../config/support.ts";
import { connect, worksetNamed } from "./support.ts";

/** A workset with a linked project and one of its own, which was forgotten. */
async function forgotten(box: Sandbox) {
  const host = await box.open();
  const { root } = await createWorkset(host, { path: `${box.root}/work/client` });
  const linked = await connect(host, "client", await box.folder("src/web"));
  await createProject(host, { path: `${root}/workspaces/own` });
  await Deno.writeTextFile(`${root}/config.toml`, '[box]\nnetwork = "none"\n');
  await Deno.writeTextFile(`${linked.metadata}/env`, "A=1\n");
  const removal = await planWorksetRemoval(host, await worksetNamed(host, "client"), { purge: false });
  await runChange(host, removal.change);
  return { host, root, linked };
}

Deno.test("a forgotten workset is taken up again as it was, after its wishes could be seen", async () => {
  await using box = await Sandbox.make();
  const { host, root, linked } = await forgotten(box);
  await rejects(locateProject(host, "client/web", "/"));
  const plan = await planTakingUp(host, { path: root });
  deepStrictEqual(plan.members.map(({ name }) => name), ["own", "web"]);
  deepStrictEqual(plan.asked.map(([of, asked]) => [of, [...asked]]), [
    ["workset", [["box.network", "none"]]],
    ["web", [["env.A", "1"]]],
  ]);
  await runChange(host, plan.change);
  deepStrictEqual(await locateProject(host, "client/web", "/"), linked);
  strictEqual((await locateProject(host, "client/own", "/")).path, `${root}/workspaces/own`);
  await rejects(planTakingUp(host, { path: root }), { code: "already-a-workset" });
});

Deno.test("a workset is taken up under another name and in another place", async () => {
  await using box = await Sandbox.make();
  const { host, root } = await forgotten(box);
  const moved = `${box.root}/work/elsewhere`;
  await Deno.rename(root, moved);
  await runChange(host, (await planTakingUp(host, { path: moved, name: "customer" })).change);
  const own = await locateProject(host, "customer/own", "/");
  deepStrictEqual([own.path, own.home], [`${moved}/workspaces/own`, `${moved}/boxes/own/shell`]);
  match(await Deno.readTextFile(`${moved}/workset.toml`), /^name = "customer"$/m);
});

Deno.test("what was read is known again, so that a change meanwhile is noticed", async () => {
  await using box = await Sandbox.make();
  const { host, root } = await forgotten(box);
  const { texts } = await planTakingUp(host, { path: root });
  strictEqual((await planTakingUp(host, { path: root })).texts, texts);
  await Deno.writeTextFile(`${root}/boxes/own/env`, "B=2\n");
  strictEqual((await planTakingUp(host, { path: root })).texts === texts, false);
});

for (
  const [what, spoil, code] of [
    ["has no manifest", async (root) => await Deno.remove(`${root}/workset.toml`), "no-workset"],
    ["wants a home elsewhere", async (root, box) => {
      const file = `${root}/boxes/web/project.toml`;
      const text = await Deno.readTextFile(file);
      await Deno.writeTextFile(file, text.replace("[resolved]", `[resolved]\nshell = "${box.root}/keys"`));
    }, "unsafe-workset"],
    ["links to a folder around it", async (root, box, linked) => {
      const file = `${root}/workset.toml`;
      const text = await Deno.readTextFile(file);
      await Deno.writeTextFile(file, text.replace(linked.path, `${box.root}/work`));
    }, "unsafe-workset"],
    ["links to a system folder", async (root, _box, linked) => {
      const file = `${root}/workset.toml`;
      const text = await Deno.readTextFile(file);
      await Deno.writeTextFile(file, text.replace(linked.path, "/etc"));
    }, "unsafe-workspace"],
    ["has a workspace that leads out", async (root, box) => {
      await Deno.remove(`${root}/workspaces/own`, { recursive: true });
      await Deno.symlink(await box.folder("other"), `${root}/workspaces/own`);
    }, "unsafe-workset"],
    ["can be written by others", async (root) => await Deno.chmod(`${root}/boxes/own`, 0o777), "unsafe-mode"],
  ] as [string, (root: string, box: Sandbox, linked: Project) => Promise<void>, string][]
) {
  Deno.test(`a workset that ${what} is not taken up (${code})`, async () => {
    await using box = await Sandbox.make();
    const { host, root, linked } = await forgotten(box);
    await spoil(root, box, linked);
    await rejects(planTakingUp(host, { path: root }), { code });
    deepStrictEqual((await readRegistry(host)).worksets, {});
  });
}

Deno.test("a workset is not taken up when another project has the folder of one of its projects", async () => {
  await using box = await Sandbox.make();
  const { host, root, linked } = await forgotten(box);
  await createProject(host, { path: linked.path, vault: false });
  await rejects(planTakingUp(host, { path: root }), { code: "unsafe-workset" });
});

Deno.test("H1: a workset of strangers gets no home or vault by a link or by dots in a path", async () => {
  await using box = await Sandbox.make();
  const { host, root } = await forgotten(box);
  await Deno.mkdir(`${box.root}/home/.ssh`);
  const file = `${root}/boxes/own/project.toml`;
  const before = await Deno.readTextFile(file);
  for (const place of [`${root}/../../home/.ssh`, `${root}/boxes/own/link`]) {
    await Deno.symlink(`${box.root}/home/.ssh`, `${root}/boxes/own/link`).catch(() => {});
    await Deno.writeTextFile(
      file,
      `${before}\n[resolved]\nshell = "${place}"\n`.replace(
        /\[resolved\]([^]*)\n\[resolved\]/,
        "[resolved]$1",
      ),
    );
    await rejects(planTakingUp(host, { path: root }), { code: "unsafe-workset" }, place);
  }
  await Deno.writeTextFile(file, before);
  for (const place of ["boxes/own/shell", "vault/own"]) {
    await Deno.rename(`${root}/${place}`, `${root}/kept`);
    await Deno.symlink(`${box.root}/home/.ssh`, `${root}/${place}`);
    await rejects(planTakingUp(host, { path: root }), { code: "unsafe-workset" }, place);
    await Deno.remove(`${root}/${place}`);
    await Deno.rename(`${root}/kept`, `${root}/${place}`);
  }
  strictEqual((await planTakingUp(host, { path: root })).members.length, 2);
});
