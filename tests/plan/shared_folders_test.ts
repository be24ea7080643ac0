import { findTarget } from "../../targets/discover.ts";
import { fromFile, fromPart, fromTarget, keyOf, sourceText } from "../../lib/spec/source.ts";
import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { findSeeds, findShared, makeMissing } from "../../lib/plan/shared_folders.ts";
import { assertProtected, protectedPaths } from "../../lib/plan/protected_paths.ts";
import { bind } from "../../lib/plan/parts/part.ts";
import { resourceScopes, sharedResources } from "../../lib/plan/shared_resources.ts";
import { resolveSettings } from "../../lib/config/resolve.ts";
import type { Host } from "../../lib/config/system.ts";
import { createProject } from "../../lib/project/create.ts";
import type { Project } from "../../lib/project/project.ts";
import type { Target } from "../../targets/target.ts";
import { Sandbox } from "../config/support.ts";

const claude = findTarget("claude");

const KEEP_ID = { kind: "keep-id", uid: 1000, gid: 1000 } as const;

/** A project whose box has these settings. */
class World implements AsyncDisposable {
  private constructor(readonly box: Sandbox, readonly host: Host, readonly project: Project) {}

  static async make(system = "", mode: "default" | "standalone" = "default"): Promise<World> {
    const box = await Sandbox.make();
    const host = await box.open(system);
    const project = await createProject(host, { path: await box.folder("app"), mode });
    return new World(box, host, project);
  }

  async session(settings: string, target?: Target): Promise<Parameters<typeof findShared>[0]> {
    const file = `${this.project.metadata}/project.toml`;
    const own = (await Deno.readTextFile(file)).split("# settings\n")[0];
    await Deno.writeTextFile(file, `${own}# settings\n${settings}`);
    return {
      host: this.host,
      project: this.project,
      settings: await resolveSettings(this.host, this.project, undefined, {}),
      agent: target && { target },
    };
  }

  async find(settings: string, target?: Target): ReturnType<typeof findShared> {
    return await findShared(await this.session(settings, target));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.box[Symbol.asyncDispose]();
  }
}

const share = (source: string, mode: "ro" | "rw" = "ro", name = "x") =>
  `[box.path.share_${mode}]\n${name} = "${source}:~/${name}"\n`;

Deno.test("a share is mounted where it is, read-only unless it is to be written", async () => {
  await using world = await World.make();
  const docs = await world.box.folder("docs");
  const { shares, warnings, missing } = await world.find(share(docs) + share(docs, "rw", "y"));
  deepStrictEqual(shares, [
    bind(docs, "/home/agent/x", keyOf(fromFile("box", "config"), "box.path.share_ro.x"), { readOnly: true }),
    // Other boxes may use it at the same time: never for this one alone, and its owner stays the same.
    bind(docs, "/home/agent/y", keyOf(fromFile("box", "config"), "box.path.share_rw.y"), {
      relabel: "shared",
    }),
  ]);
  deepStrictEqual([warnings, missing], [[], []]);
});

Deno.test("a file can be shared, and links of the user's are followed", async () => {
  await using world = await World.make();
  const file = await world.box.write("work/notes.txt", "n");
  await Deno.symlink(file, `${world.box.root}/home/link`);
  strictEqual((await world.find(share("~/link"))).shares[0]!.source, file);
});

Deno.test("a cache that the rig names is mounted once its folder is there; the settings say more strongly where, and whether", async () => {
  await using world = await World.make();
  const caches = { pip: ".cache/pip", npm: ".npm" };
  const find = async (settings: string) =>
    (await findShared(await world.session(settings), { rig: "python", caches })).caches;
  deepStrictEqual(await find(""), []);
  const source = `${world.host.system.paths.shared}/global/pip`;
  await Deno.mkdir(source, { recursive: true });
  deepStrictEqual(await find(""), [
    bind(source, "/home/agent/.cache/pip", keyOf(fromPart("rig python"), "shared.pip"), {
      relabel: "shared",
    }),
  ]);
  deepStrictEqual(await find('[shared]\npip = ".pip"\n'), [
    bind(source, "/home/agent/.pip", keyOf(fromFile("box", "config"), "shared.pip"), { relabel: "shared" }),
  ]);
  deepStrictEqual(await find('[shared]\npip = ""\n'), []);
  const named = findShared(await world.session(""), { rig: "x", caches: { claude: "x" } });
  await rejects(named, { code: "bad-cache" });
});

