import assert from "node:assert/strict";
import { Sandbox } from "./program.ts";

Deno.test("create: makes the folder a project, and says so on stdout alone", async () => {
  await using sandbox = await Sandbox.make();
  const made = await sandbox.run(["create"]);
  assert.deepEqual(made, {
    code: 0,
    stdout: `Created default project in ${sandbox.home}/work\n`,
    stderr: "Project name: work\n",
  });
  const again = await sandbox.run(["create"]);
  assert.equal(again.code, 1);
  assert.equal(again.stdout, "");
  assert.match(again.stderr, /^Error: .* already/);
});

Deno.test("create: says that a folder called vault is hidden from the box, and how to have it seen", async () => {
  await using sandbox = await Sandbox.make();
  await Deno.mkdir(`${sandbox.home}/work/vault/docs`, { recursive: true });
  const made = await sandbox.run(["create"]);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /^Warning: The box does not see docs in \S+\/work\/vault: .*--no-vault/m);
  await sandbox.run(["rm", "work", "--purge", "--force"]);
  assert.doesNotMatch((await sandbox.run(["create", "--no-vault"])).stderr, /Warning/);
});

Deno.test("create: takes a folder that is not there yet, a name, and the spellings of earlier versions", async () => {
  await using sandbox = await Sandbox.make();
  const made = await sandbox.run(["container", "create", "-p", "new/api", "--name", "api", "--no-v"]);
  assert.equal(made.code, 0, made.stderr);
  assert.equal(made.stdout, `Created default project in ${sandbox.home}/work/new/api\n`);
  const second = await sandbox.run(["create", "other", "--name", "api"]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /taken/);
});

Deno.test("create: refuses the home, and takes it only as asked for explicitly", async () => {
  await using sandbox = await Sandbox.make();
  for (const [words, code] of [[[], 1], [["--standalone"], 1], [["--allow-home"], 2]] as const) {
    const refused = await sandbox.run(["create", ...words], { cwd: sandbox.home });
    assert.equal(refused.code, code);
    assert.match(refused.stderr, /--allow-home/);
  }
});

Deno.test("list: nothing known is said, not an empty table; nothing is asked of the engine", async () => {
  await using sandbox = await Sandbox.make();
  assert.deepEqual(await sandbox.run(["list"]), { code: 0, stdout: "No known projects.\n", stderr: "" });
  assert.deepEqual(await sandbox.run(["list", "-q"]), { code: 0, stdout: "", stderr: "" });
  assert.deepEqual(await sandbox.run(["list", "--orphan"]), {
    code: 0,
    stdout: "No orphaned projects found.\n",
    stderr: "",
  });
  assert.deepEqual(JSON.parse((await sandbox.run(["list", "--json"])).stdout), []);
  assert.deepEqual(await sandbox.engineCalls(), []);
});

Deno.test("list: names, status by label and path, with one call of the engine", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  await sandbox.run(["create", `${sandbox.home}/zoo`]);
  await sandbox.run(["create", `${sandbox.home}/lone`, "--standalone"]);
  await sandbox.pretendContainer("kanibako-work", "running");
  const listed = await sandbox.run(["list"]);
  // What is said of a box that runs stands between, as far as there is room.
  assert.match(listed.stdout, /^NAME +STATUS .*AGE .*PATH\n/);
  assert.deepEqual(listed.stdout.split("\n").map((line) => line.split(/\s{2,}/)).map(withoutMiddle), [
    ["NAME", "STATUS", "PATH"],
    ["lone", "stopped", `${sandbox.home}/lone`],
    ["work", "active", `${sandbox.home}/work`],
    ["zoo", "stopped", `${sandbox.home}/zoo`],
    [""],
  ]);
  assert.equal((await sandbox.engineCalls()).length, 1);
  assert.equal((await sandbox.run(["ps", "-q"])).stdout, "work\n");
  assert.equal((await sandbox.run(["list", "--active", "-q"])).stdout, "work\n");
  assert.equal((await sandbox.run(["ps", "-aq"])).stdout, "lone\nwork\nzoo\n");
  const json = JSON.parse((await sandbox.run(["box", "ls", "--json"])).stdout);
  assert.deepEqual([json[1].name, json[1].status, json[1].container], ["work", "active", "kanibako-work"]);
  assert.match(json[1].hash, /^[0-9a-f]{64}$/);
});

