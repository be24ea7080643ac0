/**
 * Archives that were made to do harm, and extractions that are cut short: the box that is there stays whole.
 *
 * @module
 */

import assert from "node:assert/strict";
import { packArchive, type TarWriter } from "../../lib/archive/write.ts";
import type { Host } from "../../lib/config/system.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { planArchive } from "../../lib/project/archive/plan.ts";
import { formatInfo, INFO_PATH } from "../../lib/project/archive/info.ts";
import { writeArchive } from "../../lib/project/archive/write.ts";
import { recoverChanges } from "../../lib/project/change/recover.ts";
import { createProject } from "../../lib/project/create.ts";
import { planExtract } from "../../lib/project/archive/extract.ts";
import { type ArchiveContents, readContents } from "../../lib/project/archive/extract_contents.ts";
import { runExtract } from "../../lib/project/archive/extract_run.ts";
import { locateProject } from "../../lib/project/locate.ts";
import type { Project } from "../../lib/project/project.ts";
import { listing, Sandbox } from "../config/support.ts";

interface World {
  readonly box: Sandbox;
  readonly host: Host;
  /** A box whose home is newer than the archive. */
  readonly project: Project;
  readonly file: string;
  readonly contents: ArchiveContents;
}

async function world(box: Sandbox, workspace = false): Promise<World> {
  const host = await box.open();
  const project = await createProject(host, { path: await box.folder("app") });
  const file = `${box.root}/a.tar`;
  await fill(project, "archived");
  const plan = await planArchive(host, project, {
    file,
    compression: "none",
    workspace,
    vault: true,
    credentials: false,
    as: undefined,
    overwrite: false,
  });
  await writeArchive(host, plan);
  await fill(project, "newer");
  return { box, host, project, file, contents: await readContents(file) };
}

async function fill({ home, path, vault }: Project, text: string): Promise<void> {
  for (const folder of [home, path, vault!.readWrite]) await Deno.writeTextFile(`${folder}/marker`, text);
}

/** The markers of home, workspace and vault. */
async function markers({ home, path, vault }: Project): Promise<string[]> {
  return await Promise.all(
    [home, path, vault!.readWrite].map((folder) => Deno.readTextFile(`${folder}/marker`)),
  );
}

async function extract(host: Host, file: string, path: string): Promise<void> {
  const request = { path, cwd: "/", name: undefined, replaceWorkspace: true, withoutWorkspace: false };
  await runExtract(host, await planExtract(host, await readContents(file), request));
}

/** All that is there, but for the locks and the empty folders of state that a try leaves. */
async function visible(box: Sandbox): Promise<string[]> {
  return (await listing(box.root)).filter((path) => !/^state\/kanibako\/(boxes|changes$)/.test(path));
}

/** The error an extraction ends with, after which the box is as it was. */
async function refused({ host, project, box }: World, file: string): Promise<KanibakoError> {
  const before = await visible(box);
  const error = await extract(host, file, project.path).then(() => undefined, (cause: unknown) => cause);
  assert.ok(error instanceof KanibakoError, `it was not refused: ${error}`);
  assert.deepEqual(await markers(project), ["newer", "newer", "newer"]);
  assert.deepEqual(await visible(box), before);
  return error;
}

/** An archive like the world's with members of its own. */
async function forge(
  file: string,
  { info, settings }: ArchiveContents,
  add: (writer: TarWriter) => Promise<void>,
) {
  await packArchive(file, "none", async (writer) => {
    await writer.addText(INFO_PATH, formatInfo(info));
    await writer.addText("settings/project.toml", settings!);
    await add(writer);
  });
}

