import assert from "node:assert/strict";
import { openRecording } from "../../../lib/app/terminal/record.ts";
import { replay } from "../../../lib/app/terminal/replay.ts";
import { create } from "../../../lib/app/project/create.ts";
import { approveStandalone } from "../../../lib/config/approval.ts";
import { resolveSettings } from "../../../lib/config/resolve.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import { Sandbox } from "../../config/support.ts";
import { command } from "../../support/trees.ts";

const TERMINAL = { columns: 80, rows: 24, type: "xterm" };

/** What is shown of a file that is played. */
async function shown(host: Parameters<typeof replay>[0], file: string, cwd: string) {
  let text = "";
  const ended = await replay(host, file, cwd, {
    speed: 1000,
    maxIdle: 0.1,
    show: (bytes) => void (text += new TextDecoder().decode(bytes)),
    signal: new AbortController().signal,
  });
  return { text, ended };
}

Deno.test("T49: a recording is not written through a link that a box could have made, and replaces no file", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await box.folder("project");
  await create(host, { path: project, cwd: project });
  const private_ = await box.folder("private");
  await Deno.symlink(private_, `${project}/link`);
  await Deno.symlink(`${private_}/new`, `${project}/file`);
  await Deno.writeTextFile(`${project}/there`, "mine");
  for (
    const [file, code] of [["link/a", "unsafe-link"], ["file", "unsafe-link"], ["there", "exists"]] as const
  ) {
    await assert.rejects(openRecording(host, file, project, TERMINAL), { code }, file);
  }
  await assert.rejects(openRecording(host, "nowhere/a", project, TERMINAL), { code: "cannot-write" });
  assert.equal([...Deno.readDirSync(private_)].length, 0);
  assert.equal(await Deno.readTextFile(`${project}/there`), "mine");
  // The positive twin: a link of the user's own, and a plain name.
  await Deno.symlink(private_, `${box.root}/own`);
  for (const file of [`${box.root}/own/a.cast`, "b.cast"]) {
    using recording = await openRecording(host, file, project, TERMINAL);
    recording.recorder.output(new TextEncoder().encode("hello \x1b]0;title\x07"));
    recording.recorder.end(0);
    assert.equal((await Deno.stat(file.startsWith("/") ? file : `${project}/${file}`)).mode! & 0o777, 0o600);
  }
  assert.deepEqual(await shown(host, `${private_}/a.cast`, project), { text: "hello ", ended: true });
});

Deno.test("T49: a folder that a box swaps for a link while a recording is opened is not followed", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await box.folder("project");
  await create(host, { path: project, cwd: project });
  const private_ = await box.folder("private");
  await Deno.mkdir(`${project}/inner`);
  const lstat = Deno.lstatSync;
  Deno.lstatSync = (path) => {
    try {
      return lstat(path);
    } finally {
      // The last look before the file is made.
      if (`${path}` === `${project}/inner/a.cast` && lstat(`${project}/inner`).isDirectory) {
        Deno.removeSync(`${project}/inner`);
        Deno.symlinkSync(private_, `${project}/inner`);
      }
    }
  };
  try {
    await assert.rejects(openRecording(host, "inner/a.cast", project, TERMINAL), { code: "unsafe-tree" });
  } finally {
    Deno.lstatSync = lstat;
  }
  assert.equal([...Deno.readDirSync(private_)].length, 0);
});

Deno.test("T49: a recording is played through a link of the user's own, and not through one that a box could have made", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const project = await box.folder("project");
  await create(host, { path: project, cwd: project });
  const cast = `${await box.folder("private")}/a.cast`;
  await Deno.writeTextFile(cast, '{"version":2,"width":1,"height":1}\n[0,"o","one"]\n[0,"x","0"]\n');
  await Deno.symlink(cast, `${project}/latest`);
  await Deno.symlink(cast, `${box.root}/latest`);
  await assert.rejects(shown(host, "latest", project), { code: "unsafe-link" });
  assert.deepEqual(await shown(host, `${box.root}/latest`, project), { text: "one", ended: true });
});

Deno.test("what cannot be played is an error that names the file, and keeps nobody waiting", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const cwd = await box.folder("work");
  await command("mkfifo", `${cwd}/fifo`);
  await Deno.writeTextFile(`${cwd}/text`, "secret\n");
  await Deno.writeTextFile(
    `${cwd}/cut`,
    '{"version":2,"width":1,"height":1}\n[0,"o","one"]\n[1e300,"o","two"]\n[2,"o"',
  );
  for (
    const [file, code] of [["fifo", "not-found"], ["gone", "not-found"], ["text", "bad-recording"]] as const
  ) {
    await assert.rejects(shown(host, file, cwd), { code }, file);
  }
  assert.deepEqual(await shown(host, "cut", cwd), { text: "onetwo", ended: false });
});

Deno.test("T49: a project's own file opens no clipboard and sets no title until it is approved", async () => {
  for (const name of ["clipboard", "title"] as const) {
    await using box = await Sandbox.make();
    const host = await box.open();
    const path = await box.folder("clone");
    await box.write(
      `${path}/.kanibako/project.toml`,
      `[project]\nmode = "standalone"\nlayout = "default"\nname = "alone"\n[terminal]\n${name} = true\n`,
    );
    const project = await locateProject(host, undefined, path);
    await assert.rejects(resolveSettings(host, project, undefined, {}), (error: Error) => {
      assert.match(error.message, new RegExp(`sets terminal\\.${name}, and was not approved`));
      return true;
    });
    await approveStandalone(host.dirs.state, project);
    assert.equal((await resolveSettings(host, project, undefined, {})).terminal[name].value, true);
  }
});
