import assert from "node:assert/strict";
import fc from "fast-check";
import { packArchive, type TarWriter } from "../../lib/archive/write.ts";
import { readArchive } from "../../lib/archive/read.ts";
import type { Host } from "../../lib/config/system.ts";
import { addSteps, readSteps } from "../../lib/crab/steps.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { type ArchiveRequest, checkGit, planArchive } from "../../lib/project/archive/plan.ts";
import { archiveFile, looksLikeArchive } from "../../lib/project/archive/file.ts";
import { formatInfo, INFO_PATH, parseInfo } from "../../lib/project/archive/info.ts";
import { homeRules, scrubGitConfig, scrubJson } from "../../lib/project/archive/secrets.ts";
import { writeArchive } from "../../lib/project/archive/write.ts";
import { createProject } from "../../lib/project/create.ts";
import { approvePlan, type ExtractRequest, planExtract } from "../../lib/project/archive/extract.ts";
import { readContents } from "../../lib/project/archive/extract_contents.ts";
import { runExtract } from "../../lib/project/archive/extract_run.ts";
import { locateProject } from "../../lib/project/locate.ts";
import type { Project } from "../../lib/project/project.ts";
import { targets } from "../../targets/discover.ts";
import { listing, Sandbox } from "../config/support.ts";
import { git, makeRepository } from "../support/git.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");

function request(file: string, more: Partial<ArchiveRequest> = {}): ArchiveRequest {
  return {
    file,
    compression: "zst",
    workspace: false,
    vault: false,
    credentials: false,
    as: undefined,
    overwrite: false,
    ...more,
  };
}

async function archive(host: Host, project: Project, file: string, more: Partial<ArchiveRequest> = {}) {
  return await writeArchive(host, await planArchive(host, project, request(file, more)));
}

function extraction(path: string, more: Partial<ExtractRequest> = {}): ExtractRequest {
  return { path, cwd: "/", name: undefined, replaceWorkspace: false, withoutWorkspace: false, ...more };
}

async function extract(
  host: Host,
  file: string,
  path: string,
  more: Partial<ExtractRequest> = {},
): Promise<Project> {
  const plan = await planExtract(host, await readContents(file), extraction(path, more));
  await runExtract(host, plan);
  return await locateProject(host, path);
}

async function members(file: string): Promise<string[]> {
  const paths: string[] = [];
  await readArchive(file, (entry) => void paths.push(entry.path));
  return paths;
}

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KanibakoError) return error.code;
    throw error;
  }
  return "no error";
}

