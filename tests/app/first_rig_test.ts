import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { listProjects } from "../../lib/project/list.ts";
import { recordRig } from "../../lib/rig/records.ts";
import { getRig } from "../../lib/session/get_rig.ts";
import { open } from "../../lib/session/open.ts";
import { gather, type SessionRequest } from "../../lib/session/gather.ts";
import { getFirstRig } from "../../lib/session/first_rig.ts";
import { fromFile, fromFlag } from "../../lib/spec/source.ts";
import { AppWorld } from "./world.ts";

function shell(world: AppWorld, cwd: string, image?: string): SessionRequest {
  return {
    host: world.host,
    cwd,
    kind: "shell",
    words: ["true"],
    flags: image === undefined ? {} : { image },
  };
}

Deno.test("F3: a first start with a rig that nobody knows makes and stores nothing", async () => {
  await using world = await AppWorld.make();
  const cwd = await world.folder("app");
  const pulls = "registry.invalid/o/n:1";
  const podman = `${world.sandbox.root}/bin/podman`;
  const noRegistry = 'case "$*" in *"pull "*) echo "no such host" >&2; exit 125 ;; esac\n';
  await Deno.writeTextFile(podman, (await Deno.readTextFile(podman)).replace("\n", `\n${noRegistry}`));
  for (const [image, code] of [["nosuch", "no-rig"], [pulls, "rig-failed"]] as const) {
    for (const how of ["attached", "held"] as const) {
      await rejects(open(shell(world, cwd, image), how), { code });
      deepStrictEqual([...Deno.readDirSync(cwd)], []);
      deepStrictEqual(await listProjects(world.host), []);
      strictEqual(world.ui.codes.includes("box-created"), false);
    }
  }
});

Deno.test("F3: what a first start must not use is refused before a rig is had for it", async () => {
  await using world = await AppWorld.make();
  await rejects(open(shell(world, world.sandbox.env()["HOME"]!, "nosuch"), "attached"), {
    code: "home-project",
  });
});

Deno.test("F3: a rig that was used before, and one that this program brings, is not asked about", async () => {
  await using world = await AppWorld.make();
  const cwd = await world.folder("app");
  await recordRig(world.host.dirs, "mine", { reference: "localhost/kanibako-mine:latest", imageId: "1" });
  for (const image of ["mine", "oci", "min", "kanibako-oci", "ghcr.io/doctorjei/kanibako-oci:latest"]) {
    await getFirstRig(await gather(shell(world, cwd, image)), "attached");
  }
  ok((await world.engineCalls("podman")).every((call) => !call.includes("image")));
});

Deno.test("F3: the error about a rig that is stored says where, and how to remove that from anywhere", async () => {
  await using world = await AppWorld.make();
  const cwd = await world.folder("app");
  const { host, runtime, project } = await gather(shell(world, cwd));
  const stored = async (
    level: "box" | "workset" | "system" | "flag",
    { workset, setting }: { workset?: string; setting?: "box.browser_image" } = {},
  ) => {
    const from = level === "flag" ? fromFlag("--image") : fromFile(level, "config");
    const of = { ...project, ...(workset === undefined ? {} : { workset: { name: workset, root: cwd } }) };
    try {
      return await getRig({ host, runtime, project: of }, { value: "nosuch", level, from }, setting);
    } catch (error) {
      return (error as { hints: readonly string[] }).hints.join("\n");
    }
  };
  match(
    await stored("box"),
    /nosuch is set by box\.image \(box config\)\. To remove that: kanibako box config app --reset image$/,
  );
  match(await stored("box", { workset: "w" }), /kanibako box config w\/app --reset image$/);
  match(await stored("system"), /\(system config\)\. To remove that: kanibako system config --reset image$/);
  match(await stored("workset", { workset: "w" }), /kanibako workset config w --reset image$/);
  match(await stored("workset"), /kanibako workset config default --reset image$/);
  match(
    await stored("box", { setting: "box.browser_image" }),
    /nosuch is set by box\.browser_image .* kanibako box config app --reset browser_image$/,
  );
  ok(!(await stored("flag")).includes("--reset"));
});