Deno.test("T30 an archive that is cut off or was changed leaves the box as it was", async () => {
  await using box = await Sandbox.make();
  const all = await world(box);
  const bytes = await Deno.readFile(all.file);
  const bad = `${box.root}/bad.tar`;
  const at = new TextDecoder("latin1").decode(bytes).indexOf("archived", 2048);
  const variants: readonly [string, Uint8Array][] = [
    ["cut off", bytes.subarray(0, bytes.length / 2)],
    ["without its end", bytes.subarray(0, bytes.length - 1024)],
    ["a byte changed", bytes.with(at, "A".charCodeAt(0))],
    ["something behind it", new Uint8Array([...bytes, 1])],
  ];
  await Deno.writeFile(bad, bytes);
  for (const [name, content] of variants) {
    await Deno.writeFile(bad, content);
    assert.equal((await refused(all, bad)).code, "bad-archive", name);
  }
  await Deno.writeFile(bad, bytes);
  await extract(all.host, bad, all.project.path);
  assert.deepEqual(await markers(all.project), ["archived", "newer", "archived"]);
});

Deno.test("T30 an archive without its list of contents is refused", async () => {
  await using box = await Sandbox.make();
  const all = await world(box);
  const folder = `${box.root}/members`;
  await Deno.mkdir(`${folder}/home`, { recursive: true });
  await Deno.writeTextFile(`${folder}/${INFO_PATH}`, formatInfo(all.contents.info));
  const made = await new Deno.Command("tar", {
    args: ["-cf", `${box.root}/plain.tar`, "-C", folder, INFO_PATH, "home"],
  }).output();
  assert.ok(made.success);
  assert.equal((await refused(all, `${box.root}/plain.tar`)).code, "no-manifest");
});

Deno.test("T26 T27 members that lead out of their folder are refused, with the box as it was", async () => {
  await using box = await Sandbox.make();
  const all = await world(box);
  const secret = `${box.root}/secret`;
  await Deno.mkdir(secret);
  const folder = `${box.root}/members`;
  await Deno.mkdir(`${folder}/home`, { recursive: true });
  await Deno.writeTextFile(`${folder}/${INFO_PATH}`, formatInfo(all.contents.info));
  await Deno.writeTextFile(`${folder}/home/file`, "x");
  await Deno.symlink(secret, `${folder}/home/link`);
  const tar = async (name: string, transform: string, ...paths: string[]) => {
    const args = [
      "-cPf",
      `${box.root}/${name}`,
      "-C",
      folder,
      `--transform=${transform}`,
      INFO_PATH,
      ...paths,
    ];
    assert.ok((await new Deno.Command("tar", { args }).output()).success);
    return `${box.root}/${name}`;
  };
  for (
    const [name, transform] of [
      ["up.tar", "s,^home/file,home/../../../out,"],
      ["absolute.tar", `s,^home/file,${secret}/out,`],
      ["through.tar", "s,^home/file,home/link/out,"],
    ] as const
  ) {
    const file = await tar(name, transform, "home/link", "home/file");
    assert.match((await refused(all, file)).code, /^(unsafe-archive|bad-archive)$/, name);
  }
  assert.deepEqual(await listing(secret), []);
});

Deno.test("T18 a link in the place of the vault is not followed out of the workspace", async () => {
  await using box = await Sandbox.make();
  const { host, file } = await world(box);
  const secret = `${box.root}/secret`;
  await Deno.mkdir(secret);
  const clone = await box.folder("clone");
  await Deno.symlink(secret, `${clone}/vault`);
  await assert.rejects(extract(host, file, clone), { code: "unsafe-path" });
  assert.deepEqual(await listing(secret), []);
  await Deno.remove(`${clone}/vault`);
  await extract(host, file, clone);
  assert.equal(await Deno.readTextFile(`${clone}/vault/rw/marker`), "archived");
});

Deno.test("T27 a workspace that brings a link in the place of the box's own folders puts nothing behind it", async () => {
  await using box = await Sandbox.make();
  const { host, contents } = await world(box);
  const secret = `${box.root}/secret`;
  await Deno.mkdir(secret);
  const workspace = `${box.root}/workspace`;
  await Deno.mkdir(workspace);
  const file = `${box.root}/forged.tar`;
  for (const [link, mode] of [["vault", "default"], [".kanibako", "standalone"]] as const) {
    await Deno.symlink(secret, `${workspace}/${link}`);
    const info = { ...contents.info, mode, parts: ["settings", "home", "vault", "workspace"] as const };
    await forge(file, { ...contents, info }, async (writer) => {
      await writer.addTree(workspace, "home");
      await writer.addTree(workspace, "vault/ro");
      await writer.addTree(workspace, "workspace");
    });
    const target = `${box.root}/work/target`;
    await assert.rejects(extract(host, file, target), KanibakoError);
    assert.deepEqual(await listing(secret), []);
    assert.equal(await Deno.lstat(target).then(() => true, () => false), false, "something was left");
    await Deno.remove(`${workspace}/${link}`);
    await Deno.remove(file);
  }
});