async function put(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const full = `${root}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, text);
  }
}

const read = (path: string) => Deno.readTextFile(path);
const isThere = (path: string) => Deno.lstat(path).then(() => true, () => false);

/** Nothing that an extraction uses meanwhile is left. */
async function assertTidy(sandbox: Sandbox): Promise<void> {
  assert.deepEqual(
    (await listing(sandbox.root)).filter((path) => /kanibako-(extract|old)|changes\/./.test(path)),
    [],
  );
}

Deno.test("an archive is named after the project and the time, in the folder we are in", async () => {
  await using box = await Sandbox.make();
  const plain = archiveFile("app", undefined, undefined, "/work", NOW);
  assert.deepEqual(plain, { file: "/work/kanibako-app-20260102T030405Z.txz", compression: "xz" });
  const other = archiveFile("app", box.root, "zst", "/work", NOW);
  assert.deepEqual(other, { file: `${box.root}/kanibako-app-20260102T030405Z.tar.zst`, compression: "zst" });
  assert.ok(looksLikeArchive("kanibako-app-20260102T030405Z.txz"));
  assert.ok(!looksLikeArchive("app.txz"));
});

Deno.test("the ending of a file's name says how it is compressed, and a flag may not say otherwise", async () => {
  for (
    const [name, expected] of [["a.txz", "xz"], ["a.tar.xz", "xz"], ["a.tar.zst", "zst"], [
      "a.tar",
      "none",
    ]] as const
  ) {
    assert.deepEqual(archiveFile("app", name, undefined, "/w", NOW), {
      file: `/w/${name}`,
      compression: expected,
    });
  }
  assert.equal((archiveFile("app", "a.bin", "zst", "/w", NOW)).compression, "zst");
  assert.equal(await code(Promise.try(() => archiveFile("app", "a.bin", undefined, "/w", NOW))), "usage");
  assert.equal(await code(Promise.try(() => archiveFile("app", "a.txz", "zst", "/w", NOW))), "usage");
});

Deno.test("what an archive says about itself is read again as it was, and refused when it is not sound", () => {
  const info = {
    id: crypto.randomUUID(),
    name: "app",
    mode: "default",
    layout: "robust",
    workset: "client",
    path: "/srv/app",
    hash: "0".repeat(64),
    date: NOW.toISOString(),
    program: "1.0.0",
    parts: ["settings", "home"],
    credentials: false,
    sharedAuth: true,
    git: { branch: "main", commit: "1".repeat(40), remotes: [{ name: "origin", url: "https://h/p" }] },
  } as const;
  const { format: _, version: __, ...again } = parseInfo(formatInfo(info), "a") as unknown as Record<
    string,
    unknown
  >;
  assert.deepEqual(again, info);
  const wrong: Record<string, unknown>[] = [
    { name: "../x" },
    { name: 5 },
    { path: "relative" },
    { mode: "workset" },
    { parts: ["home", "../../etc"] },
    { git: { remotes: [5] } },
    { version: 2 },
    { format: "other" },
  ];
  for (const change of wrong) {
    const text = JSON.stringify({ ...JSON.parse(formatInfo(info)), ...change });
    assert.throws(() => parseInfo(text, "a"), { code: "bad-archive" }, JSON.stringify(change));
  }
});

Deno.test("reading what an archive says never fails in another way, whatever is in it", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    try {
      parseInfo(text, "a");
    } catch (error) {
      assert.ok(error instanceof KanibakoError);
    }
  }));
});

Deno.test("places where keys are kept are left out, and what lies beside them is not", () => {
  const rules = homeRules(targets());
  for (
    const path of [
      ".claude/.credentials.json",
      ".codex/auth.json",
      ".netrc",
      ".ssh/id_ed25519",
      ".aws/credentials",
      ".ssh/deep/key",
    ]
  ) {
    assert.ok(rules.isSecret(path), path);
  }
  for (
    const path of [
      ".ssh",
      ".ssh/known_hosts",
      ".ssh/id_ed25519.pub",
      ".bashrc",
      ".netrcs",
      ".awsome",
      ".claude/projects",
    ]
  ) {
    assert.ok(!rules.isSecret(path), path);
  }
  assert.ok(rules.isCache(".cache") && rules.isCache(".cache/a") && !rules.isCache(".cached"));
});

Deno.test("values of keys that sound like tokens go, whatever is around them", () => {
  const secret = "S3CRET";
  const key = fc.constantFrom(
    "apiKey",
    "access_token",
    "PASSWORD",
    "clientSecret",
    "Authorization",
    "primaryApiKey",
  );
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 3 }), key, (around, name) => {
    const text = JSON.stringify({
      a: [{ around, [name]: secret, [`x_${name}`]: { deep: secret }, keep: "kept" }],
    });
    const scrubbed = scrubJson(text)!;
    assert.ok(!scrubbed.includes(secret) && scrubbed.includes("kept"));
  }));
  assert.equal(scrubJson("{"), undefined);
  assert.deepEqual(JSON.parse(scrubJson('{"maxTokens":5,"tokenCount":true}')!), {
    maxTokens: 5,
    tokenCount: true,
  });
});

Deno.test("a repository's configuration loses passwords and headers, and nothing else", () => {
  const text =
    `[remote "o"]\n\turl = https://u:S3CRET@h/p\n\tpushurl = git@h:p\n[http]\n\textraheader = AUTHORIZATION: S3CRET\n`;
  assert.equal(scrubGitConfig(text), `[remote "o"]\n\turl = https://h/p\n\tpushurl = git@h:p\n[http]\n`);
});

