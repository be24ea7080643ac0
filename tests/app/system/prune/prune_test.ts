import assert from "node:assert/strict";
import { prune } from "../../../../lib/app/system/prune/prune.ts";
import { pullFailure, rememberPullFailure } from "../../../../lib/rig/pull_failures.ts";
import type { BoxInfo, BoxRuntime } from "../../../../lib/runtime/runtime.ts";
import { environmentsWithout } from "../../../../lib/app/system/prune/environments.ts";
import { passedContainers, unusedOfRigs, withoutName } from "../../../../lib/app/system/prune/rigs.ts";
import { unusedPrograms } from "../../../../lib/app/system/prune/programs.ts";
import { boxState, launchLock, runsFolder } from "../../../../lib/config/box_state.ts";
import { FileLock } from "../../../../lib/host/store.ts";
import type { ImageInfo, ImageStore } from "../../../../lib/runtime/images.ts";
import { createProject } from "../../../../lib/project/create.ts";
import { Sandbox } from "../../../config/support.ts";

const HOUR = 60 * 60_000;

Deno.test("an unpacked version of the program is unused when no process runs from it and no box has it mounted", async () => {
  await using box = await Sandbox.make();
  const [cache, proc] = [`${box.root}/cache`, `${box.root}/proc`];
  for (const name of ["0.1-old", "0.1-run", "0.1-box", "0.1-own"]) {
    await box.write(`cache/bin/${name}/deno`, "x".repeat(9000));
  }
  await box.write("cache/self/abc/cli.js", "y");
  // What all versions share stays while one of them does, and is not counted for each.
  await box.write("cache/bin/runtime-bceb5b6a0000/deno", "z".repeat(90_000));
  await box.write("cache/bin/runtime-0000000011/deno", "z");
  await Deno.mkdir(`${cache}/bin/0.1-gone-bceb5b6a`);
  await Deno.mkdir(`${cache}/bin/0.1-own-bceb5b6a`);
  await Deno.link(`${cache}/bin/runtime-bceb5b6a0000/deno`, `${cache}/bin/0.1-old/shared`);
  const process = async (pid: string, exe: string, mounts: string) => {
    await box.write(`proc/${pid}/mountinfo`, mounts);
    await box.write(`proc/${pid}/cmdline`, "deno\0run\0");
    await Deno.symlink(exe, `${proc}/${pid}/exe`);
  };
  await process("7", `${cache}/bin/0.1-run/deno`, "");
  await process(
    "8",
    "/bin/sh",
    "30 20 0:26 /root/.cache/kanibako/bin/0.1-box/cli.js /opt/kanibako/cli.js ro - ext4 x rw",
  );
  const look = (nowMs: number) =>
    unusedPrograms({
      cache,
      proc,
      nowMs,
      own: [`${cache}/bin/0.1-own/cli.js`, `${cache}/bin/0.1-own-bceb5b6a/cli.js`],
    });
  assert.deepEqual(await look(Date.now()), [], "what was made just now may be about to be used");
  const unused = await look(Date.now() + 2 * HOUR);
  assert.deepEqual(unused.map(({ name }) => name).sort(), [
    "bin/0.1-gone-bceb5b6a",
    "bin/0.1-old",
    "bin/runtime-0000000011",
    "self/abc",
  ]);
  const bytes = unused.find(({ name }) => name === "bin/0.1-old")!.bytes!;
  assert.ok(bytes >= 9000 && bytes < 90_000, String(bytes));
  // While somebody thinks about it, a box is started with one of them.
  await process("9", `${cache}/self/abc/cli.js`, "");
  await assert.rejects(unused.find(({ name }) => name === "self/abc")!.remove(), { code: "in-use" });
  assert.ok(Deno.statSync(`${cache}/self/abc/cli.js`).isFile);
  await Deno.remove(`${proc}/9`, { recursive: true });
  for (const one of unused) await one.remove();
  assert.deepEqual([...Deno.readDirSync(`${cache}/bin`)].map(({ name }) => name).sort(), [
    "0.1-box",
    "0.1-own",
    "0.1-own-bceb5b6a",
    "0.1-run",
    "runtime-bceb5b6a0000",
  ]);
});

Deno.test("where a process of ours cannot be looked at every version counts as used", async () => {
  await using box = await Sandbox.make();
  await box.write("cache/bin/0.1-old/deno", "x");
  // Not even root can read it so.
  await Deno.mkdir(`${box.root}/proc/7/mountinfo`, { recursive: true });
  const nowMs = Date.now() + 2 * HOUR;
  assert.deepEqual(
    await unusedPrograms({ cache: `${box.root}/cache`, proc: `${box.root}/proc`, nowMs, own: [] }),
    [],
  );
});

