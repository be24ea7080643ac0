// What is made for a helper before its box is started. Its parent's folders are hostile.

import assert from "node:assert/strict";
import { findHelper } from "../../../lib/app/helper/find_helper.ts";
import { makeHelperBox } from "../../../lib/app/helper/make_helper.ts";
import { makeHelperWorkspace, workspaceOf } from "../../../lib/app/helper/workspace.ts";
import { removeHelper } from "../../../lib/app/helper/end_helper.ts";
import { exists } from "../../../lib/host/path.ts";
import { helperFolders, helperHome, helperId, helpersRoot } from "../../../lib/hub/folders.ts";
import type { Helper } from "../../../lib/hub/record.ts";
import { writeHelpers } from "../../../lib/hub/state.ts";
import { createProject } from "../../../lib/project/create.ts";
import type { Project } from "../../../lib/project/project.ts";
import { writeRun } from "../../../lib/run/record.ts";
import { Sandbox } from "../../config/support.ts";
import { runRecordOf } from "../../support/run_record.ts";

function helper(number: number, more: Partial<Helper> = {}): Helper {
  return {
    number,
    parent: 0,
    depth: 1,
    status: "spawned",
    crab: "",
    workspace: "empty",
    keep: false,
    createdAt: 1,
    grant: {
      budget: { depth: 3, breadth: 4 },
      image: "min",
      network: "none",
      rules: [],
      secrets: {},
      auth: "none",
      logins: [],
    },
    ...more,
  };
}

interface World extends AsyncDisposable {
  readonly host: Awaited<ReturnType<Sandbox["open"]>>;
  readonly project: Project;
  readonly root: string;
  make(number: number): Promise<void>;
}

