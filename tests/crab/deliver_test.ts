import assert from "node:assert/strict";
import { coverFor } from "../../lib/run/guarded_login.ts";
import { ENTER } from "../../lib/crab/enter/script.ts";
import { planDelivery } from "../../lib/crab/deliver.ts";
import { furnishHome } from "../../lib/crab/furnish.ts";
import { mergeInstructions } from "../../lib/crab/instructions.ts";
import { recordDelivery, settleDelivery } from "../../lib/crab/delivery_record.ts";
import { type DeliveryRequest, type PreparedDelivery, prepareDelivery } from "../../lib/crab/prepare.ts";
import { guidesOf } from "../../lib/session/guides.ts";
import { HostMailbox } from "../../lib/runtime/cli/mailbox.ts";
import {
  addSteps,
  changeSteps,
  forgetSteps,
  readSteps,
  type Steps,
  withChange,
} from "../../lib/crab/steps.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { openTree } from "../../lib/host/tree/tree.ts";
import { findTarget, targetHost } from "../../targets/discover.ts";
import { writeBytesName } from "../support/trees.ts";

const claude = findTarget("claude");

const INSTALL = { name: "claude", binary: "/x/claude", method: "native" };
const FAR = Date.now() + 7 * 24 * 3600 * 1000;

/** Hands a delivery in as a start does. */
async function handIn({ delivery, files }: PreparedDelivery, run: string): Promise<void> {
  if (delivery) await recordDelivery(run, delivery);
  await HostMailbox.open(run).put(files);
}

/** A host with its state, and a box that applies deliveries as the real one does, but without a container. */
class World {
  readonly home: string;
  readonly state: string;
  readonly run: string;
  constructor(readonly base: string) {
    this.home = `${base}/box`;
    this.state = `${base}/state`;
    this.run = `${base}/state/run`;
  }

  async request(change: Partial<DeliveryRequest> = {}): Promise<DeliveryRequest> {
    return {
      steps: await readSteps(this.state),
      agent: { target: claude, install: INSTALL },
      template: "standard",
      host: targetHost(`${this.base}/host`, "/nowhere"),
      readLogin: (file) => targetHost().readText(`${this.base}/host/${file.hostPath}`, file.maxBytes),
      sharedAuth: true,
      templates: `${this.base}/templates`,
      sharedResources: `${this.base}/shared`,
      scopes: {},
      sweep: false,
      ...change,
    };
  }

  /** Prepares, hands in, lets the box apply, and records. Returns whether there was anything to do in the home. */
  async launch(change: Partial<DeliveryRequest> = {}, path = Deno.env.get("PATH")!): Promise<boolean> {
    const prepared = await prepareDelivery(await this.request(change));
    if (!prepared) return false;
    await Deno.remove(this.run, { recursive: true }).catch(() => {});
    for (const folder of ["in", "out"]) await Deno.mkdir(`${this.run}/${folder}`, { recursive: true });
    await handIn(prepared, this.run);
    await Deno.writeTextFile(`${this.run}/in/enter`, ENTER);
    const { success, stderr } = await new Deno.Command("/bin/dash", {
      args: [`${this.run}/in/enter`, "run", "/bin/true"],
      clearEnv: true,
      env: { PATH: path, HOME: this.home, KANIBAKO_RUN: this.run },
    }).output();
    assert(success);
    assert.equal(new TextDecoder().decode(stderr), "");
    const settled = await settleDelivery(this.state, this.run, HostMailbox.open(this.run));
    assert.equal(settled, prepared.delivery !== undefined);
    return settled;
  }