Deno.test("a standalone project has no cache that its rig names", async () => {
  await using world = await World.make("", "standalone");
  await Deno.mkdir(`${world.host.system.paths.shared}/global/pip`, { recursive: true });
  const found = await findShared({
    host: world.host,
    project: world.project,
    settings: await resolveSettings(world.host, world.project, undefined, {}),
    agent: undefined,
  }, { rig: "python", caches: { pip: ".cache/pip" } });
  deepStrictEqual(found.caches, []);
});

Deno.test("H1: a private place behind a link is neither shared nor seeded, nor is a folder around it", async () => {
  for (const place of [".ssh/", ".aws/", ".gnupg/", ".claude/", ".npmrc", ".config/git/", ".local/bin/"]) {
    await using world = await World.make();
    const { box } = world;
    const name = place.replace(/\/$/, "");
    const kept = `${box.root}/home/dotfiles/kept`;
    if (place.endsWith("/")) await box.write(`${kept}/inside`, "KEY");
    else await box.write(kept, "KEY");
    await Deno.mkdir(`${box.root}/home/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.symlink(kept, `${box.root}/home/${name}`);
    const sources = [`~/${name}`, kept, "~/dotfiles", ...place.endsWith("/") ? [`${kept}/inside`] : []];
    for (const source of sources) {
      for (const mode of ["ro", "rw"] as const) {
        await rejects(world.find(share(source, mode)), { code: "unsafe-share" }, `${source} ${mode}`);
      }
      const seed = `[box.path.seeded]\nx = "${source}:~/x"\n`;
      await rejects(
        world.session(seed).then((session) => findSeeds(session, [], false)),
        { code: "unsafe-share" },
        `seed ${source}`,
      );
    }
    const docs = await box.folder("docs");
    strictEqual((await world.find(share(docs, "rw"))).shares.length, 1);
    strictEqual(
      (await findSeeds(await world.session(`[box.path.seeded]\nx = "${docs}:~/x"\n`), [], false)).length,
      1,
    );
  }
});

Deno.test("H3: what is kept for another project's box is not seeded, nor a folder with it", async () => {
  await using world = await World.make();
  const { box, host } = world;
  const { path } = await createProject(host, { path: await box.folder("d/alone"), mode: "standalone" });
  await box.write(`${path}/code/a`, "a");
  const find = async (source: string) =>
    await findSeeds(await world.session(`[box.path.seeded]\nx = "${source}:~/x"\n`), [], false);
  for (const source of [`${box.root}/work/d`, path, `${path}/.kanibako`, `${path}/.kanibako/shell`]) {
    await rejects(find(source), { code: "unsafe-share" }, source);
  }
  for (const source of [`${path}/code`, `${path}/vault/ro`]) {
    strictEqual((await find(source)).length, 1, source);
  }
});

Deno.test("H1: another name of a key is that key, and of another file is not", async () => {
  await using world = await World.make();
  const { box } = world;
  await box.write("home/.ssh/keys/id", "KEY");
  await box.folder("x");
  await Deno.link(`${box.root}/home/.ssh/keys/id`, `${box.root}/work/x/notes`);
  await rejects(world.find(share(`${box.root}/work/x/notes`)), /same file as ~\/\.ssh\/keys\/id/);
  await box.write("work/a", "a");
  await Deno.link(`${box.root}/work/a`, `${box.root}/work/b`);
  strictEqual((await world.find(share(`${box.root}/work/b`))).shares.length, 1);
});

Deno.test("H1: a folder of dotfiles is shared to be written with a warning that names them", async () => {
  await using world = await World.make();
  const { box } = world;
  await box.write("home/dotfiles/bashrc", "");
  await Deno.symlink("dotfiles/bashrc", `${box.root}/home/.bashrc`);
  const { warnings, shares } = await world.find(share("~/dotfiles", "rw"));
  strictEqual(shares.length, 1);
  strictEqual(warnings.length === 1 && warnings[0]!.endsWith(": ~/.bashrc."), true);
  deepStrictEqual((await world.find(share("~/dotfiles", "ro"))).warnings, []);
});

Deno.test("what is not there is reported and left out when it is to be read, and made when it is to be written", async () => {
  await using world = await World.make();
  const path = `${world.box.root}/work/none/deeper`;
  const read = await world.find(share(path));
  deepStrictEqual([read.shares, read.missing], [[], []]);
  strictEqual(
    read.warnings[0],
    `${path} does not exist and is not shared (box config, box.path.share_ro.x).`,
  );
  const write = await world.find(share(path, "rw"));
  deepStrictEqual([write.shares.length, write.missing, write.warnings], [1, [path], []]);
  await makeMissing(write.missing, KEEP_ID);
  strictEqual((await Deno.stat(path)).isDirectory, true);
  deepStrictEqual((await world.find(share(path, "rw"))).missing, []);
});

Deno.test("shares of the system begin in its folders, which are ours, and reach nothing else of ours", async () => {
  await using world = await World.make();
  const { data, shareReadWrite } = world.host.system.paths;
  const settings = '[system.path.share_rw]\nbuild = "build:~/build"\n';
  deepStrictEqual((await world.find(settings)).missing, [`${shareReadWrite}/build`]);
  for (
    const place of [
      data,
      `${data}/boxes`,
      `${data}/names.toml`,
      `${data}/shared`,
      shareReadWrite.slice(0, -3),
    ]
  ) {
    await rejects(world.find(share(place)), { code: "unsafe-share" }, place);
  }
});

Deno.test("keys, homes, the system's and our own files are not shared, by whatever path or link", async () => {
  await using world = await World.make();
  const { root } = world.box;
  await Deno.mkdir(`${root}/home/.ssh`);
  await Deno.mkdir(`${root}/home/.docker`);
  await Deno.symlink(`${root}/home/.ssh`, `${root}/home/harmless`);
  await Deno.symlink("/etc", `${root}/work/etc`);
  for (
    const source of [
      "~",
      "~/.ssh",
      "~/.ssh/id_ed25519",
      "~/.docker",
      "~/harmless",
      `${root}/config`,
      `${root}/config/kanibako.toml`,
      root,
      "/",
      "/etc",
      "/etc/shadow",
      `${root}/work/etc/shadow`,
      "/run",
      "/run/docker.sock",
      "/var/run/docker.sock",
      "/proc/self",
      "/dev/mem",
      "/usr",
    ]
  ) {
    for (const mode of ["ro", "rw"] as const) {
      await rejects(world.find(share(source, mode)), { code: "unsafe-share" }, `${source} ${mode}`);
    }
  }
  strictEqual((await world.find(share(await world.box.folder("etc2")))).shares.length, 1);
});

Deno.test("what unlocks something is not shared, and what lies beside it is", async () => {
  await using world = await World.make();
  const home = `${world.box.root}/home`;
  for (const folder of [".config/gh", ".config/other", ".cargo", ".m2"]) {
    await Deno.mkdir(`${home}/${folder}`, { recursive: true });
  }
  await world.box.write("home/.cargo/credentials.toml", "");
  const secrets = [
    ".netrc",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".vault-token",
    ".config/gh",
    ".config/gh/hosts.yml",
    ".config/op",
    ".gemini",
    ".config/goose",
    ".local/share/opencode",
    ".cargo",
  ];
  for (const mode of ["ro", "rw"] as const) {
    for (const place of secrets) {
      await rejects(world.find(share(`~/${place}`, mode)), { code: "unsafe-share" }, `${place} ${mode}`);
    }
    for (const place of [".config/other", ".m2"]) {
      strictEqual((await world.find(share(`~/${place}`, mode))).shares.length, 1, `${place} ${mode}`);
    }
  }
  await rejects(world.find(share("~/.cargo")), /your keys are in it \(~\/\.cargo\/credentials\.toml\)/);
  await Deno.remove(`${home}/.cargo/credentials.toml`);
  strictEqual((await world.find(share("~/.cargo"))).shares.length, 1);
});

Deno.test("what programs of the host obey is shared to be read, never to be written", async () => {
  await using world = await World.make();
  const home = `${world.box.root}/home`;
  for (const name of [".bashrc", ".profile", ".zshrc", ".gitconfig", ".config/fish/config.fish", ".vimrc"]) {
    await world.box.write(`home/${name}`, "");
  }
  for (const name of [".bashrc", ".profile", ".zshrc", ".gitconfig", ".config/fish"]) {
    strictEqual((await world.find(share(`~/${name}`))).shares.length, 1, name);
    await rejects(world.find(share(`~/${name}`, "rw")), /a box may only read it/, name);
  }
  strictEqual((await world.find(share("~/.vimrc", "rw"))).shares.length, 1);
  for (const name of [".config/autostart", ".local/bin", "bin"]) {
    await rejects(world.find(share(`~/${name}`, "rw")), { code: "unsafe-share" }, name);
    strictEqual((await world.find(share(`~/${name}-of-mine`, "rw"))).shares.length, 1, name);
  }
  // By the file that a link in the home leads to, too.
  const kept = await world.box.write("work/dotfiles/zshenv", "");
  await Deno.symlink(kept, `${home}/.zshenv`);
  await rejects(world.find(share(kept, "rw")), { code: "unsafe-share" });
  strictEqual(
    (await world.find(share(await world.box.write("work/dotfiles/other", ""), "rw"))).shares.length,
    1,
  );
});

Deno.test("a socket or FIFO is not shared by its own name", async () => {
  await using world = await World.make();
  const path = `${world.box.root}/work/agent.sock`;
  using _listener = Deno.listen({ transport: "unix", path });
  await rejects(world.find(share(path)), /it is neither a file nor a folder/);
});

Deno.test("a link that a box could have made leads nowhere, and the same folder without it is shared", async () => {
  await using world = await World.make();
  const other = await createProject(world.host, { path: await world.box.folder("other") });
  const secret = await world.box.folder("secret");
  for (const place of [world.project.path, other.path]) {
    await Deno.symlink(secret, `${place}/docs`);
    await rejects(world.find(share(`${place}/docs`)), /a link that a box could have made/);
    await rejects(world.find(share(`${place}/docs/deeper`, "rw")), /a link that a box could have made/);
    await Deno.remove(`${place}/docs`);
    await Deno.mkdir(`${place}/docs`);
    strictEqual((await world.find(share(`${place}/docs`))).shares.length, 1);
    // Nor is anything made where a box could put a link just then.
    const { missing, warnings } = await world.find(share(`${place}/docs/new`, "rw"));
    deepStrictEqual([missing, warnings.length], [[], 1]);
  }
  const { shareReadWrite } = world.host.system.paths;
  await Deno.mkdir(`${shareReadWrite}/a`, { recursive: true });
  await Deno.symlink(secret, `${shareReadWrite}/a/link`);
  await Deno.symlink(secret, `${shareReadWrite}/mine`);
  await rejects(world.find(share(`${shareReadWrite}/a/link`)), /a link that a box could have made/);
  strictEqual((await world.find(share(`${shareReadWrite}/mine`))).shares[0]!.source, secret);
});

Deno.test("an agent's own shares are there until a setting says otherwise", async () => {
  await using world = await World.make();
  const target: Target = {
    ...claude,
    defaultShares: { "crab.path.share_rw.plugins": "plugins:~/.claude/plugins" },
  };
  const root = `${world.host.system.paths.crabs}/claude/share`;
  deepStrictEqual((await world.find("", target)).shares, [
    bind(
      `${root}/plugins`,
      "/home/agent/.claude/plugins",
      keyOf(fromTarget("claude"), "crab.path.share_rw.plugins"),
      {
        relabel: "shared",
      },
    ),
  ]);
  deepStrictEqual((await world.find('[crab.path.share_rw]\nplugins = ""\n', target)).shares, []);
  strictEqual(
    (await world.find('[crab.path.share_rw]\nplugins = "mine:~/p"\n', target)).shares[0]!.source,
    `${root}/mine`,
  );
  deepStrictEqual((await world.find("")).shares, []);
});

Deno.test("a cache is mounted once its folder is there, and never in a standalone project", async () => {
  for (const mode of ["default", "standalone"] as const) {
    await using world = await World.make('[shared]\npip = ".cache/pip"\n', mode);
    deepStrictEqual((await world.find("")).caches, []);
    const folder = `${world.host.system.paths.shared}/global/pip`;
    await Deno.mkdir(folder, { recursive: true });
    deepStrictEqual(
      (await world.find("")).caches,
      mode === "standalone" ? [] : [
        bind(folder, "/home/agent/.cache/pip", keyOf(fromFile("system", "config"), "shared.pip"), {
          relabel: "shared",
        }),
      ],
    );
  }
});

Deno.test("H1: a cache's folder that is a link to something private is refused, and one to another cache is not", async () => {
  await using world = await World.make('[shared]\npip = ".cache/pip"\n');
  const folder = `${world.host.system.paths.shared}/global`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.mkdir(`${world.box.root}/home/.ssh`);
  await Deno.mkdir(`${world.box.root}/home/.cache/pip`, { recursive: true });
  for (const [target, isRefused] of [[".ssh", true], ["", true], [".cache/pip", false]] as const) {
    await Deno.symlink(`${world.box.root}/home/${target}`, `${folder}/pip`);
    if (isRefused) await rejects(world.find(""), { code: "unsafe-share" }, target);
    else strictEqual((await world.find("")).caches.length, 1);
    await Deno.remove(`${folder}/pip`);
  }
});

Deno.test("H1: a shared part of an agent's settings is not the host's own by a link", async () => {
  await using world = await World.make();
  const { box, host, project } = world;
  const { settings } = await world.session('[resource_overrides]\n"settings.json" = "shared"\n');
  const root = `${host.system.paths.shared}/global/claude`;
  await Deno.mkdir(root, { recursive: true });
  await box.write("home/.claude/settings.json", "{}");
  await box.write("work/settings.json", "{}");
  await Deno.symlink(`${box.root}/home/.claude/settings.json`, `${root}/settings.json`);
  throws(() => sharedResources(host, project, settings, claude), { code: "unsafe-share" });
  await Deno.remove(`${root}/settings.json`);
  await Deno.symlink(`${box.root}/work/settings.json`, `${root}/settings.json`);
  strictEqual(sharedResources(host, project, settings, claude).length, 1);
});

Deno.test("seeds are found once for each key and place, and those of agents once for each agent", async () => {
  await using world = await World.make();
  await world.box.write("home/.inputrc", "set");
  const settings = '[box.path.seeded]\nrc = "~/.inputrc:~/.inputrc"\ngone = "/nowhere/x:~/x"\n' +
    '[crab.path.seeded]\nc = "c:~/c"\n';
  const session = await world.session(settings, claude);
  const found = await findSeeds(session, [], false);
  deepStrictEqual(found.map(({ mark, found }) => [mark, found.kind]), [
    ["* box.path.seeded.rc .inputrc", "file"],
    ["* box.path.seeded.gone x", "missing"],
    ["claude crab.path.seeded.c c", "missing"],
  ]);
  const done = found.map(({ mark }) => mark);
  deepStrictEqual(await findSeeds(session, done, false), []);
  strictEqual((await findSeeds(session, done, true)).length, 3);
  const shell = await findSeeds({ ...session, agent: undefined }, done, false);
  deepStrictEqual(shell.map(({ mark }) => mark), ["general crab.path.seeded.c c"]);
  await rejects(
    world.session('[box.path.seeded]\nk = "~/.ssh/id:~/id"\n').then((s) => findSeeds(s, [], false)),
    {
      code: "unsafe-share",
    },
  );
});

Deno.test("T11 a mount through which the box could change settings is refused by the settings' path", async () => {
  await using world = await World.make();
  const { host, project } = world;
  const kept = protectedPaths(host, project, true);
  const workspace = bind(project.path, "/home/agent/workspace", fromPart("project"));
  const hides = {
    type: "tmpfs",
    destination: "/home/agent/workspace/vault",
    readOnly: true,
    from: fromPart("hides"),
  } as const;
  assertProtected([bind(project.home, "/home/agent", fromPart("box home")), workspace, hides], kept);
  throws(() => assertProtected([workspace], kept), /vault\/\.versions/);
  for (
    const source of [host.system.paths.data, project.metadata, `${world.box.root}/config`, host.dirs.state]
  ) {
    const mount = bind(source, "/home/agent/x", keyOf(fromFile("box", "config"), "box.path.share_rw.x"));
    throws(
      () => assertProtected([mount], kept),
      (error: { code: string; message: string }) =>
        error.code === "writable-settings" && error.message.includes("box.path.share_rw.x"),
      source,
    );
    assertProtected([{ ...mount, readOnly: true }], kept);
  }
});

Deno.test("T11 a standalone project's settings are kept from its box while they are hidden from it", async () => {
  await using world = await World.make("", "standalone");
  const { host, project } = world;
  const kept = protectedPaths(host, project, false);
  const workspace = bind(project.path, "/home/agent/workspace", fromPart("project"));
  const hidden = {
    type: "tmpfs",
    destination: "/home/agent/workspace/.kanibako",
    readOnly: true,
    from: fromPart("hides"),
  } as const;
  assertProtected([workspace, hidden], kept);
  throws(
    () => assertProtected([workspace], kept),
    new RegExp(`could change ${project.metadata}/project.toml`),
  );
  // A second way to the same files is not hidden.
  const parent = bind(
    `${world.box.root}/work`,
    "/home/agent/z",
    keyOf(fromFile("box", "config"), "box.path.share_rw.z"),
  );
  throws(() => assertProtected([workspace, hidden, parent], kept), { code: "writable-settings" });
});

Deno.test("a resource's scope may be set with or without the slash at its end, and the stronger level wins", async () => {
  await using world = await World.make('[resource_overrides]\n"plugins/" = "shared"\n');
  const { settings } = await world.session('[resource_overrides]\n"plugins" = "project"\n');
  strictEqual(resourceScopes(settings, claude)["plugins/"]!.value, "project");
  deepStrictEqual(sharedResources(world.host, world.project, settings, claude), []);
  const shared = await world.session("");
  deepStrictEqual(
    sharedResources(world.host, world.project, shared.settings, claude).map((
      { path, from },
    ) => [path, sourceText(from)]),
    [["plugins/", "system config"]],
  );
  deepStrictEqual(
    sharedResources(world.host, { ...world.project, mode: "standalone" }, shared.settings, claude),
    [],
  );
});

Deno.test("a resource that no agent has is refused with the nearest one; another agent's is not ours to judge", async () => {
  await using world = await World.make();
  const { settings } = await world.session('[resource_overrides]\n"plugin" = "shared"\n');
  throws(
    () => resourceScopes(settings, claude),
    (error: { code: string; hints: string[] }) =>
      error.code === "unknown-resource" && error.hints[0] === "Did you mean plugins/?",
  );
  const other: Target = { ...claude, name: "other", resources: [] };
  const fine = await world.session('[resource_overrides]\n"plugins" = "shared"\n');
  deepStrictEqual(resourceScopes(fine.settings, other), {});
});
