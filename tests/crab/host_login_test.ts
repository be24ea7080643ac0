/** H2, D7: where the host's login may come from and go to. */

import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { collectCredentials } from "../../lib/crab/collect_logins.ts";
import { readHostLogin } from "../../lib/crab/host_login.ts";
import { addSteps } from "../../lib/crab/steps.ts";
import type { Host } from "../../lib/config/system.ts";
import { boxFolders } from "../../lib/plan/box_folders.ts";
import { createProject } from "../../lib/project/create.ts";
import type { Project } from "../../lib/project/project.ts";
import { HostMailbox } from "../../lib/runtime/cli/mailbox.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";
import { Sandbox } from "../config/support.ts";

const claude = findTarget("claude");

const FILE = claude.credentials[0]!;
const FAR = Date.now() + 7 * 24 * 3600 * 1000;
const login = (token: string, expiresAt: number, more = {}) =>
  JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: `r-${token}`, expiresAt }, ...more });

/** A machine with one project, whose box leaves logins. */
class World implements AsyncDisposable {
  private constructor(readonly box: Sandbox, readonly host: Host, readonly project: Project) {}

  static async make(folder = "home/dotfiles"): Promise<World> {
    const box = await Sandbox.make();
    const host = await box.open();
    const project = await createProject(host, { path: `${box.root}/${folder}` });
    await Deno.mkdir(`${box.root}/run/out`, { recursive: true });
    return new World(box, host, project);
  }

  get home(): string {
    return `${this.box.root}/home`;
  }

  /** What comes of a login that the box has left, and why. */
  async collect(token: string, expiresAt = FAR + 100): Promise<[string, string]> {
    await Deno.writeTextFile(`${this.box.root}/run/out/${FILE.id}`, login(token, expiresAt));
    const [one] = await collectCredentials({
      mailbox: HostMailbox.open(`${this.box.root}/run`),
      target: claude,
      home: this.home,
      locks: `${this.host.dirs.state}/locks`,
      state: this.project.state,
      boxFolders: () => boxFolders(this.host),
    });
    return [one!.outcome, one!.problem ?? ""];
  }

  /** The login as it would be given to a box. */
  async read(): Promise<string | undefined> {
    const seen = targetHost(this.home);
    const place = { home: this.home, path: FILE.hostPath, boxFolders: () => boxFolders(this.host) };
    return await readHostLogin(place, FILE.maxBytes, (path, most) => seen.readText(path, most));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.box[Symbol.asyncDispose]();
  }
}

Deno.test("H2: a login is not written through a link that a box has made, and a shell start file stays", async () => {
  await using world = await World.make();
  const { home, box } = world;
  await box.write("home/.bashrc", "alias ll='ls -l'\n");
  await Deno.mkdir(`${home}/dotfiles/claude`);
  await Deno.symlink("dotfiles/claude", `${home}/.claude`);
  // What the box does in its workspace.
  await Deno.symlink(`${home}/.bashrc`, `${home}/dotfiles/claude/.credentials.json`);
  const [outcome, problem] = await world.collect("$(touch /tmp/ran)");
  equal(outcome, "refused");
  match(problem, /\.claude\/\.credentials\.json.* is a link that a box could have made/);
  equal(await Deno.readTextFile(`${home}/.bashrc`), "alias ll='ls -l'\n");
});

Deno.test("H2: a login is not written into a workspace, a box's home, its vault or what it shares", async () => {
  for (const kind of ["workspace", "home", "vault", "share"]) {
    await using world = await World.make("work/app");
    const { home, box, project } = world;
    const shared = await box.folder("shared");
    const file = `${project.metadata}/project.toml`;
    const settings = await Deno.readTextFile(file);
    if (kind === "share") {
      await Deno.writeTextFile(file, `${settings}[box.path.share_rw]\nx = "${shared}:~/x"\n`);
    }
    const places = {
      workspace: project.path,
      home: project.home,
      vault: project.vault!.readWrite,
      share: shared,
    };
    const place = `${places[kind as keyof typeof places]}/claude`;
    await Deno.mkdir(place);
    await Deno.writeTextFile(`${place}/.credentials.json`, login("old", FAR));
    await Deno.symlink(place, `${home}/.claude`);
    const [outcome, problem] = await world.collect("new");
    deepEqual([outcome, /where a box can write/.test(problem)], ["refused", true], `${kind}: ${problem}`);
    match(await Deno.readTextFile(`${place}/.credentials.json`), /"old"/);
    await rejects(world.read(), { code: "unsafe-login" }, kind);
  }
});

Deno.test("H2: a home whose dotfiles are kept elsewhere works, whatever way the links take", async () => {
  const layouts: Record<string, (home: string, kept: string) => Promise<void>> = {
    relative: (home) => Deno.symlink("kept/claude", `${home}/.claude`),
    absolute: (home, kept) => Deno.symlink(`${kept}/claude`, `${home}/.claude`),
    upwards: (home) => Deno.symlink("kept/../../home/./kept/claude", `${home}/.claude`),
    chain: async (home) => {
      await Deno.symlink("kept", `${home}/d`);
      await Deno.symlink("d/claude", `${home}/.claude`);
    },
    file: async (home, kept) => {
      await Deno.mkdir(`${home}/.claude`);
      await Deno.symlink(`${kept}/claude/.credentials.json`, `${home}/.claude/.credentials.json`);
    },
  };
  for (const [name, make] of Object.entries(layouts)) {
    await using world = await World.make("work/app");
    const { home, box } = world;
    const kept = `${home}/kept`;
    await box.write(`${kept}/claude/.credentials.json`, login("old", FAR, { mcpOAuth: { x: 1 } }));
    await make(home, kept);
    equal(await world.read(), login("old", FAR, { mcpOAuth: { x: 1 } }), name);
    deepEqual(await world.collect("new"), ["written", ""], name);
    const text = await Deno.readTextFile(`${kept}/claude/.credentials.json`);
    match(text, /"new"/);
    match(text, /mcpOAuth/);
    const [link] = [`${home}/.claude`, `${home}/.claude/.credentials.json`].slice(name === "file" ? 1 : 0);
    equal((await Deno.lstat(link!)).isSymlink, true);
  }
});