/** Of a line's cells, the first two and the last. */
function withoutMiddle(cells: string[]): string[] {
  return cells.length <= 3 ? cells : [...cells.slice(0, 2), cells.at(-1)!];
}

Deno.test("list: a container that has ended is not active", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  await sandbox.pretendContainer("kanibako-work", "exited");
  assert.match((await sandbox.run(["list"])).stdout, /work\s+stopped/);
  assert.equal((await sandbox.run(["ps"])).stdout, "No active boxes.\n");
});

Deno.test("list: without an engine the status is unknown, not wrong", async () => {
  await using sandbox = await Sandbox.make({ engine: false });
  await sandbox.run(["create"]);
  assert.match((await sandbox.run(["list"])).stdout, /work\s+unknown/);
});

Deno.test("list: projects of one name are distinguished by their folders, and which of them a name means is said", async () => {
  await using sandbox = await Sandbox.make();
  for (const folder of ["a/same", "b/same", "other"]) {
    await sandbox.run(["create", `${sandbox.home}/${folder}`, "--standalone"]);
  }
  const listed = (await sandbox.run(["list", "-q"])).stdout.trim().split("\n");
  assert.deepEqual(
    listed.toSorted(),
    [`${sandbox.home}/a/same`, `${sandbox.home}/b/same`, "other"].toSorted(),
  );
  for (const word of listed) assert.equal((await sandbox.run(["box", "info", word])).code, 0);
  assert.equal((await sandbox.run(["list"])).stderr, "");
  await sandbox.run(["create", `${sandbox.home}/c/same`]);
  const means =
    `same means the project in ${sandbox.home}/c/same. To name another one of that name, give its folder`;
  assert.equal((await sandbox.run(["list"])).stderr, `${means}.\n`);
  const { stdout, stderr } = await sandbox.run(["box", "info", "same"]);
  assert.match(stdout, /Project: +\S+\/c\/same/);
  assert.equal(stderr, `${means}: ${sandbox.home}/a/same, ${sandbox.home}/b/same\n`);
});

Deno.test("list: a box without its folder shows with --all and --orphan only", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create", `${sandbox.home}/lost`]);
  await Deno.rename(`${sandbox.home}/lost`, `${sandbox.home}/found`);
  assert.equal((await sandbox.run(["list"])).stdout, "No known projects.\n");
  assert.match((await sandbox.run(["list", "-a"])).stdout, /lost\s+missing/);
  assert.match((await sandbox.run(["list", "--orphan"])).stdout, /lost\s+.*\n1 orphaned project\.\n/);
  assert.equal((await sandbox.run(["list", "--orphan", "-q"])).stdout, "lost\n");
  const hint = await sandbox.run(["create"]);
  assert.match(hint.stderr, /lost/);
});

Deno.test("rm: forgets the project and keeps data and folder; --purge deletes the data after a typed yes", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  const data = `${sandbox.home}/data/kanibako/boxes/work`;
  const removed = await sandbox.run(["rm", "work"]);
  assert.equal(removed.code, 0, removed.stderr);
  assert.match(removed.stdout, /Removed work .*\n.*kanibako rm work --purge/);
  await Deno.stat(data);
  const refused = await sandbox.run(["rm", "work", "--purge"], { input: "y\n" });
  assert.deepEqual([refused.code, refused.stdout], [2, "Aborted.\n"]);
  await Deno.stat(data);
  const purged = await sandbox.run(["rm", "work", "--purge"], { input: "yes\n" });
  assert.equal(purged.code, 0, purged.stderr);
  await assert.rejects(Deno.stat(data), Deno.errors.NotFound);
  await Deno.stat(`${sandbox.home}/work`);
});

Deno.test("rm: a no to --purge changes nothing at all", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  assert.equal((await sandbox.run(["rm", "work", "--purge"])).code, 2);
  assert.match((await sandbox.run(["list"])).stdout, /work\s+stopped/);
});

Deno.test("rm: refuses while the box runs; --force stops it first", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  await sandbox.pretendContainer("kanibako-work", "running");
  const refused = await sandbox.run(["rm", "work"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is running.*\n.*kanibako stop work/);
  assert.match((await sandbox.run(["list"])).stdout, /work\s+active/);
  const forced = await sandbox.run(["rm", "work", "--purge", "--force"]);
  assert.equal(forced.code, 0, forced.stderr);
  assert.ok((await sandbox.engineCalls()).some((call) => /stop .*c0ffee/.test(call)));
  assert.equal((await sandbox.run(["list", "-a"])).stdout, "No known projects.\n");
});