Deno.test("the home and the settings come back in another folder, and the archive is its owner's alone", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app") });
  await put(one.home, { marker: "mine", "deep/er/file": "deep", ".cache/x": "", "run.sh": "#!/bin/sh" });
  await Deno.chmod(`${one.home}/run.sh`, 0o755);
  await Deno.utime(`${one.home}/marker`, 1_000_000, 1_000_000);
  await Deno.symlink("/nowhere", `${one.home}/link`);
  await Deno.link(`${one.home}/marker`, `${one.home}/same`);
  await addSteps(one.state, {
    home: 3,
    conversations: ["claude"],
    credentials: { "a.json": "x" },
    stubs: ["/a"],
  });
  const file = `${box.root}/a.tar.zst`;
  await archive(host, one, file);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  const two = await extract(host, file, await box.folder("other"));
  assert.deepEqual([two.name, two.mode, two.exists], ["app-2", "default", true]);
  assert.equal(await read(`${two.home}/marker`), "mine");
  assert.equal(await read(`${two.home}/deep/er/file`), "deep");
  assert.equal((await Deno.stat(`${two.home}/run.sh`)).mode! & 0o777, 0o755);
  const [marker, same] = await Promise.all(
    ["marker", "same"].map((name) => Deno.stat(`${two.home}/${name}`)),
  );
  assert.equal(marker!.mtime!.getTime(), 1_000_000_000);
  assert.equal(marker!.ino, same!.ino);
  assert.equal(await Deno.readLink(`${two.home}/link`), "/nowhere");
  assert.equal(await isThere(`${two.home}/.cache`), false);
  const steps = await readSteps(two.state);
  assert.deepEqual([steps.home, steps.conversations, steps.credentials, steps.stubs], [
    3,
    ["claude"],
    {},
    [],
  ]);
  assert.equal(await read(`${one.home}/marker`), "mine");
  await assertTidy(box);
});

Deno.test("for another user, the project keeps its name", async () => {
  await using from = await Sandbox.make();
  await using to = await Sandbox.make();
  const one = await createProject(await from.open(), {
    path: await from.folder("app"),
    vault: false,
    distinctAuth: true,
  });
  await put(one.home, { marker: "mine" });
  await archive(await from.open(), one, `${from.root}/a.txz`, { compression: "xz" });
  const host = await to.open();
  const two = await extract(host, `${from.root}/a.txz`, await to.folder("app"));
  assert.deepEqual([two.name, two.sharedAuth, two.vault], ["app", false, undefined]);
  assert.equal(await read(`${two.home}/marker`), "mine");
  assert.ok(!(await read(`${two.metadata}/project.toml`)).includes(from.root));
  assert.equal((await locateProject(host, "app")).path, two.path);
});

for (const mode of ["default", "standalone"] as const) {
  for (const layout of ["simple", "default", "robust"] as const) {
    Deno.test(`a ${mode} project with the ${layout} layout comes back with its files and its vault`, async () => {
      await using from = await Sandbox.make();
      await using to = await Sandbox.make();
      const one = await createProject(await from.open(), { path: await from.folder("app"), mode, layout });
      await put(one.home, { marker: "home" });
      await put(one.path, { "src/file": "work", "vault.txt": "beside" });
      await put(one.vault!.readWrite, { marker: "rw" });
      await put(one.vault!.readOnly, { marker: "ro" });
      const file = `${from.root}/a.tar`;
      await archive(await from.open(), one, file, { compression: "none", workspace: true, vault: true });
      assert.deepEqual(
        (await members(file)).filter((path) =>
          /workspace\/.*(shell|\.kanibako|kanibako\/|vault\/)/.test(path)
        ),
        [],
      );
      const host = await to.open();
      const two = await extract(host, file, `${to.root}/work/new/place`);
      assert.deepEqual([two.mode, two.layout, two.name], [mode, layout, "app"]);
      assert.equal(await read(`${two.home}/marker`), "home");
      assert.equal(await read(`${two.path}/src/file`), "work");
      assert.equal(await read(`${two.path}/vault.txt`), "beside");
      assert.equal(await read(`${two.vault!.readWrite}/marker`), "rw");
      assert.equal(await read(`${two.vault!.readOnly}/marker`), "ro");
      assert.equal((await Deno.stat(two.metadata)).mode! & 0o777, 0o700);
      await assertTidy(to);
    });
  }
}