Deno.test("of images only those go that this program built, that have no name any more, and that are not from just now", async () => {
  const image = (id: string, more: Partial<ImageInfo>): ImageInfo => ({
    id: `sha256:${id.repeat(64)}`,
    names: [],
    digests: [],
    sizeBytes: 5,
    createdAt: 0,
    labels: { "kanibako.recipe": "r", "kanibako.rig": "oci" },
    ...more,
  });
  const removed: string[] = [];
  const unlisted = image("d", { labels: {} });
  const store = {
    list: () =>
      Promise.resolve([
        image("a", {}),
        image("b", { names: ["localhost/kanibako-oci:latest"] }),
        image("c", { labels: {} }),
        unlisted,
        image("e", { createdAt: Date.now() / 1000 }),
      ]),
    get: (id: string) =>
      Promise.resolve(id === unlisted.id ? { ...unlisted, labels: { "kanibako.recipe": "r" } } : undefined),
    remove: (id: string) => Promise.resolve(void removed.push(id)),
  } as unknown as ImageStore;
  const unused = await withoutName(store);
  assert.deepEqual(unused.map(({ name }) => name), ["oci (aaaaaaaaaaaa)", "rig (dddddddddddd)"]);
  await unused[0]!.remove();
  assert.deepEqual(removed, [`sha256:${"a".repeat(64)}`]);
});

Deno.test("of images of environments and kept boxes those go that are for nothing any more, ours and old", async () => {
  const image = (name: string, labels: Record<string, string>, createdAt = 0): ImageInfo => ({
    id: name,
    names: [name],
    digests: [],
    createdAt,
    labels,
  });
  const of = (project: string, owner = "me") => ({
    "kanibako.devcontainer": project,
    "kanibako.owner": owner,
  });
  const ours = { "kanibako.owner": "me" };
  const removed: string[] = [];
  const images = [
    image("localhost/kanibako-dev-gone:1", of("gone")),
    image("localhost/kanibako-dev-here:1", of("here")),
    image("localhost/kanibako-dev-young:1", of("young"), Date.now() / 1000),
    image("localhost/kanibako-dev-foreign:1", of("gone", "other")),
    image("localhost/kanibako-dev-other:1", ours),
    image("docker.io/somebody/x:1", of("gone")),
    image("localhost/kanibako-kept/scratch-a:latest", ours),
    image("localhost/kanibako-kept/scratch-b:latest", ours),
    image("localhost/kanibako-kept/scratch-c:latest", { "kanibako.owner": "other" }),
  ];
  const store = {
    list: () => Promise.resolve(images),
    get: (id: string) => Promise.resolve(images.find((one) => one.id === id)),
    remove: (name: string) => Promise.resolve(void removed.push(name)),
  } as unknown as ImageStore;
  const kept = new Set(["localhost/kanibako-kept/scratch-b:latest"]);
  const unused = await environmentsWithout(store, { owner: "me", projects: new Set(["here"]), kept });
  for (const one of unused) await one.remove();
  assert.deepEqual(removed, ["localhost/kanibako-dev-gone:1", "localhost/kanibako-kept/scratch-a:latest"]);
});

Deno.test("of containers only those go that were to pass, that are old, and that do not run", async () => {
  const info = (name: string, more: Partial<BoxInfo> = {}): BoxInfo => ({
    id: name,
    name: `kanibako-passing-${name}`,
    image: "x",
    running: false,
    state: "created",
    createdAt: 0,
    labels: { "kanibako.passing": "1" },
    ...more,
  });
  const asked: unknown[] = [];
  const removed: string[] = [];
  const runtime = {
    find: (labels: unknown) => {
      asked.push(labels);
      return Promise.resolve([
        info("old"),
        info("runs", { running: true }),
        info("young", { createdAt: Date.now() / 1000 }),
        info("box", { labels: { "kanibako.passing": "1", "kanibako.role": "box" } }),
        info("other", { name: "db" }),
      ]);
    },
    remove: (id: string) => Promise.resolve(void removed.push(id)),
  } as unknown as BoxRuntime;
  for (const one of await passedContainers(runtime)) await one.remove();
  assert.deepEqual([asked, removed], [[{ "kanibako.passing": "1" }], ["old"]]);
});

