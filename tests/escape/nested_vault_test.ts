/** T11, T30: the box of a project around others reaches their files, and neither their vaults nor the history of these. */

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { inBox, inBoxOk } from "./support.ts";

Deno.test("T30 a box neither sees nor changes the vault of a project in its workspace", async () => {
  await using user = await User.make();
  const outer = await user.folder();
  const inner = `${outer}/packages/inner`;
  await Deno.mkdir(inner, { recursive: true });
  await user.ok(["create", "--name", `inner-${crypto.randomUUID().slice(0, 8)}`], { cwd: inner });
  await Deno.writeTextFile(`${inner}/code`, "code\n");
  await Deno.writeTextFile(`${inner}/vault/rw/file`, "precious");
  await user.ok(["box", "vault", "snapshot", "--name", "kept"], { cwd: inner });

  const seen = await inBoxOk(user, outer, "cat packages/inner/code; ls -A packages/inner/vault; ls -A vault");
  assert.equal(seen, "code\n");
  const script =
    "echo more >> packages/inner/code; mkdir packages/inner/vault/x; rm -rf packages/inner/vault packages/inner/vault/.versions; ls packages/inner";
  const done = await inBox(user, outer, script);
  assert.equal(done.stdout, "code\nvault\n", done.stderr);
  assert.equal(await Deno.readTextFile(`${inner}/code`), "code\nmore\n");

  assert.match(await user.ok(["box", "vault", "verify"], { cwd: inner }), /\[ok\] kept: whole/);
  assert.equal(await user.ok(["box", "vault", "diff", "-q"], { cwd: inner }), "");
  const own = await inBoxOk(user, inner, "cat ~/share-rw/file");
  assert.equal(own, "precious");
});

Deno.test("T30 a box neither sees the home nor the settings of a standalone project in its workspace", async () => {
  await using user = await User.make();
  const outer = await user.folder();
  const inner = `${outer}/inner`;
  await Deno.mkdir(inner);
  await user.ok(["create", "--standalone"], { cwd: inner });
  await inBoxOk(user, inner, "echo token > ~/login");
  // Empty, or closed: that depends on whom the box runs as.
  const seen = await inBox(user, outer, "ls -A inner/.kanibako; find . -name login");
  assert.equal(seen.stdout, "", seen.stderr);
  const changed = await inBox(user, outer, "echo 'model = \"x\"' >> inner/.kanibako/project.toml");
  assert.notEqual(changed.code, 0);
  assert.equal(await inBoxOk(user, inner, "cat ~/login"), "token\n");
});

Deno.test("H3 a box neither renames, removes nor replaces the folder of a project in its workspace", async () => {
  await using user = await User.make();
  const outer = await user.folder();
  const inner = `${outer}/packages/in`;
  await Deno.mkdir(inner, { recursive: true });
  const name = `inner-${crypto.randomUUID().slice(0, 8)}`;
  await user.ok(["create", "--name", name], { cwd: inner });
  await Deno.writeTextFile(`${inner}/vault/rw/s`, "secret\n");
  await user.ok(["box", "vault", "snapshot", "--name", "s1"], { cwd: inner });
  await user.ok(["create", outer]);
  const attack = `mv packages/in packages/in2; mv packages p2; rm -rf packages; mkdir x; ln -s / x/in
    mv -T x packages; mv -T x/in packages/in; mv --exchange packages/in x
    cat */in*/vault/rw/s packages/*/vault/rw/s; rm -rf packages/in*/vault/.versions; ls packages`;
  for (let round = 0; round < 2; round++) {
    const done = await inBox(user, outer, attack);
    assert.equal(done.stdout, "in\n", done.stderr);
  }
  assert.match(await user.ok(["box", "vault", "list"], { cwd: inner }), /s1/);
  // What is the project's own work is the outer box's, too.
  await inBoxOk(
    user,
    outer,
    "echo code > packages/in/code && mkdir packages/new && mv packages/in/code packages/new",
  );
  assert.equal(await Deno.readTextFile(`${outer}/packages/new/code`), "code\n");
});