Deno.test("a project may be archived as one of the other mode", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app") });
  await put(one.home, { marker: "mine" });
  await archive(host, one, `${box.root}/a.tar`, { compression: "none", as: "standalone" });
  const two = await extract(host, `${box.root}/a.tar`, await box.folder("two"));
  assert.deepEqual([two.mode, two.name], ["standalone", "app"]);
  assert.equal(await read(`${two.path}/.kanibako/shell/marker`), "mine");
  assert.match(await read(`${two.path}/.gitignore`), /^\.kanibako\/$/m);
  await archive(host, two, `${box.root}/b.tar`, { compression: "none", as: "default" });
  const three = await extract(host, `${box.root}/b.tar`, await box.folder("three"));
  assert.equal(three.mode, "default");
  assert.equal(await read(`${three.home}/marker`), "mine");
});

Deno.test("a box that is there is replaced, in its own mode and under its own name", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app") });
  await put(one.home, { marker: "archived" });
  await put(one.vault!.readWrite, { kept: "vault" });
  await archive(host, one, `${box.root}/a.tar`, { compression: "none" });
  await put(one.home, { marker: "later", extra: "" });
  const again = await extract(host, `${box.root}/a.tar`, one.path);
  assert.deepEqual([again.name, again.home], [one.name, one.home]);
  assert.equal(await read(`${one.home}/marker`), "archived");
  assert.equal(await isThere(`${one.home}/extra`), false);
  assert.equal(await read(`${one.vault!.readWrite}/kept`), "vault", "the archive holds no vault");
  const other = await createProject(host, {
    path: await box.folder("other"),
    mode: "standalone",
    name: "mine",
  });
  const into = await extract(host, `${box.root}/a.tar`, other.path);
  assert.deepEqual([into.mode, into.name], ["standalone", "mine"]);
  assert.equal(await read(`${into.home}/marker`), "archived");
  await assertTidy(box);
});

Deno.test("files that are there are never replaced unless it is asked for, and then kept beside", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app") });
  await put(one.path, { file: "archived" });
  await archive(host, one, `${box.root}/a.tar`, { compression: "none", workspace: true });
  const target = await box.folder("target");
  await put(target, { file: "mine" });
  assert.equal(await code(extract(host, `${box.root}/a.tar`, target)), "not-empty");
  assert.equal(await read(`${target}/file`), "mine");
  await extract(host, `${box.root}/a.tar`, target, { replaceWorkspace: true });
  assert.equal(await read(`${target}/file`), "archived");
  assert.equal(await read(`${target}.before-extract/file`), "mine");
  const beside = await box.folder("beside");
  await put(beside, { file: "mine" });
  await extract(host, `${box.root}/a.tar`, beside, { withoutWorkspace: true });
  assert.equal(await read(`${beside}/file`), "mine");
  await extract(host, `${box.root}/a.tar`, await box.folder("empty"));
});

Deno.test("a folder that is missing, taken or inside another project is refused", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app") });
  await archive(host, one, `${box.root}/a.tar`, { compression: "none" });
  const into = (path: string, more: Partial<ExtractRequest> = {}) =>
    code(extract(host, `${box.root}/a.tar`, path, more));
  assert.equal(await into(`${box.root}/work/none`), "no-workspace");
  assert.equal(await into(await box.folder("app/inner")), "nested-project");
  assert.equal(await into("/etc"), "unsafe-workspace");
  assert.equal(await into(await box.folder("free"), { name: "app" }), "name-taken");
  assert.equal(await into(await box.folder("free"), { name: "A/b" }), "bad-name");
  assert.equal(await into(one.path, { name: "other" }), "name-taken");
  const made = await extract(host, `${box.root}/a.tar`, await box.folder("free"), { name: "chosen" });
  assert.equal(made.name, "chosen");
});