Deno.test("folders of builds that were killed go, and failures that count no more; those of a build that goes on stay", async () => {
  await using box = await Sandbox.make();
  const host = await box.open('engine = "podman"');
  const { cache, state } = host.dirs;
  await box.write(`${cache}/rig-build-1/base.tar`, "x".repeat(50_000));
  await box.write(`${cache}/rig-export-1/root.tar`, "x".repeat(50_000));
  await rememberPullFailure(host.dirs, "old", "no such host", Date.now() - 25 * HOUR);
  await rememberPullFailure(host.dirs, "new", "no such host");
  const found = async () => {
    const { found } = await prune(host, { plan: true });
    return found.filter(({ kind }) => kind === "build" || kind === "record");
  };
  {
    using _building = await FileLock.acquire(`${state}/rigs.lock`);
    assert.deepEqual((await found()).map(({ name }) => name), [
      "rig-export-1",
      "failures to pull, older than a day (1)",
    ]);
  }
  const all = await found();
  assert.deepEqual(all.map(({ kind }) => kind), ["build", "build", "record"]);
  assert.ok(all[0]!.bytes! >= 50_000, `${all[0]!.bytes}`);
  {
    using _building = await FileLock.acquire(`${state}/rigs.lock`);
    await assert.rejects(all[0]!.remove(), { code: "busy" });
  }
  for (const one of all) await one.remove();
  assert.deepEqual(await found(), []);
  assert.ok(await pullFailure(host.dirs, "new"), "what still counts is remembered");
});

Deno.test("what ended runs left goes, after a yes; what belongs to a box stays, and so does a run that is being started", async () => {
  await using box = await Sandbox.make();
  const host = await box.open('engine = "podman"');
  const project = await createProject(host, { path: await box.folder("app") });
  const runs = runsFolder(project.state);
  await box.write(`${runs}/r1/out/large`, "x".repeat(50_000));
  await Deno.utime(`${runs}/r1`, 0, 0);
  await box.write(`${boxState(host.dirs, "kanibako-busy")}/runs/r2/out/large`, "x".repeat(50_000));
  await Deno.utime(`${boxState(host.dirs, "kanibako-busy")}/runs/r2`, 0, 0);
  using _starting = await FileLock.tryAcquire(launchLock(boxState(host.dirs, "kanibako-busy")));
  const only = (found: readonly { kind: string; name: string }[]) =>
    found.filter(({ kind }) => kind === "run").map(({ name }) => name);
  const plan = await prune(host, { plan: true });
  assert.deepEqual(only(plan.found), [project.id]);
  assert.deepEqual(plan.removed, []);
  await assert.rejects(prune(host), { name: "Aborted" });
  assert.ok(Deno.statSync(`${runs}/r1/out/large`).isFile);
  const run = plan.found.find(({ kind }) => kind === "run")!;
  {
    using _started = await FileLock.tryAcquire(launchLock(project.state));
    await assert.rejects(run.remove(), { code: "busy" });
    assert.ok(Deno.statSync(`${runs}/r1/out/large`).isFile);
  }
  await run.remove();
  await assert.rejects(Deno.stat(`${runs}/r1`), Deno.errors.NotFound);
  assert.ok(Deno.statSync(project.home).isDirectory);
});

Deno.test("what a killed import or export of a rig left goes, and what somebody works with stays", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const { dirs } = host;
  const names = ["kanibako-files-00000001", "kanibako-files-00000002", "kanibako-incoming-00000003"];
  for (const name of names) {
    await Deno.mkdir(`${dirs.cache}/${name}`, { recursive: true });
    await Deno.writeTextFile(`${dirs.cache}/${name}/image.tar`, "x".repeat(9000));
    await Deno.mkdir(`${dirs.state}/rig-work`, { recursive: true });
    await Deno.writeTextFile(`${dirs.state}/rig-work/${name}.lock`, "");
    if (name !== names[2]) {
      await Deno.writeTextFile(`${dirs.state}/rig-work/${name}.json`, '{"kind":"","place":{}}');
    }
  }
  using _busy = await FileLock.acquire(`${dirs.state}/rig-work/${names[1]}.lock`);
  const found = await unusedOfRigs(dirs, []);
  assert.deepEqual(found.map(({ kind, name }) => [kind, name]).sort(), [["build", names[0]], [
    "image",
    names[2],
  ]]);
  assert.ok(found.find(({ name }) => name === names[0])!.bytes! >= 9000);
  for (const one of found) await one.remove();
  assert.deepEqual(await unusedOfRigs(dirs, []), []);
  assert.deepEqual(Array.from(Deno.readDirSync(dirs.cache), ({ name }) => name).sort(), names.slice(1));
});