Deno.test("T10 settings of an archive from elsewhere say nothing before they are approved", async () => {
  await using box = await Sandbox.make();
  const { host, contents } = await world(box);
  const file = `${box.root}/forged.tar`;
  const evil =
    `[project]\nmode = "default"\n\n[box]\nnetwork = "open"\n\n[resolved]\nshell = "/etc"\nvault_rw = "/root"\n`;
  await forge(file, { ...contents, settings: evil }, (writer) => writer.addFolder("home"));
  const request = {
    path: await box.folder("new"),
    cwd: "/",
    name: undefined,
    replaceWorkspace: false,
    withoutWorkspace: false,
  };
  const plan = await planExtract(host, await readContents(file), request);
  assert.deepEqual([...plan.unapproved.keys()], ["box.network"]);
  await runExtract(host, plan);
  const made = await locateProject(host, request.path);
  assert.equal(made.home, `${made.metadata}/shell`, "the places it names are not taken over");
  assert.equal(made.vault!.readWrite, `${made.path}/vault/rw`);
});

Deno.test("T29 setuid and the right of others to write are dropped", async () => {
  await using box = await Sandbox.make();
  const { host, contents } = await world(box);
  const home = `${box.root}/home-of-box`;
  await Deno.mkdir(home);
  await Deno.writeTextFile(`${home}/tool`, "");
  await Deno.chmod(`${home}/tool`, 0o6777);
  const file = `${box.root}/forged.tar`;
  await forge(file, contents, (writer) => writer.addTree(home, "home"));
  const path = await box.folder("new");
  await extract(host, file, path);
  const made = await locateProject(host, path);
  assert.equal((await Deno.stat(`${made.home}/tool`)).mode! & 0o7777, 0o775);
});

for (const target of ["a box that is there", "a new folder"] as const) {
  Deno.test(`T30 kill -9 at any step of an extraction to ${target} leaves the old or the new`, async () => {
    const [old, fresh] = [["newer", "newer", "newer"], ["archived", "archived", "archived"]];
    const outcomes = new Set<string>();
    for (let step = 0;; step++) {
      let ended = false;
      for (const when of ["before", "after"]) {
        await using box = await Sandbox.make();
        const { host, project, file } = await world(box, true);
        const path = target === "a new folder" ? `${box.root}/work/fresh` : project.path;
        const { code, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "-A",
            "--no-check",
            "--quiet",
            new URL("./extract_worker.ts", import.meta.url).pathname,
            box.root,
            file,
            path,
            String(step),
            when,
          ],
        }).output();
        ended = code === 0;
        if (ended) break;
        assert.equal(code, 137, new TextDecoder().decode(stderr));
        await recoverChanges(host);
        const names = (await listing(box.root)).filter((name) => /kanibako-(extract|old)/.test(name));
        assert.deepEqual(names, [], `step ${step} ${when}`);
        const after = await locateProject(host, path).catch(() => undefined);
        if (target === "a new folder") {
          assert.deepEqual(await markers(project), old);
          const isThere = await Deno.lstat(path).then(() => true, () => false);
          assert.equal(isThere, after?.exists ?? false, `step ${step} ${when}: a folder without a project`);
          if (after?.exists) assert.deepEqual(await markers(after), fresh, `step ${step} ${when}`);
          outcomes.add(isThere ? "new" : "old");
        } else {
          const now = await markers(project);
          assert.ok([old, fresh].some((each) => each.join() === now.join()), `step ${step} ${when}: ${now}`);
          outcomes.add(now.join() === old.join() ? "old" : "new");
        }
      }
      if (ended) break;
    }
    assert.deepEqual([...outcomes].sort(), ["new", "old"]);
  });
}