Deno.test("a file that is there is replaced only when asked, and no archive goes into itself", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app") });
  const file = `${box.root}/a.tar`;
  await Deno.writeTextFile(file, "mine");
  assert.equal(await code(planArchive(host, one, request(file))), "exists");
  assert.equal(await code(planArchive(host, one, request(`${one.home}/a.tar`))), "in-archive");
  assert.equal(
    await code(planArchive(host, one, request(`${one.path}/a.tar`, { workspace: true }))),
    "in-archive",
  );
  // However a place is written, it counts where it is.
  await Deno.symlink(one.path, `${box.root}/link`);
  assert.equal(
    await code(planArchive(host, one, request(`${box.root}/link/a.tar`, { workspace: true }))),
    "in-archive",
  );
  await planArchive(host, one, request(`${one.path}/../b.tar`, { workspace: true }));
  // The place that it names can be used.
  const inside = planArchive(host, one, request(`${one.path}/a.txz`, { workspace: true }));
  const { hints } = await inside.then(() => assert.fail("planned"), (cause) => cause as KanibakoError);
  const beside = hints[0]?.match(/such as (\S+)$/)?.[1];
  assert.equal(beside, `${one.path.replace(/\/[^/]*$/, "")}/a.txz`);
  assert.ok(await planArchive(host, one, request(beside!, { workspace: true })));
  await archive(host, one, file, { compression: "none", overwrite: true });
  assert.ok((await members(file)).includes(INFO_PATH));
});

Deno.test("keys and tokens stay at home unless they are asked for, and what was left is reported", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app") });
  const secret = "S3CRET";
  await put(one.home, {
    ".claude/.credentials.json": `{"claudeAiOauth":{"accessToken":"${secret}"}}`,
    ".claude.json": `{"theme":"dark","primaryApiKey":"${secret}"}`,
    ".ssh/id_ed25519": secret,
    ".git-credentials": secret,
    ".claude/settings.json": "not json",
    notes: "kept",
  });
  await put(one.path, {
    ".git/config": `[remote "o"]\n\turl = https://u:${secret}@h/p\n`,
    ".git/HEAD": "ref: refs/heads/main\n",
  });
  const file = `${box.root}/a.tar`;
  const { secrets } = await archive(host, one, file, { compression: "none", workspace: true });
  assert.ok(!(await read(file)).includes(secret));
  assert.deepEqual([...secrets].sort(), [
    "home/.claude/.credentials.json",
    "home/.claude/settings.json",
    "home/.git-credentials",
    "home/.ssh/id_ed25519",
  ]);
  const two = await extract(host, file, `${box.root}/work/two`);
  assert.deepEqual(JSON.parse(await read(`${two.home}/.claude.json`)), { theme: "dark" });
  assert.equal(await read(`${two.path}/.git/config`), `[remote "o"]\n\turl = https://h/p\n`);
  const all = `${box.root}/all.tar`;
  assert.deepEqual((await archive(host, one, all, { compression: "none", credentials: true })).secrets, []);
  const three = await extract(host, all, await box.folder("three"));
  assert.equal(await read(`${three.home}/.git-credentials`), secret);
});

Deno.test("work that is nowhere else is reported before it is left behind", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await makeRepository(`${box.root}/work/origin`);
  await git(`${box.root}/work`, "clone", "--quiet", "origin", "app");
  const path = `${box.root}/work/app`;
  const project = await createProject(host, { path, vault: false });
  const check = async (allow: { uncommitted?: boolean; unpushed?: boolean } = {}, workspace = false) => {
    const plan = await planArchive(host, project, request(`${box.root}/a.tar`, { workspace }));
    return await code(Promise.try(() => checkGit(plan, { uncommitted: false, unpushed: false, ...allow })));
  };
  assert.equal(await check(), "no error");
  await git(path, "commit", "--quiet", "--allow-empty", "-m", "mine");
  assert.equal(await check(), "unpushed");
  assert.equal(await check({ unpushed: true }), "no error");
  await Deno.writeTextFile(`${path}/file.txt`, "changed");
  assert.equal(await check({ unpushed: true }), "uncommitted");
  assert.equal(await check({ unpushed: true, uncommitted: true }), "no error");
  assert.equal(await check({}, true), "no error", "with the workspace nothing is left behind");
  await Deno.writeTextFile(`${path}/.git/HEAD`, "nonsense");
  assert.equal(await check({ unpushed: true }), "uncommitted");
});

Deno.test("a folder at another commit than the archived one is doubted", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const path = `${box.root}/work/app`;
  await makeRepository(path);
  const one = await createProject(host, { path, vault: false });
  await archive(host, one, `${box.root}/a.tar`, { compression: "none" });
  const doubts = async (at: string) =>
    (await planExtract(host, await readContents(`${box.root}/a.tar`), extraction(at))).doubts;
  assert.deepEqual(await doubts(path), []);
  await git(path, "commit", "--quiet", "--allow-empty", "-m", "more");
  assert.match((await doubts(path))[0]!, /was at commit/);
  assert.match(
    (await doubts(await box.folder("plain"))).join("\n"),
    /has another name[^]*this folder is not/,
  );
});

