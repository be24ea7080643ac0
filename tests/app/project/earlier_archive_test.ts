import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { extractArchive } from "../../../lib/app/project/extract.ts";
import { readConfig } from "../../../lib/config/file.ts";
import { readSteps } from "../../../lib/crab/steps.ts";
import { run } from "../../../lib/host/process.ts";
import { sha256 } from "../../../lib/host/sha256.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { AppWorld } from "../world.ts";

const INFO = (path: string, hash: string) =>
  `Project path: ${path}\nProject hash: ${hash}\nArchive date: 2026-01-02T03:04:05+00:00\nGit repository: no\n`;

/** An archive as the earlier program makes it: the folder of the box's settings, called by the hash, packed by tar. */
async function pack(
  folder: string,
  path: string,
  ending: "toml" | "yaml",
  { format = "pax", info = true }: { format?: string; info?: boolean } = {},
): Promise<string> {
  const hash = await sha256(path);
  const top = `${folder}/${hash}`;
  await Deno.mkdir(`${top}/shell/.claude/projects/-home-agent-workspace`, { recursive: true });
  await Deno.writeTextFile(`${top}/shell/.claude/projects/-home-agent-workspace/1.jsonl`, "{}\n");
  await Deno.writeTextFile(`${top}/shell/.bashrc`, "MINE=1\n");
  await Deno.symlink("/etc/passwd", `${top}/shell/link`);
  await Deno.mkdir(`${top}/vault/share-ro`, { recursive: true });
  await Deno.writeTextFile(`${top}/vault/share-ro/r`, "r\n");
  await Deno.writeTextFile(`${top}/env`, "FOO=bar\nexport BAD=1\nHOME=/x\n");
  await Deno.writeTextFile(
    `${top}/project.${ending}`,
    ending === "toml"
      ? `[project]\nmode = "account_centric"\nlayout = "tree"\nname = "app"\n[paths]\nworkspace = "${path}"\n`
      : `project:\n  mode: default\n  layout: robust\n  name: app\nresolved:\n  workspace: ${path}\ncrab:\n  model: sonnet\nodd: 1\n`,
  );
  if (info) await Deno.writeTextFile(`${top}/kanibako-archive-info.txt`, INFO(path, hash));
  const file = `${folder}/kanibako-app-20260102T030405Z.txz`;
  const packed = await run(["tar", `--format=${format}`, "-cJf", file, "-C", folder, hash], {
    env: { PATH: "/usr/bin:/bin" },
  });
  strictEqual(packed.code, 0, packed.stderr);
  return file;
}

for (const [version, ending, format] of [["0.x", "toml", "gnu"], ["1.5", "yaml", "pax"]] as const) {
  Deno.test(`F8: an archive of the earlier program (${version}) is extracted: home, vault, settings, variables`, async () => {
    await using world = await AppWorld.make();
    const path = await world.folder("app");
    const file = await pack(await world.folder("out"), path, ending, { format });
    await rejects(extractArchive(world.host, { file, path, cwd: "/" }), { code: "not-approved" });
    const extracted = await extractArchive(world.host, { file, path, cwd: "/" }, {
      approve: true,
      force: true,
    });
    ok(extracted?.plan.contents.earlier);
    deepStrictEqual(
      extracted.plan.contents.left?.map((one) => one.split(" ")[0]),
      ending === "yaml" ? ["odd", "line", "the"] : ["line", "the"],
    );
    const project = await locateProject(await world.open(), path);
    deepStrictEqual([project.name, project.mode, project.layout], ["app", "default", "robust"]);
    strictEqual(await Deno.readTextFile(`${project.home}/.bashrc`), "MINE=1\n");
    strictEqual(await Deno.readLink(`${project.home}/link`), "/etc/passwd");
    strictEqual(await Deno.readTextFile(`${project.vault!.readOnly}/r`), "r\n");
    strictEqual(await Deno.readTextFile(`${project.metadata}/env`), "FOO=bar\n");
    const { values } = await readConfig(`${project.metadata}/project.toml`, "box");
    strictEqual(values["model"], ending === "yaml" ? "sonnet" : undefined);
    deepStrictEqual((await readSteps(project.state)).conversations, ["claude"]);
  });
}

Deno.test("F8: an archive that does not say what it is of is an error that says what is missing", async () => {
  await using world = await AppWorld.make();
  const path = await world.folder("app");
  const file = await pack(await world.folder("out"), path, "toml", { info: false });
  await rejects(
    extractArchive(world.host, { file, path, cwd: "/" }),
    (error: { code: string; message: string }) => {
      strictEqual(error.code, "bad-archive");
      match(error.message, /does not say what it is of/);
      return true;
    },
  );
});