Deno.test("H2: a link of the user's to nothing is filled, once its folder is there", async () => {
  await using world = await World.make("work/app");
  const { home } = world;
  await Deno.mkdir(`${home}/kept`);
  await Deno.mkdir(`${home}/.claude`);
  await Deno.symlink("../kept/login.json", `${home}/.claude/.credentials.json`);
  deepEqual(await world.collect("first"), ["written", ""]);
  match(await Deno.readTextFile(`${home}/kept/login.json`), /"first"/);
});

Deno.test("H2: a file that is no login is never written over, and an empty or logged-out one is", async () => {
  for (
    const [text, outcome] of [
      ["alias ll='ls -l'\n", "refused"],
      ['{"scripts":{"build":"make"}}', "refused"],
      ["[]", "refused"],
      ['"text"', "refused"],
      ["{", "refused"],
      ["", "written"],
      ["{}", "written"],
      ['{"mcpOAuth":{"x":1}}', "written"],
      ['{"claudeAiOauth":null}', "written"],
    ] as const
  ) {
    await using world = await World.make("work/app");
    await world.box.write("home/.claude/.credentials.json", text);
    equal((await world.collect("new"))[0], outcome, text);
    const now = await Deno.readTextFile(`${world.home}/.claude/.credentials.json`);
    equal(outcome === "refused" ? now : /"new"/.test(now), outcome === "refused" ? text : true, text);
  }
});

Deno.test("H2: a FIFO, a folder or a loop in place of the login ends nothing and changes nothing", async () => {
  await using world = await World.make("work/app");
  const file = `${world.home}/.claude/.credentials.json`;
  await Deno.mkdir(`${world.home}/.claude`);
  const shapes = [
    () => new Deno.Command("mkfifo", { args: [file] }).output(),
    () => Deno.mkdir(file),
    () => Deno.symlink(".credentials.json", file),
    () => Deno.symlink("..", file),
  ];
  for (const make of shapes) {
    await make();
    equal((await world.collect("new"))[0], "refused");
    await rejects(world.read(), { code: "unsafe-login" });
    await Deno.remove(file);
  }
  equal((await world.collect("new"))[0], "written");
});

Deno.test("H2: another name of the login's file keeps what it has", async () => {
  await using world = await World.make("work/app");
  await world.box.write("home/.claude/.credentials.json", login("old", FAR));
  await Deno.link(`${world.home}/.claude/.credentials.json`, `${world.project.path}/name`);
  equal((await world.collect("new"))[0], "written");
  equal(await Deno.readTextFile(`${world.project.path}/name`), login("old", FAR));
});

Deno.test("H2: where the whole home is a workspace, a login is renewed there, but through no link", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  const home = host.dirs.home;
  const project = await createProject(host, { path: home, mode: "standalone", allowHome: true });
  await Deno.mkdir(`${box.root}/run/out`, { recursive: true });
  const world = Object.create(World.prototype, {
    box: { value: box },
    host: { value: host },
    project: { value: project },
  }) as World;
  await box.write("home/.claude/.credentials.json", login("old", FAR));
  deepEqual(await world.collect("new"), ["written", ""]);
  await Deno.rename(`${home}/.claude`, `${home}/c`);
  await Deno.symlink("c", `${home}/.claude`);
  equal((await world.collect("newer", FAR + 200))[0], "refused");
});

Deno.test("H2: a login of another place is not given to a box", async () => {
  await using world = await World.make();
  const { home, box } = world;
  await box.write("home/other/login.json", login("others", FAR));
  await Deno.mkdir(`${home}/dotfiles/claude`);
  await Deno.symlink("dotfiles/claude", `${home}/.claude`);
  await Deno.symlink("../../other/login.json", `${home}/dotfiles/claude/.credentials.json`);
  await rejects(world.read(), /is a link that a box could have made/);
  await Deno.remove(`${home}/.claude`);
  equal(await world.read(), undefined);
  await box.write("home/.claude/.credentials.json", login("mine", FAR));
  match((await world.read())!, /"mine"/);
});

Deno.test("D7: a logout on the host stays one, and is named; a host that had no login takes the box's", async () => {
  await using world = await World.make("work/app");
  const file = `${world.home}/.claude/.credentials.json`;
  await world.box.write(file, login("mine", FAR));
  await addSteps(world.project.state, { handedIn: [FILE.id] });
  await Deno.remove(file);
  const [outcome, problem] = await world.collect("mine");
  equal(outcome, "logged-out");
  match(problem, /Claude Code was logged out on this machine/);
  equal(Deno.readDirSync(`${world.home}/.claude`)[Symbol.iterator]().next().done, true);
  // Logged out and its file left behind.
  await Deno.writeTextFile(file, '{"mcpOAuth":{}}');
  equal((await world.collect("renewed"))[0], "logged-out");
  equal(await Deno.readTextFile(file), '{"mcpOAuth":{}}');
  // Logged in again, all is as before.
  await Deno.writeTextFile(file, login("again", FAR));
  equal((await world.collect("renewed"))[0], "written");

  await using other = await World.make("work/app");
  equal((await other.collect("first"))[0], "written");
  // From then on the host has one, and a logout counts.
  await Deno.remove(`${other.home}/.claude/.credentials.json`);
  equal((await other.collect("second", FAR + 500))[0], "logged-out");
});