async function world(helpers: readonly Helper[]): Promise<World> {
  const sandbox = await Sandbox.make();
  const host = await sandbox.open();
  const project = await createProject(host, { path: await sandbox.folder("app") });
  await writeRun(project.state, { ...RUN, box: project.id, shown: [project.path] });
  await writeHelpers(project.state, helpers);
  return {
    host,
    project,
    root: helpersRoot(host.dirs, project.id),
    make: async (number) => {
      const found = await findHelper(host, project.id, number);
      await makeHelperBox(host, found);
      await makeHelperWorkspace(host, found);
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

const RUN = runRecordOf({ box: "", image: "min" });

Deno.test("W-62: links to siblings resolve on the host, and from each other's folders", async () => {
  await using app = await world([helper(1), helper(2), helper(3, { parent: 1, depth: 2 })]);
  for (const number of [1, 2, 3]) await app.make(number);
  const peers = (number: number) =>
    [...Deno.readDirSync(`${app.root}/${number}/peers`)].map(({ name }) => name).sort();
  assert.deepEqual([peers(1), peers(2)], [["1-2-ro", "1-2-rw", "2-1-ro"], ["1-2-ro", "1-2-rw", "2-1-ro"]]);
  for (const number of [1, 2]) {
    await Deno.writeTextFile(`${app.root}/${number}/peers/1-2-rw/x${number}`, "");
    assert.match(Deno.readLinkSync(`${app.root}/${number}/peers/1-2-ro`), /^\.\.\/channels\//);
  }
  assert.deepEqual([...Deno.readDirSync(`${app.root}/channels/both/1-2`)].map(({ name }) => name).sort(), [
    "x1",
    "x2",
  ]);
  // One of another parent is no sibling.
  const nested = helperFolders(`${app.root}/1/helpers`, 3);
  assert.deepEqual([...Deno.readDirSync(nested.peers)], []);
  assert.equal(await Deno.readTextFile(nested.spawn), "depth = 3\nbreadth = 4\n");
});

Deno.test("channels come and go with their ends", async () => {
  await using app = await world([helper(1), helper(2)]);
  await app.make(1);
  await app.make(2);
  await removeHelper(app.host, app.project.id, 2);
  assert.deepEqual([...Deno.readDirSync(`${app.root}/1/peers`)], []);
  for (const gone of ["2", "channels/both/1-2", "channels/from/2", "channels/from/1/2"]) {
    assert.equal(exists(`${app.root}/${gone}`), false, gone);
  }
  assert.equal(exists(helperHome(app.host.dirs, app.project.id, 2)), false);
  assert.ok(exists(`${app.root}/1/workspace`));
});

Deno.test("a helper that has not ended is not removed", async () => {
  await using app = await world([helper(1)]);
  await app.make(1);
  const state = `${app.host.dirs.state}/boxes/${helperId(app.project.id, 1)}`;
  await writeRun(state, { ...RUN, box: helperId(app.project.id, 1) });
  await assert.rejects(removeHelper(app.host, app.project.id, 1), { code: "running" });
  assert.ok(exists(`${app.root}/1/workspace`));
});

Deno.test("W-63: the init script is its parent's own, else ours; of anything but a small file there is none", async () => {
  await using app = await world([
    helper(1),
    helper(2),
    helper(3),
    helper(4),
    helper(5, { parent: 1, depth: 2 }),
  ]);
  const script = (number: number, group = app.root) =>
    Deno.readTextFileSync(`${helperFolders(group, number).scripts}/helper-init.sh`);
  const mine = `${app.project.home}/playbook/scripts/helper-init.sh`;
  await app.make(1);
  assert.match(script(1), /exec "\$@"/);
  await Deno.mkdir(`${app.project.home}/playbook/scripts`, { recursive: true });
  await Deno.writeTextFile(mine, '#!/bin/sh\nshift; exec "$@" # mine\n');
  await app.make(2);
  assert.match(script(2), /# mine/);
  assert.equal(
    (await Deno.stat(`${helperFolders(app.root, 2).scripts}/helper-init.sh`)).mode! & 0o777,
    0o755,
  );
  // A link could lead to a file of the user's.
  const secret = `${app.host.dirs.home}/secret`;
  await Deno.writeTextFile(secret, "of the user");
  await Deno.remove(mine);
  await Deno.symlink(secret, mine);
  await app.make(3);
  assert.match(script(3), /exec "\$@"/);
  await Deno.remove(mine);
  await Deno.writeTextFile(mine, "x".repeat(300 * 1024));
  await app.make(4);
  assert.match(script(4), /exec "\$@"/);
  // A helper's own helpers get what it has.
  await Deno.writeTextFile(`${helperFolders(app.root, 1).scripts}/helper-init.sh`, "# of helper 1\n");
  await app.make(5);
  assert.equal(script(5, `${app.root}/1/helpers`), "# of helper 1\n");
});

Deno.test("a box that puts links in the place of its channels leads the host nowhere", async () => {
  await using app = await world([helper(1), helper(2), helper(3)]);
  await app.make(1);
  const target = `${app.host.dirs.home}/target`;
  await Deno.mkdir(target);
  // What helper 1 can write: its own folder of channels, and the one of the group.
  await Deno.symlink(target, `${app.root}/channels/from/1/2`);
  await Deno.symlink(target, `${app.root}/channels/both/1-2`);
  await app.make(2);
  await app.make(3);
  await removeHelper(app.host, app.project.id, 2);
  assert.deepEqual([...Deno.readDirSync(target)], []);
  assert.ok(exists(target));
  assert.ok(Deno.lstatSync(`${app.root}/channels/both/1-3`).isDirectory);
});

Deno.test("the folder of a helper is a copy of its parent's, without what is not for that box, or its parent's itself", async () => {
  await using app = await world([
    helper(1, { workspace: "copy" }),
    helper(2, { workspace: "shared-ro" }),
    helper(3, { workspace: "shared-ro", parent: 2, depth: 2 }),
    helper(4, { workspace: "copy", parent: 1, depth: 2 }),
  ]);
  await Deno.writeTextFile(`${app.project.path}/code.ts`, "mine");
  await Deno.mkdir(`${app.project.path}/vault/.versions`, { recursive: true });
  for (const number of [1, 2, 3]) await app.make(number);
  assert.equal(await Deno.readTextFile(`${app.root}/1/workspace/code.ts`), "mine");
  assert.equal(exists(`${app.root}/1/workspace/vault`), false);
  await Deno.writeTextFile(`${app.root}/1/workspace/code.ts`, "theirs");
  await app.make(4);
  assert.equal(await Deno.readTextFile(`${app.root}/1/helpers/4/workspace/code.ts`), "theirs");
  // One that is started again goes on in its own.
  await app.make(1);
  assert.equal(await Deno.readTextFile(`${app.root}/1/workspace/code.ts`), "theirs");
  for (const number of [2, 3]) {
    assert.equal(workspaceOf(app.host, await findHelper(app.host, app.project.id, number)), app.project.path);
  }
});

Deno.test("no helper is found where there is none, and none where its director does not run", async () => {
  await using app = await world([helper(1)]);
  await assert.rejects(findHelper(app.host, app.project.id, 2), { code: "no-helper" });
  await assert.rejects(findHelper(app.host, "kanibako-other", 1), { code: "no-director" });
  await Deno.remove(`${app.project.state}/run.json`);
  await assert.rejects(findHelper(app.host, app.project.id, 1), { code: "no-director" });
});