Deno.test("settings count again without a word when they were in use here, and nowhere else", async () => {
  await using box = await Sandbox.make();
  await using other = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app"), image: "registry/some:image" });
  await put(one.metadata, { env: "A=1\n" });
  const file = `${box.root}/a.tar`;
  await archive(host, one, file, { compression: "none" });
  const planFor = async (sandbox: Sandbox) =>
    await planExtract(
      await sandbox.open(),
      await readContents(file),
      extraction(await sandbox.folder("new")),
    );
  assert.deepEqual([...(await planFor(box)).unapproved.keys()], []);
  const plan = await planFor(other);
  assert.deepEqual([...plan.unapproved].sort(), [["box.image", "registry/some:image"], ["env.A", "1"]]);
  await runExtract(await other.open(), await approvePlan(plan));
  assert.equal(await read(`${plan.to.metadata}/env`), "A=1\n");
});

Deno.test("an archive from elsewhere does not say that a box has the host's login, and one made here does", async () => {
  await using box = await Sandbox.make();
  await using other = await Sandbox.make();
  for (
    const said of ['auth = "shared"\n[project]', "[project]\ngroup_auth = true", "[project]\nauth = true"]
  ) {
    const host = await box.open();
    const one = await createProject(host, { path: await box.folder(crypto.randomUUID()) });
    const settings = `${one.metadata}/project.toml`;
    await Deno.writeTextFile(settings, (await read(settings)).replace("[project]", said));
    const file = `${box.root}/${one.name}.tar`;
    await archive(host, await locateProject(host, undefined, one.path), file, { compression: "none" });
    const usual = async (sandbox: Sandbox) =>
      (await extract(await sandbox.open(), file, await sandbox.folder(crypto.randomUUID()))).guardsByDefault;
    assert.equal(await usual(box), undefined, said);
    assert.equal(await usual(other), true, said);
  }
});

Deno.test("a standalone project from elsewhere is not approved, one made here is", async () => {
  await using box = await Sandbox.make();
  await using other = await Sandbox.make();
  const options = { mode: "standalone", image: "registry/some:image" } as const;
  const one = await createProject(await box.open(), { path: await box.folder("app"), ...options });
  const file = `${box.root}/a.tar`;
  await archive(await box.open(), one, file, { compression: "none" });
  const { approvedBoxFiles } = await import("../../lib/config/box_files.ts");
  for (const [sandbox, expected] of [[box, "no error"], [other, "not-approved"]] as const) {
    const host = await sandbox.open();
    const two = await extract(host, file, await sandbox.folder("new"));
    assert.equal(two.mode, "standalone");
    assert.equal(await code(approvedBoxFiles(host.dirs.state, two)), expected);
  }
  const host = await other.open();
  const plan = await planExtract(host, await readContents(file), extraction(await other.folder("third")));
  // Once more over itself: the settings are the same then, and need no writing.
  for (let round = 0; round < 2; round++) {
    const next = round === 0 ? plan : await planExtract(host, plan.contents, extraction(plan.to.path));
    await runExtract(host, await approvePlan(next));
    assert.equal(
      await code(approvedBoxFiles(host.dirs.state, await locateProject(host, plan.to.path))),
      "no error",
    );
  }
});

Deno.test("settings that were changed on the way are not taken for those in use here", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const one = await createProject(host, { path: await box.folder("app"), image: "registry/some:image" });
  const file = `${box.root}/a.tar`;
  await archive(host, one, file, { compression: "none" });
  const forged = `${box.root}/forged.tar`;
  const { info, settings } = await readContents(file);
  await packArchive(forged, "none", async (writer: TarWriter) => {
    await writer.addText(INFO_PATH, formatInfo(info));
    await writer.addText("settings/project.toml", settings!.replace("some:image", "evil:image"));
    await writer.addText("settings/steps.json", "{}");
  });
  const plan = await planExtract(host, await readContents(forged), extraction(await box.folder("new")));
  assert.deepEqual([...plan.unapproved.values()], ["registry/evil:image"]);
});