Deno.test("rm: an unknown name is an error with a suggestion", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  const refused = await sandbox.run(["rm", "wrok"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Did you mean work\?/);
});

Deno.test("box info: tells where a box keeps what, by name or by folder, in words that mean something to a user", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  await sandbox.pretendContainer("kanibako-work", "running");
  const byName = await sandbox.run(["box", "info", "work"], { cwd: sandbox.home + "/bin" });
  assert.equal(byName.code, 0, byName.stderr);
  assert.equal((await sandbox.run(["box", "inspect"])).stdout, byName.stdout);
  const labels = byName.stdout.trimEnd().split("\n").map((line) => line.slice(2, line.indexOf(":")));
  assert.deepEqual(labels, [
    ...["Name", "Mode", "Project", "Settings", "Home", "Vault RO", "Vault RW", "Caches"],
    ...["Image", "Network", "Agent", "Session", "Container", "Credentials"],
  ]);
  assert.match(byName.stdout, /Container: +running \(kanibako-work: localhost\/kanibako-oci:latest\)/);
  assert.doesNotMatch(byName.stdout, /Lock|Hash|In use/);
  assert.match(byName.stdout, /Network: +open \(default\)/);
  const json = JSON.parse((await sandbox.run(["box", "info", "--json"])).stdout);
  assert.deepEqual([json.name, json.path, json.container.running], ["work", `${sandbox.home}/work`, true]);
});

Deno.test("box info: a folder that is no project is distinguished, with exit code 1, and stays none", async () => {
  await using sandbox = await Sandbox.make();
  const reported = await sandbox.run(["box", "info"]);
  assert.equal(reported.code, 1);
  assert.match(reported.stdout, /not a project yet/);
  assert.match(reported.stderr, /kanibako start/);
  assert.equal((await sandbox.run(["list", "-a"])).stdout, "No known projects.\n");
});

Deno.test("box diagnose: one line a check, exit code 0; 1 for a project that does not exist", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  const shown = await sandbox.run(["box", "diagnose"]);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /={40}\n\[ok\] Project directory: /);
  assert.match(shown.stdout, /\[ok\] Container engine: podman 4\.3\.1/);
  assert.equal((await sandbox.run(["box", "diagnose", "nothing"])).code, 1);
});

Deno.test("box archive --all makes its folder, and projects of one name get files of their own", async () => {
  await using sandbox = await Sandbox.make();
  for (const folder of ["a", "b"]) {
    const path = `${sandbox.home}/${folder}/same`;
    assert.equal((await sandbox.run(["create", "--standalone", path])).code, 0);
  }
  assert.equal((await sandbox.run(["create", `${sandbox.home}/other`])).code, 0);
  const done = await sandbox.run(["box", "archive", "--all", "new/folder"]);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^Archived 3 of 3 projects\.$/m);
  const names = (await Array.fromAsync(Deno.readDir(`${sandbox.home}/work/new/folder`))).map(({ name }) =>
    name
  );
  assert.equal(names.length, 3);
  assert.equal(names.filter((name) => /^kanibako-same-[0-9a-f]{8}-\d{8}T\d{6}Z\.txz$/.test(name)).length, 2);
  assert.equal(names.filter((name) => /^kanibako-other-\d{8}T\d{6}Z\.txz$/.test(name)).length, 1);
});

Deno.test("box archive with one word that ends like an archive is about the project here", async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.run(["create"]);
  const done = await sandbox.run(["box", "archive", "../out.tar.xz"]);
  assert.equal(done.code, 0, done.stderr);
  assert.ok((await Deno.stat(`${sandbox.home}/out.tar.xz`)).isFile);
  // What is called so and is there is still a project.
  assert.equal((await sandbox.run(["create", `${sandbox.home}/odd.txz`])).code, 0);
  const odd = await sandbox.run(["box", "archive", "../odd.txz", "--plan"]);
  assert.match(odd.stdout, /Archive odd\.txz to .*\/work\/kanibako-odd\.txz-/);
});
