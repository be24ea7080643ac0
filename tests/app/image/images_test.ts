import assert from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { listImages } from "../../../lib/app/image/list.ts";
import { pruneImages } from "../../../lib/app/image/prune.ts";
import { recordRig } from "../../../lib/rig/records.ts";
import { writeKept } from "../../../lib/app/run/kept.ts";
import { scratchRoot } from "../../../lib/app/scratch.ts";
import { AppWorld } from "../world.ts";

interface Image {
  readonly name: string;
  /** Other names of it. */
  readonly also?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly created?: number;
}

const RECIPE = { "kanibako.recipe": "abc" };
const PYTHON = "docker.io/library/python:3.12-alpine";
const GO = "docker.io/library/golang:1.23-alpine";
const RUBY = "docker.io/library/ruby:3.3-alpine";
/** A machine's images: rigs and their base, what was pulled by this program and by somebody else, what was made by hand or kept. */
const IMAGES: readonly Image[] = [
  { name: "localhost/kanibako-min:latest", labels: RECIPE, created: 1 },
  { name: "localhost/kanibako-oci:latest", labels: RECIPE, created: 2 },
  { name: "localhost/kanibako-template-shell:latest", labels: RECIPE, created: 3 },
  { name: "localhost/kanibako-template-rust:latest", labels: RECIPE, created: 4 },
  {
    name: "localhost/kanibako-template-node:latest",
    labels: { "kanibako.recipe": "", "kanibako.made": "hand" },
  },
  { name: "localhost/kanibako-rig-mine:latest", labels: RECIPE },
  { name: "localhost/kanibako-kept/x:latest", labels: RECIPE },
  { name: PYTHON, created: 9 },
  { name: GO },
  { name: "docker.io/library/postgres:17" },
  { name: RUBY, also: ["localhost/mine:1"] },
];

const id = (index: number) => `${index}`.repeat(64).slice(0, 64);

/** As podman answers. */
function engine(folder: string): string {
  const list = IMAGES.map(({ name, also = [], labels, created }, index) => ({
    Id: id(index),
    Names: [name, ...also],
    Size: 1000,
    Created: created ?? 0,
    Labels: labels ?? null,
  }));
  const inspected = IMAGES.map(({ name, labels }, index) => {
    const found = {
      Id: id(index),
      RepoTags: [name],
      Size: 1000,
      Created: "1970-01-01T00:00:00Z",
      Labels: labels,
    };
    return `  *"image inspect ${id(index)}"*) echo '${JSON.stringify([found])}' ;;`;
  });
  return `#!/bin/sh
printf '%s\\n' "$*" >> "${folder}/podman.log"
case "$*" in
  *--version*|version*) echo "podman version 4.3.1" ;;
  *"images --no-trunc"*) echo '${JSON.stringify(list)}' ;;
  *"ps --all"*) cat "${folder}/podman.ps" 2>/dev/null || echo '[]' ;;
${inspected.join("\n")}
  *image*inspect*) echo "Error: no such image" >&2; exit 125 ;;
esac
`;
}

async function machine(): Promise<AppWorld> {
  const world = await AppWorld.make();
  const bin = `${world.sandbox.root}/bin`;
  await Deno.writeTextFile(`${bin}/podman`, engine(bin));
  const index = (name: string) => IMAGES.findIndex((image) => image.name === name);
  const { dirs } = world.host;
  await recordRig(dirs, PYTHON, { reference: PYTHON, imageId: id(index(PYTHON)), pulled: true });
  // Somebody has given it a name of their own, too.
  await recordRig(dirs, RUBY, { reference: RUBY, imageId: id(index(RUBY)), pulled: true });
  await recordRig(dirs, GO, { reference: GO, imageId: id(index(GO)) });
  return world;
}

async function removed(world: AppWorld): Promise<string[]> {
  return (await world.engineCalls("podman")).flatMap((call) => call.match(/image rm (.+)$/)?.[1] ?? []);
}

Deno.test("listImages: what this program brought here, who uses it, and with `all` the rest", async () => {
  await using world = await machine();
  const { project } = await create(world.host, { path: await world.folder("api"), cwd: "/" });
  await Deno.writeTextFile(`${project.metadata}/project.toml`, '[box]\nimage = "shell"\n', { append: true });
  await world.engineHas(
    "podman",
    JSON.stringify([{
      Id: "c1",
      Names: ["kanibako-x"],
      Image: "docker.io/library/postgres:17",
      State: "running",
      Labels: { "kanibako.box": "kanibako-x", "kanibako.role": "box" },
    }]),
  );
  await Deno.mkdir(`${scratchRoot(world.host)}/x`, { recursive: true });
  await writeKept(world.host, {
    name: "tried",
    id: "x",
    image: "localhost/kanibako-kept/x:latest",
    from: PYTHON,
    engine: "podman",
    command: ["true"],
    code: 0,
    flags: {},
    createdAtMs: 0,
  });
  const images = await listImages(world.host);
  const short = (name: string) => name.replace(/^localhost\/kanibako-|:latest$/g, "");
  assert.deepEqual(images.map(({ names, usedBy, origin }) => [short(names[0]!), usedBy, origin]), [
    ["docker.io/library/postgres:17", ["kanibako-x"], "other"],
    [PYTHON, ["tried"], "pulled"],
    [RUBY, [], "pulled"],
    ["kept/x", ["tried"], "built"],
    ["min", ["base of localhost/kanibako-oci:latest"], "built"],
    ["oci", ["base of localhost/kanibako-template-shell:latest", "default rig"], "built"],
    ["rig-mine", [], "built"],
    ["template-node", [], "built"],
    ["template-rust", [], "built"],
    ["template-shell", ["api"], "built"],
  ]);
  const all = await listImages(world.host, { all: true });
  assert.deepEqual(all.length, IMAGES.length);
  assert.ok(
    all.some(({ names, origin }) => names[0] === GO && origin === "other"),
    "somebody else pulled it",
  );
});

Deno.test("pruneImages: removes what nobody uses and what can be had again, and nothing else", async () => {
  await using world = await machine();
  const names = (images: readonly { readonly names: readonly string[] }[]) =>
    images.flatMap((image) => image.names);
  const unused = [
    PYTHON,
    "localhost/kanibako-template-rust:latest",
    "localhost/kanibako-template-shell:latest",
  ];
  const planned = await pruneImages(world.host, { plan: true });
  assert.deepEqual([names(planned.found), planned.removed], [unused, []]);
  await assert.rejects(pruneImages(world.host), { code: "aborted" });
  assert.match(world.ui.questions[0]!.text, /^Remove 3 images that nobody uses, 2\.9 KiB\?$/);
  assert.deepEqual(await removed(world), [], "neither a plan nor a no removes anything");
  const done = await pruneImages(world.host, { force: true });
  assert.deepEqual(names(done.removed), unused);
  assert.deepEqual(await removed(world), unused);
});

Deno.test("pruneImages: the rig of a project stays, and so does what it is built on", async () => {
  await using world = await machine();
  const pruned = async (rig: string) => {
    await world.sandbox.write("config/kanibako.toml", `[box]\nimage = "${rig}"\n`);
    await world.open();
    const { found } = await pruneImages(world.host, { plan: true });
    return found.flatMap((image) => image.names).filter((name) => name.startsWith("localhost/"));
  };
  const [rust, shell, oci] = ["template-rust", "template-shell", "oci"].map((name) =>
    `localhost/kanibako-${name}:latest`
  );
  assert.deepEqual(await pruned("shell"), [rust]);
  assert.deepEqual(await pruned("min"), [rust, shell, oci]);
});