Deno.test("H3 what is renamed in one run is not open in the next, neither a vault nor a standalone project", async () => {
  await using user = await User.make();
  const outer = await user.folder();
  const [inner, alone] = [`${outer}/in`, `${outer}/alone`];
  for (const path of [inner, alone]) await Deno.mkdir(path);
  await user.ok(["create", "--name", `inner-${crypto.randomUUID().slice(0, 8)}`], { cwd: inner });
  await user.ok(["create", "--standalone"], { cwd: alone });
  for (const path of [inner, alone]) await Deno.writeTextFile(`${path}/vault/rw/s`, "secret\n");
  await Deno.writeTextFile(`${alone}/.kanibako/shell/login`, "secret\n");
  await user.ok(["box", "vault", "snapshot", "--name", "s1"], { cwd: inner });
  const settings = await Deno.readTextFile(`${alone}/.kanibako/project.toml`);
  await inBox(user, outer, "mv in in2; mv alone a2");
  const script = `cat in2/vault/rw/s a2/vault/rw/s a2/.kanibako/shell/login; rm -rf in2/vault/.versions
    for a in a2 alone; do echo 'model = "x"' >>$a/.kanibako/project.toml; echo x >$a/.kanibako/shell/planted; done
    mv in2 in; mv a2 alone`;
  assert.equal((await inBox(user, outer, script)).stdout, "");
  assert.match(await user.ok(["box", "vault", "list"], { cwd: inner }), /s1/);
  assert.equal(await Deno.readTextFile(`${alone}/.kanibako/project.toml`), settings);
  assert.deepEqual([...Deno.readDirSync(`${alone}/.kanibako/shell`)].map(({ name }) => name), ["login"]);
});

Deno.test("H3 a share shows projects without what is theirs, and none is made in it while a box has it", async () => {
  await using user = await User.make();
  const [folder, shared] = [await user.folder(), await user.folder()];
  const inner = `${shared}/in`;
  await Deno.mkdir(inner);
  await user.ok(["create", "--name", `inner-${crypto.randomUUID().slice(0, 8)}`], { cwd: inner });
  await Deno.writeTextFile(`${inner}/vault/rw/s`, "secret\n");
  await Deno.writeTextFile(`${inner}/code`, "code\n");
  await user.configure(
    'box.network = "none"',
    `[box.path.share_rw]\nx = "${shared}:~/x"\n[box.path.share_ro]\ny = "${shared}:~/y"\n`,
  );
  const script =
    "cd ~/x; mv in in2; rm -rf in/vault; cat in*/code ~/y/in/code; cat in*/vault/rw/s ~/y/in/vault/rw/s; touch ../workspace/up; until [ -e ../workspace/go ]; do sleep 0.1; done";
  const running = inBox(user, folder, script);
  await until(
    () => Deno.stat(`${folder}/up`).then(() => true, () => false),
    30_000,
    "the box did not come up",
  );
  await Deno.mkdir(`${shared}/new`);
  const refused = await user.run(["create"], { cwd: `${shared}/new` });
  assert.match(refused.stderr, /is running and would see everything that is kept there/);
  await Deno.writeTextFile(`${folder}/go`, "");
  assert.equal((await running).stdout, "code\ncode\n");
  await user.ok(["create"], { cwd: `${shared}/new` });
});

Deno.test("H3 a box does not start while a project of its workspace is not where it was", async () => {
  await using user = await User.make();
  const outer = await user.folder();
  const inner = `${outer}/in`;
  await Deno.mkdir(inner);
  const name = `inner-${crypto.randomUUID().slice(0, 8)}`;
  await user.ok(["create", "--name", name], { cwd: inner });
  await Deno.writeTextFile(`${inner}/vault/rw/s`, "secret\n");
  await user.ok(["create", outer]);
  await inBoxOk(user, outer, "ls in");
  await Deno.rename(inner, `${outer}/in2`);
  const refused = await inBox(user, outer, "cat in2/vault/rw/s");
  assert.equal(refused.code, 1);
  assert.equal(refused.stdout, "");
  const command = `kanibako box migrate ${name} ${outer}/in2`;
  assert.ok(refused.stderr.includes(command), refused.stderr);
  await user.ok([...command.split(" ").slice(1), "--force"]);
  assert.equal((await inBox(user, outer, "cat in2/vault/rw/s; echo seen")).stdout, "seen\n");
  await Deno.remove(`${outer}/in2`, { recursive: true });
  assert.match((await inBox(user, outer, "true")).stderr, new RegExp(`kanibako rm ${name}`));
  await user.ok(["rm", name, "--force"]);
  await inBoxOk(user, outer, "true");
});