  async write(path: string, text: string): Promise<void> {
    const full = `${this.base}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, text);
  }

  inBox(path: string): Promise<string> {
    return Deno.readTextFile(`${this.home}/${path}`);
  }
}

async function inWorld(test: (world: World) => Promise<void>): Promise<void> {
  const world = new World(await Deno.makeTempDir({ prefix: "deliver-" }));
  for (const folder of [world.home, world.state, `${world.base}/host`]) await Deno.mkdir(folder);
  try {
    await test(world);
  } finally {
    await Deno.remove(world.base, { recursive: true });
  }
}

const login = (token: string, expiresAt: number, more = {}) =>
  JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: `r-${token}`, expiresAt }, ...more });

Deno.test("a new home gets its first files once, and then nothing", () =>
  inWorld(async (world) => {
    assert.equal(await world.launch({}), true);
    assert.match(await world.inBox(".bashrc"), /KANIBAKO_PS1[^]*\.shell\.d/);
    assert.match(await world.inBox(".profile"), /bashrc/);
    assert((await Deno.stat(`${world.home}/.shell.d`)).isDirectory);
    assert.equal((await Deno.stat(`${world.home}/.claude`)).mode! & 0o777, 0o700);
    assert.deepEqual(JSON.parse(await world.inBox(".claude.json")), {});
    await Deno.remove(`${world.home}/.profile`);
    assert.equal(await world.launch(), false);
    assert.throws(() => Deno.statSync(`${world.home}/.profile`));
  }));

const SHELL = { agent: undefined } as unknown as Partial<DeliveryRequest>;

Deno.test("a new home opened with a shell gets the general template, and what is an agent's own with the agent", () =>
  inWorld(async (world) => {
    await world.write("templates/general/base/basis", "base");
    await world.write("templates/general/standard/notes", "hello");
    await world.write("templates/codex/standard/notes", "for codex");
    assert.equal(await world.launch(SHELL), true);
    assert.deepEqual([await world.inBox("basis"), await world.inBox("notes")], ["base", "hello"]);
    assert.throws(() => Deno.statSync(`${world.home}/.claude.json`));
    // What was changed since is not replaced by the same template, which now comes with an agent.
    for (const name of ["basis", "notes"]) await world.write(`box/${name}`, "mine");
    assert.equal(await world.launch(), true);
    assert.deepEqual([await world.inBox("basis"), await world.inBox("notes")], ["mine", "mine"]);
    assert.deepEqual(JSON.parse(await world.inBox(".claude.json")), {});
    // One of the agent's own is another one.
    const codex = { target: findTarget("codex"), install: { ...INSTALL, name: "codex" } };
    assert.equal(await world.launch({ agent: codex }), true);
    assert.deepEqual([await world.inBox("basis"), await world.inBox("notes")], ["mine", "for codex"]);
  }));

Deno.test("a shell applies no template to a home that is there already", () =>
  inWorld(async (world) => {
    assert.equal(await world.launch({ ...SHELL, template: "empty" }), true);
    await world.write("templates/general/standard/notes", "hello");
    assert.equal(await world.launch(SHELL), false);
    assert.throws(() => Deno.statSync(`${world.home}/notes`));
  }));

Deno.test("a template applied when the project is made is there at once, and is not applied again", () =>
  inWorld(async (world) => {
    await world.write("templates/general/base/both", "base");
    await world.write("templates/general/base/.claude/CLAUDE.md", "Base.");
    await world.write("templates/claude/standard/both", "claude");
    await world.write("templates/claude/standard/bin/run", "#!/bin/sh\n");
    await Deno.chmod(`${world.base}/templates/claude/standard/bin/run`, 0o755);
    await Deno.symlink("/etc/passwd", `${world.base}/templates/claude/standard/link`);
    const furnishing = {
      home: world.home,
      state: world.state,
      templates: `${world.base}/templates`,
      agent: "claude",
      variant: "standard",
      instructions: [".claude/CLAUDE.md"],
    };
    assert.equal(await furnishHome(furnishing), 3);
    assert.equal(await world.inBox("both"), "claude");
    assert.equal((await Deno.stat(`${world.home}/bin/run`)).mode! & 0o777, 0o755);
    assert.equal(await Deno.readLink(`${world.home}/link`), "/etc/passwd");
    assert.throws(() => Deno.statSync(`${world.home}/.claude`));
    assert.equal(await furnishHome(furnishing), 0);
    await world.write("box/both", "mine");
    assert.equal(await world.launch(), true);
    assert.equal(await world.inBox("both"), "mine");
    assert.match(await world.inBox(".bashrc"), /KANIBAKO_PS1/);
    assert.equal(await world.inBox(".claude/CLAUDE.md"), "Base.\n");
  }));

Deno.test("H1: a home in a workspace that became a link is not made from a template where it leads", () =>
  inWorld(async (world) => {
    await world.write("templates/general/standard/a/notes", "hello");
    const within = `${world.base}/workspace`;
    await Deno.mkdir(`${world.base}/elsewhere`);
    await Deno.mkdir(`${within}/.shell`, { recursive: true });
    const furnishing = {
      home: `${within}/.shell`,
      within,
      state: world.state,
      templates: `${world.base}/templates`,
      agent: "general",
      variant: "standard",
      instructions: [],
    };
    await Deno.remove(`${within}/.shell`);
    await Deno.symlink(`${world.base}/elsewhere`, `${within}/.shell`);
    await assert.rejects(furnishHome(furnishing), { code: "unsafe-tree" });
    assert.deepEqual([...Deno.readDirSync(`${world.base}/elsewhere`)], []);
    await Deno.remove(`${within}/.shell`);
    await Deno.mkdir(`${within}/.shell`);
    assert.equal(await furnishHome(furnishing), 1);
    assert.equal(await Deno.readTextFile(`${within}/.shell/a/notes`), "hello");
  }));

Deno.test("a home that has something in it, or had its first files, is not made from a template by the host", () =>
  inWorld(async (world) => {
    await world.write("templates/general/standard/notes", "hello");
    const furnishing = {
      home: world.home,
      state: world.state,
      templates: `${world.base}/templates`,
      agent: "general",
      variant: "standard",
      instructions: [],
    };
    await Deno.symlink("/etc", `${world.home}/notes`);
    assert.equal(await furnishHome(furnishing), 0);
    await Deno.remove(`${world.home}/notes`);
    await addSteps(world.state, { home: 1 });
    assert.equal(await furnishHome(furnishing), 0);
    await forgetSteps(world.state);
    assert.equal(await furnishHome(furnishing), 1);
  }));

Deno.test("what the box did not apply is delivered again", () =>
  inWorld(async (world) => {
    const first = await prepareDelivery(await world.request());
    await Deno.mkdir(`${world.run}/in`, { recursive: true });
    await Deno.mkdir(`${world.run}/out`);
    await handIn(first!, world.run);
    assert.equal(await settleDelivery(world.state, world.run, HostMailbox.open(world.run)), false);
    await Deno.writeTextFile(`${world.run}/out/applied`, "todo-something-else\n");
    assert.equal(await settleDelivery(world.state, world.run, HostMailbox.open(world.run)), false);
    assert.equal(await world.launch(), true);
    assert.equal(await world.launch(), false);
  }));

Deno.test("a .bashrc of the user's learns to read .shell.d, is otherwise kept, and a link is left alone", () =>
  inWorld(async (world) => {
    await world.write("box/.bashrc", "alias x=y");
    await world.launch();
    assert.match(await world.inBox(".bashrc"), /^alias x=y\n# Added by kanibako[^]*\.shell\.d/);
    await Deno.remove(`${world.state}/steps.json`);
    const before = await world.inBox(".bashrc");
    await world.launch();
    assert.equal(await world.inBox(".bashrc"), before);
    await Deno.remove(`${world.state}/steps.json`);
    await world.write("dotfiles/bashrc", "mine\n");
    await Deno.remove(`${world.home}/.bashrc`);
    await Deno.symlink("../dotfiles/bashrc", `${world.home}/.bashrc`);
    await world.launch();
    assert.equal(await Deno.readTextFile(`${world.base}/dotfiles/bashrc`), "mine\n");
  }));

Deno.test("templates are applied in layers, with modes and links, and nothing a link leads to is taken along", () =>
  inWorld(async (world) => {
    await world.write("secret", "secret");
    await world.write("templates/general/base/both", "base");
    await world.write("templates/general/base/.config/only base", "base");
    await world.write("templates/claude/standard/both", "variant");
    await world.write("templates/claude/standard/bin/run", "#!/bin/sh\n");
    await Deno.chmod(`${world.base}/templates/claude/standard/bin/run`, 0o755);
    await Deno.symlink(`${world.base}/secret`, `${world.base}/templates/claude/standard/link`);
    await world.launch();
    assert.equal(await world.inBox("both"), "variant");
    assert.equal(await world.inBox(".config/only base"), "base");
    assert.equal((await Deno.stat(`${world.home}/bin/run`)).mode! & 0o777, 0o755);
    assert.equal(await Deno.readLink(`${world.home}/link`), `${world.base}/secret`);
    for await (const entry of Deno.readDir(`${world.run}/in`)) {
      if (!entry.isDirectory) continue;
      for await (const { name } of Deno.readDir(`${world.run}/in/${entry.name}`)) {
        assert.notEqual(await Deno.readTextFile(`${world.run}/in/${entry.name}/${name}`), "secret");
      }
    }
  }));

Deno.test("a variant without a folder, or called empty, applies nothing, not even the common layer", () =>
  inWorld(async (world) => {
    await world.write("templates/general/base/base", "base");
    await world.write("templates/general/empty/file", "x");
    for (const template of ["none", "empty"]) {
      await Deno.remove(`${world.state}/steps.json`).catch(() => {});
      await world.launch({ template });
      assert.throws(() => Deno.statSync(`${world.home}/base`));
    }
    await assert.rejects(
      world.launch({ template: "../x" }).then(async () => {
        await Deno.remove(`${world.state}/steps.json`);
        await world.launch({ template: "../x" });
      }),
      (error) => error instanceof KanibakoError && error.code === "bad-template",
    );
  }));

Deno.test("templates above the limit are refused", () =>
  inWorld(async (world) => {
    await world.write("templates/general/standard/huge", "");
    await Deno.truncate(`${world.base}/templates/general/standard/huge`, 2 ** 33);
    await assert.rejects(world.launch(), (error) =>
      error instanceof KanibakoError && error.code === "too-large");
  }));

Deno.test("instructions are merged from the layers and the user's own", () =>
  inWorld(async (world) => {
    await world.write("templates/general/base/.claude/CLAUDE.md", "Base rules.\n");
    await world.write("templates/general/standard/.claude/CLAUDE.md", "\nStandard rules.\n\n");
    await world.write("box/.claude/CLAUDE.md", "My rules.  \nMore.\n");
    await world.launch();
    const text = await world.inBox(".claude/CLAUDE.md");
    assert.match(
      text,
      /kanibako base[^]*Base rules\.[^]*template: standard[^]*Standard rules\.[^]*project[^]*My rules\. {2}\nMore\.\n$/,
    );
    await world.launch();
    assert.equal(await world.inBox(".claude/CLAUDE.md"), text);
  }));

Deno.test("instructions that say the same as a layer are not taken for the user's", () =>
  inWorld(async (world) => {
    await world.write("templates/general/base/.claude/CLAUDE.md", "Base rules.\n");
    await world.write("templates/general/standard/x", "");
    await world.write("box/.claude/CLAUDE.md", "\nBase rules.\n\n");
    await world.launch();
    assert.equal(await world.inBox(".claude/CLAUDE.md"), "Base rules.\n");
  }));

Deno.test("mergeInstructions writes one layer plainly and nothing when there is none", () => {
  assert.equal(mergeInstructions("p", undefined, undefined), undefined);
  assert.equal(mergeInstructions("p", " \n", { variant: "v", text: "" }), undefined);
  assert.equal(mergeInstructions("p", undefined, { variant: "v", text: "one\n\n" })!.merged, "one\n");
});

Deno.test("seeded resources are copied once, only where the box has none, and by their scope", () =>
  inWorld(async (world) => {
    await world.write("shared/settings.json", "{}");
    await world.write("shared/plugins/a/b", "plugin");
    await world.write("box/.claude/settings.json", "mine");
    await world.launch({ scopes: { "plugins/": "project" } });
    assert.equal(await world.inBox(".claude/settings.json"), "mine");
    assert.throws(() => Deno.statSync(`${world.home}/.claude/plugins`));
    assert.equal(await world.launch(), true);
    assert.equal(await world.inBox(".claude/plugins/a/b"), "plugin");
    await Deno.remove(`${world.home}/.claude/plugins`, { recursive: true });
    assert.equal(await world.launch(), false);
    // A shared source that comes later is seeded then.
    await world.write("shared/CLAUDE.md", "later");
    assert.equal(await world.launch(), true);
    assert.equal(await world.inBox(".claude/CLAUDE.md"), "later");
  }));

Deno.test("a seed that another box replaced by a link is not followed", () =>
  inWorld(async (world) => {
    await world.write("secret", "secret");
    await Deno.mkdir(`${world.base}/shared/plugins`, { recursive: true });
    await Deno.symlink(`${world.base}/secret`, `${world.base}/shared/settings.json`);
    await Deno.symlink(`${world.base}`, `${world.base}/shared/plugins/all`);
    await world.launch();
    assert.throws(() => Deno.statSync(`${world.home}/.claude/settings.json`));
    assert.equal(await Deno.readLink(`${world.home}/.claude/plugins/all`), world.base);
  }));

Deno.test("what the settings seed is copied once, before templates and our own files, and replaces nothing of the box's", () =>
  inWorld(async (world) => {
    await world.write("templates/general/standard/both", "template");
    await world.write("templates/general/standard/other", "template");
    await world.write("mine/bashrc", "alias mine=1\n");
    await world.write("mine/tree/both", "seed");
    await world.write("mine/tree/secret", "s");
    await world.write("mine/tree/kept", "seed");
    await world.write("box/kept", "box");
    await Deno.chmod(`${world.base}/mine/tree/secret`, 0o600);
    await Deno.symlink("both", `${world.base}/mine/tree/link`);
    await Deno.symlink("both", `${world.base}/mine/tree/kept-link`);
    await world.write("box/kept-link", "box");
    const homeSeeds = [
      { mark: "* a", source: `${world.base}/mine/bashrc`, kind: "file", path: ".bashrc" },
      { mark: "* b", source: `${world.base}/mine/tree`, kind: "folder", path: "" },
    ] as const;
    await world.launch({ homeSeeds });
    assert.match(await world.inBox(".bashrc"), /^alias mine=1\n[^]*\.shell\.d/);
    assert.deepEqual(
      await Promise.all(["both", "other", "kept", "kept-link"].map((name) => world.inBox(name))),
      [
        "seed",
        "template",
        "box",
        "box",
      ],
    );
    assert.equal(await Deno.readLink(`${world.home}/link`), "both");
    assert.equal((await Deno.stat(`${world.home}/secret`)).mode! & 0o777, 0o600);
    await Deno.remove(`${world.home}/secret`);
    assert.equal(await world.launch({ homeSeeds }), false);
    assert.throws(() => Deno.statSync(`${world.home}/secret`));
    // One that is set later is copied then, and only it.
    const later = {
      mark: "* c",
      source: `${world.base}/mine/tree`,
      kind: "folder",
      path: "sub/deep",
    } as const;
    assert.equal(await world.launch({ homeSeeds: [...homeSeeds, later] }), true);
    assert.equal(await world.inBox("sub/deep/secret"), "s");
    assert.throws(() => Deno.statSync(`${world.home}/secret`));
  }));

Deno.test("a shell gets the seeds too, and templates that come with the agent later do not replace them", () =>
  inWorld(async (world) => {
    await world.write("templates/general/standard/file", "template");
    await world.write("mine/file", "seed");
    const homeSeeds = [{
      mark: "* a",
      source: `${world.base}/mine/file`,
      kind: "file",
      path: "file",
    }] as const;
    await world.launch({ agent: undefined, homeSeeds } as unknown as Partial<DeliveryRequest>);
    assert.equal(await world.inBox("file"), "seed");
    await world.launch({ homeSeeds });
    assert.equal(await world.inBox("file"), "seed");
  }));

Deno.test("a seed above the limit is refused", () =>
  inWorld(async (world) => {
    await world.write("mine/huge", "");
    await Deno.truncate(`${world.base}/mine/huge`, 2 ** 33);
    for (const [kind, source] of [["file", "mine/huge"], ["folder", "mine"]] as const) {
      const homeSeeds = [{ mark: "m", source: `${world.base}/${source}`, kind, path: "x" }];
      await assert.rejects(world.launch({ homeSeeds }), { code: "too-large" });
    }
  }));

Deno.test("a login reaches the box as 0600, reduced to the login, and again only when it changed", () =>
  inWorld(async (world) => {
    await world.write("host/.claude/.credentials.json", login("one", FAR, { mcpOAuth: { secret: "s" } }));
    await world.launch();
    const path = `${world.home}/.claude/.credentials.json`;
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    const { claudeAiOauth, ...rest } = JSON.parse(await Deno.readTextFile(path));
    assert.equal(claudeAiOauth.accessToken, "one");
    assert.deepEqual(rest, {});
    assert.equal(await world.launch(), false);
    await world.write("host/.claude/.credentials.json", login("two", FAR + 1));
    assert.equal(await world.launch(), true);
    assert.match(await Deno.readTextFile(path), /"two"/);
  }));

Deno.test("a login keeps the box's other keys and does not replace a newer one", () =>
  inWorld(async (world) => {
    await world.write("host/.claude/.credentials.json", login("host", FAR));
    await world.write("box/.claude/.credentials.json", login("old", FAR - 1, { mcpOAuth: { mine: 1 } }));
    await world.launch();
    let found = JSON.parse(await world.inBox(".claude/.credentials.json"));
    assert.deepEqual([found.claudeAiOauth.accessToken, found.mcpOAuth], ["host", { mine: 1 }]);
    await world.write(
      "box/.claude/.credentials.json",
      login("renewed", FAR + 1000, { mcpOAuth: { mine: 2 } }),
    );
    await world.write("host/.claude/.credentials.json", login("host2", FAR + 500));
    await world.launch();
    found = JSON.parse(await world.inBox(".claude/.credentials.json"));
    assert.deepEqual([found.claudeAiOauth.accessToken, found.mcpOAuth], ["renewed", { mine: 2 }]);
    assert.equal((await Deno.stat(`${world.home}/.claude/.credentials.json`)).mode! & 0o777, 0o600);
  }));

/** A PATH with what the box's script needs, and no jq. */
async function pathWithoutJq({ base }: World): Promise<string> {
  const names = "mkdir cat chmod mv rm env sed grep ln mktemp cmp tr sort tail sleep";
  await Deno.mkdir(`${base}/bin`);
  for (const name of names.split(" ")) await Deno.symlink(`/usr/bin/${name}`, `${base}/bin/${name}`);
  return `${base}/bin`;
}

/** A box that uses the host's login without having it; `key`: of its placeholders. */
const guardedBy = (key: string): Partial<DeliveryRequest> => ({
  guarded: { cover: coverFor(key), keys: {} },
});

const LOGIN = ".claude/.credentials.json";

Deno.test("placeholders replace what there is of another box or was emptied, and no login that the box has of its own", () =>
  inWorld(async (world) => {
    await world.write(`host/${LOGIN}`, login("real", FAR));
    for (const withJq of [true, false]) {
      const path = withJq ? Deno.env.get("PATH")! : await pathWithoutJq(world);
      const launch = async (key: string) => {
        await forgetSteps(world.state);
        await world.launch(guardedBy(key), path);
        return await world.inBox(LOGIN);
      };
      await Deno.remove(`${world.home}/.claude`, { recursive: true }).catch(() => {});
      const first = await launch("a");
      assert.match(first, /"kanibako-secret-/);
      assert.doesNotMatch(first, /real/);
      const other = await launch("b");
      assert.match(other, /"kanibako-secret-/);
      assert.notEqual(other, first);
      // An agent that is logged out by the service empties it.
      const emptied = { claudeAiOauth: { accessToken: "", refreshToken: "", expiresAt: 0 } };
      await world.write(`box/${LOGIN}`, JSON.stringify(emptied));
      assert.equal(JSON.stringify(JSON.parse(await launch("b"))), JSON.stringify(JSON.parse(other)));
      for (const broken of ["no JSON kanibako-secret-", "", "[]"]) {
        await world.write(`box/${LOGIN}`, broken);
        assert.match(await launch("b"), /claudeAiOauth/);
      }
      const own = login("mine", FAR - 1000);
      await world.write(`box/${LOGIN}`, own);
      assert.equal(await launch("b"), own);
      if (!withJq) continue;
      // What is no part of the login stays, whatever it looks like.
      const more = { mcpOAuth: { server: { accessToken: "of-a-server" } } };
      await world.write(`box/${LOGIN}`, JSON.stringify({ ...JSON.parse(first), ...more }));
      const both = JSON.parse(await launch("b"));
      assert.deepEqual(both, { ...JSON.parse(other), ...more });
    }
  }));

Deno.test("a box whose login is guarded from now on loses the key that lies beside the account, and keeps the rest", () =>
  inWorld(async (world) => {
    const users = { primaryApiKey: "sk-real", theme: "dark", customApiKeyResponses: { approved: ["end"] } };
    await world.write("host/.claude.json", JSON.stringify(users));
    for (const withJq of [true, false]) {
      const path = withJq ? Deno.env.get("PATH")! : await pathWithoutJq(world);
      await forgetSteps(world.state);
      await Deno.remove(`${world.home}/.claude.json`).catch(() => {});
      await world.launch({}, path);
      const had = JSON.parse(await world.inBox(".claude.json"));
      assert.equal(had.primaryApiKey, "sk-real");
      await world.write("box/.claude.json", JSON.stringify({ ...had, numStartups: 3 }));
      await world.launch(guardedBy("a"), path);
      const has = JSON.parse(await world.inBox(".claude.json"));
      const kept = { theme: "dark", hasCompletedOnboarding: true };
      assert.deepEqual(has, withJq ? { ...kept, numStartups: 3 } : kept);
      // Once.
      await world.write("box/.claude.json", JSON.stringify({ primaryApiKey: "of-the-box" }));
      await world.launch(guardedBy("a"), path);
      assert.match(await world.inBox(".claude.json"), /of-the-box/);
    }
  }));

Deno.test("a login replaces a broken file, and where the rig has no jq an older one and no newer one", () =>
  inWorld(async (world) => {
    for (
      const [broken, token] of [["", "a"], ["{", "b"], ["[]", "c"], ["{}", "d"], [
        '{"claudeAiOauth":7}',
        "e",
      ]] as const
    ) {
      await world.write("box/.claude/.credentials.json", broken);
      await world.write("host/.claude/.credentials.json", login(token, FAR));
      await world.launch();
      assert.equal(
        JSON.parse(await world.inBox(".claude/.credentials.json")).claudeAiOauth.accessToken,
        token,
        broken,
      );
    }
    const path = await pathWithoutJq(world);
    await world.write("host/.claude/.credentials.json", login("older", FAR - 5000));
    assert.equal(await world.launch({}, path), true);
    assert.match(await world.inBox(".claude/.credentials.json"), /"e"/);
    await world.write("host/.claude/.credentials.json", login("newer", FAR + 5000));
    assert.equal(await world.launch({}, path), true);
    assert.match(await world.inBox(".claude/.credentials.json"), /"newer"/);
    // The greatest time in the file counts, whoever it is of.
    await world.write(
      "box/.claude/.credentials.json",
      login("box", FAR, { mcpOAuth: { x: { expiresAt: FAR + 9000 } } }),
    );
    await world.write("host/.claude/.credentials.json", login("between", FAR + 7000));
    await world.launch({}, path);
    assert.match(await world.inBox(".claude/.credentials.json"), /"box"/);
  }));

Deno.test("a box with its own login gets none and leaves none", () =>
  inWorld(async (world) => {
    await world.write("host/.claude/.credentials.json", login("one", FAR));
    await world.write("host/.claude.json", JSON.stringify({ oauthAccount: { emailAddress: "a@b" } }));
    await world.launch({ sharedAuth: false });
    assert.throws(() => Deno.statSync(`${world.home}/.claude/.credentials.json`));
    assert.throws(() => Deno.statSync(`${world.run}/in/take`));
    assert.deepEqual(JSON.parse(await world.inBox(".claude.json")), {});
    assert.equal(await prepareDelivery(await world.request({ sharedAuth: false })), undefined);
  }));

Deno.test("the agent's first answers are handed in, and no more of the host's file", () =>
  inWorld(async (world) => {
    const whole = {
      oauthAccount: { emailAddress: "a@b" },
      installMethod: "native",
      projects: { "/secret": {} },
      userID: "u",
    };
    await world.write("host/.claude.json", JSON.stringify(whole));
    await world.launch();
    assert.deepEqual(JSON.parse(await world.inBox(".claude.json")), {
      oauthAccount: { emailAddress: "a@b" },
      installMethod: "native",
      hasCompletedOnboarding: true,
    });
    assert.equal((await Deno.stat(`${world.home}/.claude.json`)).mode! & 0o777, 0o600);
  }));

Deno.test("a hostile home keeps what is delivered inside, as links in it are the box's own affair", () =>
  inWorld(async (world) => {
    await world.write("host/.claude/.credentials.json", login("one", FAR));
    // On the host nothing below the home is touched: only the box's own shell runs there.
    await Deno.mkdir(`${world.home}/.claude.json`);
    const prepared = await prepareDelivery(await world.request());
    assert(prepared);
    assert.deepEqual([...Deno.readDirSync(world.home)].map(({ name }) => name), [".claude.json"]);
  }));

Deno.test("old files that nobody misses are swept once a day, when it is on, and newer ones stay", () =>
  inWorld(async (world) => {
    await world.launch();
    await world.write("box/.claude/telemetry/old", "");
    await world.write("box/.claude/telemetry/new", "");
    await world.write("box/.claude/projects/old", "");
    const old = new Date(Date.now() - 30 * 24 * 3600 * 1000);
    for (const path of ["telemetry/old", "projects/old"]) {
      await Deno.utime(`${world.home}/.claude/${path}`, old, old);
    }
    assert.equal(await world.launch({ sweep: false }), false);
    assert.equal(await world.launch({ sweep: true, today: "2026-10-01" }), true);
    assert.throws(() => Deno.statSync(`${world.home}/.claude/telemetry/old`));
    assert.equal(await world.inBox(".claude/telemetry/new"), "");
    assert.equal(await world.inBox(".claude/projects/old"), "");
    assert.equal(await world.launch({ sweep: true, today: "2026-10-01" }), false);
    assert.equal(await world.launch({ sweep: true, today: "2026-10-02" }), true);
  }));

Deno.test("hard names and contents survive the script", () =>
  inWorld(async (world) => {
    const names = ["it's", "a b", "-v", "$(id)", 'q"q', "new\nline", "é"];
    for (const name of names) await world.write(`templates/general/standard/d/${name}`, `${name}\0\n`);
    await world.launch();
    for (const name of names) assert.equal(await world.inBox(`d/${name}`), `${name}\0\n`);
  }));

Deno.test("a template's file whose name is not UTF-8 comes into the home under that name", () =>
  inWorld(async (world) => {
    await world.write("templates/claude/standard/plain", "plain");
    writeBytesName(`${world.base}/templates/claude/standard`, [0x61, 0xff, 0x62], "odd");
    assert.equal(await world.launch(), true);
    assert.equal(await world.inBox("plain"), "plain");
    using home = openTree(world.home);
    assert.deepEqual(home.readFile("a\udcffb", 10), new TextEncoder().encode("odd"));
  }));

Deno.test("planDelivery is the same for the same input and needs nothing when all is done", async () => {
  const steps: Steps = withChange(await readSteps("/nowhere"), {});
  const input = { steps, agent: "general", configDir: "", instructionFiles: [], seeds: [], credentials: [] };
  const first = await planDelivery(input);
  assert.equal(first!.id, (await planDelivery(input))!.id);
  assert.equal(await planDelivery({ ...input, steps: withChange(steps, first!.change) }), undefined);
});

Deno.test("steps added by many at a time are all kept", async () => {
  const state = await Deno.makeTempDir();
  const names = Array.from({ length: 12 }, (_, index) => `agent${index}`);
  await Promise.all(names.map((name) => addSteps(state, { conversations: [name] })));
  assert.deepEqual([...(await readSteps(state)).conversations].sort(), [...names].sort());
  await changeSteps(state, (now) => ({ ...now, conversations: [] }));
  assert.deepEqual((await readSteps(state)).conversations, []);
  await Deno.writeTextFile(`${state}/steps.json`, '{"conversations": 7}');
  await assert.rejects(
    readSteps(state),
    (error) => error instanceof KanibakoError && error.code === "bad-file",
  );
  await Deno.remove(state, { recursive: true });
});

Deno.test("what an agent leaves is tidied once a day: old files, old logs, large copies of its program, and nothing else", () =>
  inWorld(async (world) => {
    const long = new Date(Date.now() - 9 * 24 * 3600 * 1000);
    const put = async (path: string, old = true) => {
      await world.write(`box/${path}`, path);
      if (old) await Deno.utime(`${world.home}/${path}`, long, long);
    };
    const large = async (path: string, bytes = 100 * 2 ** 20) => {
      await put(path);
      await Deno.truncate(`${world.home}/${path}`, bytes);
    };
    const there = (path: string) => Deno.lstat(`${world.home}/${path}`).then(() => true, () => false);
    const logs = ".claude/projects/-home-agent-workspace/conversation_logs";
    const gone = [".claude/telemetry/a", ".claude/debug/b/c", ".cache/claude/d", ".cache/sentry/e"];
    const kept = [
      ".claude/history.jsonl",
      ".claude/projects/x/talk.jsonl",
      ".cache/pip/f",
      `${logs}/notes.txt`,
    ];
    for (const path of [...gone, ...kept, `${logs}/old.jsonl`]) await put(path);
    await put(`${logs}/new.jsonl`, false);
    await put(".claude/telemetry/new", false);
    const copies = ["claude", "bin/claude", ".claude/bin/claude", ".npm/_npx/1/node_modules/x/claude"];
    for (const path of copies) await large(path);
    await large("work/claude");
    await large(".bin/claude", 99 * 2 ** 20);
    // What a link leads to is not the home's.
    await world.write("elsewhere/f", "f");
    await Deno.utime(`${world.base}/elsewhere/f`, long, long);
    await Deno.symlink(`${world.base}/elsewhere`, `${world.home}/.cache/@anthropic`);
    await world.launch({ sweep: true, today: "2026-10-31" });
    for (const path of [...gone, ...copies, `${logs}/old.jsonl`]) {
      assert.equal(await there(path), false, path);
    }
    for (
      const path of [
        ...kept,
        `${logs}/new.jsonl`,
        `${logs}/old.jsonl.gz`,
        ".claude/telemetry/new",
        "work/claude",
        ".bin/claude",
      ]
    ) assert.equal(await there(path), true, path);
    assert.equal(await Deno.readTextFile(`${world.base}/elsewhere/f`), "f");
    const { mtime } = await Deno.stat(`${world.home}/${logs}/old.jsonl.gz`);
    assert.equal(Math.abs(mtime!.getTime() - long.getTime()) < 2000, true);
    // A name that is a pattern is nobody's program.
    await large("bin/data");
    const odd = { target: { ...claude, entrypoint: "*" }, install: INSTALL };
    await world.launch({ agent: odd, sweep: true, today: "2026-10-30" });
    assert.equal(await there("bin/data"), true);
    await put(".claude/debug/again");
    assert.equal(await world.launch({ sweep: true, today: "2026-10-30" }), false);
    await world.launch({ sweep: true, today: "2026-11-01" });
    assert.equal(await there(".claude/debug/again"), false);
    await put(".claude/debug/again");
    assert.equal(await world.launch({ sweep: false, today: "2026-11-02" }), false);
  }));

Deno.test("guides are delivered where the agent looks for skills, again when they change, and taken back when no setting wants them", () =>
  inWorld(async (world) => {
    await world.launch();
    const guides = await guidesOf(claude);
    const [guide] = guides;
    assert.equal(guide?.path, ".claude/skills/kanibako-helpers/SKILL.md");
    const place = `${world.home}/${guide!.path}`;
    assert.equal(await world.launch({ guides }), true);
    assert.match(await Deno.readTextFile(place), /^---\nname: kanibako-helpers\n/);
    assert.equal(await world.launch({ guides }), false);
    await Deno.writeTextFile(`${world.home}/.claude/skills/kanibako-helpers/own.md`, "the user's");
    assert.equal(await world.launch({ guides: [{ ...guide!, content: "newer", digest: "2" }] }), true);
    assert.equal(await Deno.readTextFile(place), "newer");
    // Nobody says anything of guides: they stay.
    assert.equal(await world.launch(), false);
    assert.equal(await world.launch({ guides: [] }), true);
    await assert.rejects(() => Deno.stat(place), Deno.errors.NotFound);
    assert.equal(
      await Deno.readTextFile(`${world.home}/.claude/skills/kanibako-helpers/own.md`),
      "the user's",
    );
    assert.equal(await world.launch({ guides: [] }), false);
    for (const name of ["codex", "gemini", "qwen", "copilot", "opencode"]) {
      assert.match(
        (await guidesOf(findTarget(name)))[0]!.path,
        /\/skills\/kanibako-helpers\/SKILL\.md$/,
        name,
      );
    }
    assert.deepEqual(await guidesOf(findTarget("aider")), []);
  }));
