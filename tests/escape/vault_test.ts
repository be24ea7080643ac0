/** T25, T30, T32: what a box leaves in its vault cannot lead our own code anywhere, hold it up, or take secrets along. */

import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { command, makeDeep } from "../support/trees.ts";
import { VaultWorld } from "../vault/world.ts";
import { engine, User } from "../support/program.ts";
import { inBox, inBoxOk, within } from "./support.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;

Deno.test("T25 pipes, sockets, vast holes and deep folders neither hold a snapshot up nor fill the disk", async () => {
  for (const strategy of ["hardlink", "archive"] as const) {
    await using world = await VaultWorld.make();
    await world.write("file", "kept");
    await command("mkfifo", `${world.live}/fifo`);
    using _socket = Deno.listen({ transport: "unix", path: `${world.live}/socket` });
    await command("truncate", "-s", "1T", `${world.live}/hole`);
    makeDeep(world.live, 1000);
    const { name, record } = await world.snapshot({ strategy });
    assert.equal(record.skipped, 2, strategy);
    const used = await command("du", "-s", "--block-size=1", world.versions);
    assert.ok(Number.parseInt(used) < 64 * 2 ** 20, `${strategy}: ${used}`);
    await Deno.remove(`${world.live}/file`);
    await world.restore(name, ["file"], { strategy });
    assert.equal(await world.read("file"), "kept");
  }
});

Deno.test("T25 names that differ by case or by their way of writing an accent stay apart", async () => {
  await using world = await VaultWorld.make();
  const names = ["name", "NAME", "\u00e9", "e\u0301", "a\nb", "-rf", "\u202edoc"];
  for (const name of names) await world.write(name, name);
  const { name } = await world.snapshot();
  for (const one of names) await Deno.remove(`${world.live}/${one}`);
  await world.restore(name);
  for (const one of names) assert.equal(await world.read(one), one);
});

Deno.test("T18 links in the vault are kept as links: nothing they lead to is read, written or removed", async () => {
  for (const strategy of ["hardlink", "archive"] as const) {
    await using world = await VaultWorld.make();
    const outside = `${world.sandbox.root}/outside`;
    await Deno.mkdir(`${outside}/folder`, { recursive: true });
    await Deno.writeTextFile(`${outside}/secret`, "token-4711");
    await Deno.writeTextFile(`${outside}/folder/file`, "precious");
    await world.write("d/file", "then");
    await Deno.symlink(`${outside}/secret`, `${world.live}/link`);
    const { name } = await world.snapshot({ strategy });
    const found = await new Deno.Command("grep", { args: ["-r", "token-4711", world.versions] }).output();
    assert.equal(found.code, 1, strategy);
    // A folder becomes a link to one outside, before single files are put back into it.
    await Deno.remove(`${world.live}/d`, { recursive: true });
    await Deno.symlink(`${outside}/folder`, `${world.live}/d`);
    await assert.rejects(world.restore(name, ["d/file"], { strategy }), refused("unsafe-tree"));
    assert.equal(await Deno.readTextFile(`${outside}/folder/file`), "precious");
    await world.restore(name, [], { strategy });
    assert.equal(await world.read("d/file"), "then");
    assert.equal(await Deno.readLink(`${world.live}/link`), `${outside}/secret`);
    assert.equal(await Deno.readTextFile(`${outside}/folder/file`), "precious");
  }
});

Deno.test("T18 a link in place of the vault, of its folder or of the snapshots is refused", async () => {
  await using world = await VaultWorld.make();
  await world.write("file", "kept");
  await world.snapshot({}, { name: "then" });
  const outside = await world.sandbox.folder("outside");
  await Deno.mkdir(`${outside}/then`);
  await Deno.writeTextFile(`${outside}/file`, "precious");
  const vault = `${world.project.path}/vault`;
  for (const path of [world.versions, world.live, vault]) {
    await Deno.rename(path, `${world.sandbox.root}/aside`);
    await Deno.symlink(outside, path);
    for (
      const call of [
        () => world.attempt(),
        () => world.restore("then"),
        () => world.restore("then", ["file"]),
      ]
    ) {
      await assert.rejects(call(), refused("unsafe-tree"), path);
    }
    await Deno.remove(path);
    await Deno.rename(`${world.sandbox.root}/aside`, path);
  }
  assert.deepEqual([...Deno.readDirSync(outside)].map(({ name }) => name).sort(), ["file", "then"]);
  await world.restore("then");
  assert.equal(await world.read("file"), "kept");
});

Deno.test("T32 no snapshot of a home holds a login", async () => {
  await using world = await VaultWorld.make();
  await world.write("file", "");
  const secrets = [
    ".claude/.credentials.json",
    ".codex/auth.json",
    ".ssh/id_ed25519",
    ".netrc",
    ".config/gh/hosts.yml",
    ".config/glab-cli/config.yml",
    ".vault-token",
    ".claude.json",
    ".claude/settings.json",
  ];
  for (const path of [...secrets, ".claude/history.jsonl"]) {
    const full = `${world.project.home}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, path.includes("history") ? "history-4711" : "token-4711");
  }
  const { name } = await world.snapshot({ includeHome: true, strategy: "hardlink" });
  const grep = (text: string) =>
    new Deno.Command("grep", { args: ["-r", text, `${world.versions}/${name}`] }).output();
  assert.equal((await grep("token-4711")).code, 1);
  assert.equal((await grep("history-4711")).code, 0);
});

for (const layout of ["default", "standalone"] as const) {
  Deno.test(`T11 a box of a ${layout} project sees neither the snapshots nor a way to change them`, async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    await user.ok(["create", ...layout === "standalone" ? ["--standalone"] : []], { cwd });
    await inBoxOk(user, cwd, "echo one > ~/share-rw/file");
    await user.ok(["box", "vault", "snapshot", "--name", "one"], { cwd });
    const seen = await inBoxOk(user, cwd, "ls -A ~/workspace/vault; cat ~/share-rw/file");
    assert.equal(seen, "one\n");
    const tried = await inBox(
      user,
      cwd,
      "mkdir -p ~/workspace/vault/.versions/one; rm -rf ~/workspace/vault ~/share-rw/../workspace/vault; mv ~/workspace/vault ~/workspace/x",
    );
    assert.notEqual(tried.code, 0);
    await user.ok(["box", "vault", "verify"], { cwd });
  });
}

Deno.test(`T30 a restore is refused while the box runs, stops it when asked, and works on a stopped one (${engine})`, async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await inBoxOk(user, cwd, "echo then > ~/share-rw/file");
  await user.ok(["box", "vault", "snapshot", "--name", "then"], { cwd });
  await user.ok(["shell", "--persistent", "--", "sh", "-c", "echo now > ~/share-rw/file; sleep 600"], {
    cwd,
  });
  const file = `${cwd}/vault/rw/file`;
  const read = () => inBoxOk(user, cwd, "until grep -q now ~/share-rw/file; do :; done; echo now");
  assert.equal(await read(), "now\n");
  for (const paths of [[], ["file"]]) {
    const call = await within(user.run(["box", "vault", "restore", "then", ...paths, "--force"], { cwd }));
    assert.equal(call.code, 1);
    assert.match(call.stderr, /is running/);
  }
  assert.equal(await Deno.readTextFile(file), "now\n");
  await user.ok(["box", "vault", "restore", "then", "--force", "--stop"], { cwd });
  assert.equal(await Deno.readTextFile(file), "then\n");
  assert.deepEqual(await user.containers(), []);
  assert.equal(await inBoxOk(user, cwd, "cat ~/share-rw/file"), "then\n");
});
