import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { openVault, sweepVault } from "../../lib/vault/store.ts";
import { command, contents, listing } from "../support/trees.ts";
import { testOnAll } from "./filesystems.ts";
import { VaultWorld } from "./world.ts";

const refused = (code: string) => (error: unknown) => error instanceof KanibakoError && error.code === code;
const here = new URL(".", import.meta.url).pathname;

async function state(folder: string): Promise<string> {
  return `${(await listing(folder)).join("\n")}\n${await contents(folder)}`;
}

/** A vault with one snapshot, `then`, and other files now. */
async function changedWorld(
  strategy: "hardlink" | "archive",
): Promise<{ world: VaultWorld; before: string; after: string }> {
  const world = await VaultWorld.make();
  await world.write("a", "then");
  await world.write("d/b", "then");
  await world.write("d/e/f", "then");
  await Deno.symlink("a", `${world.live}/link`);
  await world.snapshot({ strategy }, { name: "then" });
  const before = await state(world.live);
  await world.write("a", "now, and longer");
  await Deno.remove(`${world.live}/d`, { recursive: true });
  await world.write("d", "a file now");
  await world.write("new", "new");
  return { world, before, after: await state(world.live) };
}

function worker(script: string, ...words: string[]): Promise<Deno.CommandOutput> {
  const args = ["run", "-A", "--no-check", "--quiet", `${here}${script}`, ...words];
  return new Deno.Command(Deno.execPath(), { args }).output();
}

Deno.test("a restore is undone by the snapshot it took first", async () => {
  const { world, before, after } = await changedWorld("hardlink");
  await using _ = world;
  const { before: undo } = await world.restore("then");
  assert.equal(await state(world.live), before);
  assert.deepEqual(await world.names(), ["then", undo]);
  await world.restore(undo!);
  assert.equal(await state(world.live), after);
});

for (const strategy of ["hardlink", "archive"] as const) {
  Deno.test(`single paths come back from a ${strategy} snapshot, all else stays, and it can be undone`, async () => {
    const { world, after } = await changedWorld(strategy);
    await using _ = world;
    const { before: undo } = await world.restore("then", ["d/e", "./a"], { strategy }).catch(
      async (error) => {
        assert.ok(refused("unsafe-tree")(error), "a file is where a folder was");
        await Deno.remove(`${world.live}/d`);
        return await world.restore("then", ["d/e", "./a"], { strategy });
      },
    );
    assert.equal(await world.read("a"), "then");
    assert.equal(await world.read("d/e/f"), "then");
    assert.equal(await world.read("new"), "new");
    await assert.rejects(world.read("d/b"), Deno.errors.NotFound);
    await world.restore(undo!);
    assert.equal(await world.read("a"), "now, and longer");
    await assert.rejects(world.read("d/e/f"), Deno.errors.NotFound);
    assert.ok(after.includes("new f"));
  });
}

Deno.test("a path that is not in the snapshot, or leads out of it, changes nothing", async () => {
  const { world, after } = await changedWorld("hardlink");
  await using _ = world;
  await assert.rejects(world.restore("then", ["nowhere"]), refused("unknown-path"));
  for (const path of ["../x", "/etc/passwd", "a/../../x", "", "d/./b"]) {
    await assert.rejects(world.restore("then", [path]), refused("bad-path"), path);
  }
  await assert.rejects(world.restore("before"), refused("unknown-snapshot"));
  assert.equal(await state(world.live), after);
  assert.deepEqual(world.inVersions(), ["then"]);
});

for (const action of ["snapshot", "restore", "paths"] as const) {
  for (const strategy of ["hardlink", "archive"] as const) {
    Deno.test(`a ${action} with ${strategy} killed at any step leaves the old or the new, whole`, async () => {
      for (let at = 1;; at += 3) {
        const { world, before, after } = await changedWorld(strategy);
        await using _ = world;
        if (action === "paths") await Deno.remove(`${world.live}/d`);
        const old = action === "paths" ? await state(world.live) : after;
        const { root } = world.sandbox;
        const { success } = await worker(
          "killed_worker.ts",
          root,
          world.project.path,
          action,
          strategy,
          "then",
          `${at}`,
        );
        if (action === "paths") {
          // One thing after the other: each is the old or the new.
          assert.ok(["then", "now, and longer"].includes(await world.read("a")), `step ${at}`);
        } else {
          const now = await state(world.live);
          assert.ok(now === old || (action === "restore" && now === before), `step ${at}`);
        }
        assert.ok((await world.verify()).every(({ outcome }) => outcome !== "damaged"), `step ${at}`);
        {
          using vault = await openVault(world.host, world.project);
          await sweepVault(vault);
        }
        const names = await world.names();
        assert.deepEqual(world.inVersions(), [...names].sort(), `step ${at}`);
        // What was there is there: live, or in a snapshot.
        if (success) break;
        await world.restore("then");
        if (action !== "paths") assert.equal(await state(world.live), before, `step ${at}`);
        assert.ok(at < 500, "it never ended");
      }
    });
  }
}

Deno.test("a vault and a home restored together, and killed at any step, are both the old or both the new after the next call", async () => {
  const seen = new Set<string>();
  for (let at = 1;; at += 2) {
    await using world = await VaultWorld.make();
    const values = { strategy: "hardlink", includeHome: true } as const;
    const put = async (text: string) => {
      await world.write("a", text);
      await Deno.writeTextFile(`${world.project.home}/a`, text);
    };
    await put("then");
    await world.snapshot(values, { name: "then" });
    await put("now");
    const { root } = world.sandbox;
    const words = [root, world.project.path, "both", "hardlink", "then", `${at}`];
    const { success } = await worker("killed_worker.ts", ...words);
    const both = async () =>
      [await world.read("a"), await Deno.readTextFile(`${world.project.home}/a`)].join();
    seen.add(await both());
    {
      using vault = await openVault(world.host, world.project);
      await sweepVault(vault);
    }
    assert.match(await both(), /^(now,now|then,then)$/, `step ${at}`);
    const beside = [...Deno.readDirSync(world.project.home.replace(/[^/]*$/, ""))].map(({ name }) => name);
    assert.deepEqual(beside.filter((name) => name.startsWith(".kanibako-")), [], `step ${at}`);
    if (success) break;
  }
  assert.ok(seen.has("then,now"), "it was killed between the two");
});

Deno.test("calls at the same time wait for each other, and every snapshot is whole", async () => {
  await using world = await VaultWorld.make();
  for (let n = 0; n < 50; n++) await world.write(`f${n}`, `${n}`);
  const { root } = world.sandbox;
  const ends = await Promise.all(
    [1, 2, 3].map(() => worker("snapshot_worker.ts", root, world.project.path, "4")),
  );
  assert.ok(ends.every(({ success }) => success));
  const names = ends.flatMap(({ stdout }) => new TextDecoder().decode(stdout).trim().split("\n"));
  assert.deepEqual((await world.names()).sort(), names.sort());
  assert.equal(new Set(names).size, 12);
  assert.ok((await world.verify()).every(({ outcome }) => outcome !== "damaged"));
});

Deno.test("a damaged snapshot is found, and not restored", async () => {
  const { world, after } = await changedWorld("hardlink");
  await using _ = world;
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["whole"]);
  const file = `${world.versions}/then/content/a`;
  const { mtime } = await Deno.stat(file);
  await Deno.writeTextFile(file, "THEN");
  await Deno.utime(file, mtime!, mtime!);
  assert.deepEqual((await world.verify()).map(({ outcome, changed }) => [outcome, changed]), [["damaged", [
    "a",
  ]]]);
  await assert.rejects(world.restore("then"), refused("not-verified"));
  assert.equal(await state(world.live), after);
  await Deno.remove(`${world.versions}/then/content/d/b`);
  await Deno.writeTextFile(`${world.versions}/then/content/more`, "");
  const [verdict] = await world.verify();
  assert.deepEqual([verdict!.missing, verdict!.added], [["d/b"], ["more"]]);
});

Deno.test("a change of a snapshot that has no checksums yet is found by its time; unchanged, it gets them", async () => {
  await using world = await VaultWorld.make();
  await world.write("a", "then");
  const unsealed = async () => {
    const { name, record } = await world.snapshot({ strategy: "hardlink" }, { auto: true });
    await Deno.remove(`${world.versions}/${name}/manifest.jsonl`);
    return { name, record };
  };
  const { name, record } = await unsealed();
  const file = `${world.versions}/${name}/content/a`;
  // The clock of a file system goes in steps of some milliseconds.
  do await Deno.writeTextFile(file, "THEN"); while (
    (await Deno.stat(file)).mtime!.getTime() <= record.completeAt
  );
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["damaged"]);
  await world.write("a", "later");
  await unsealed();
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["damaged", "sealed"]);
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["damaged", "whole"]);
});

Deno.test("a changed byte of an archive is found", async () => {
  const { world } = await changedWorld("archive");
  await using _ = world;
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["whole"]);
  const file = `${world.versions}/then/content.tar.zst`;
  const bytes = await Deno.readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await Deno.writeFile(file, bytes);
  assert.deepEqual((await world.verify()).map(({ outcome }) => outcome), ["damaged"]);
  await assert.rejects(world.restore("then"), KanibakoError);
});

Deno.test("a session comes back with its home, and keeps the login of now", async () => {
  await using world = await VaultWorld.make();
  const { home } = world.project;
  const put = async (path: string, text: string) => {
    await Deno.mkdir(`${home}/${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(`${home}/${path}`, text);
  };
  await world.write("a", "then");
  await put(".claude/history.jsonl", "then");
  await put(".claude/.credentials.json", "old token");
  const { record } = await world.snapshot({ includeHome: true }, { name: "then" });
  assert.equal(record.home, true);
  const kept = await new Deno.Command("grep", { args: ["-r", "old token", world.versions] }).output();
  assert.equal(kept.code, 1, "no snapshot holds a token");
  await put(".claude/history.jsonl", "now");
  await put(".claude/.credentials.json", "new token");
  await world.write("a", "now");
  const { before } = await world.restore("then", [], {}, true);
  assert.equal(await world.read("a"), "then");
  assert.equal(await Deno.readTextFile(`${home}/.claude/history.jsonl`), "then");
  assert.equal(await Deno.readTextFile(`${home}/.claude/.credentials.json`), "new token");
  await world.restore(before!, [], {}, true);
  assert.equal(await Deno.readTextFile(`${home}/.claude/history.jsonl`), "now");
  assert.equal(await Deno.readTextFile(`${home}/.claude/.credentials.json`), "new token");
  await world.snapshot({}, { name: "without" });
  await assert.rejects(world.restore("without", [], {}, true), refused("no-home"));
});

testOnAll(
  (strategy) => `setuid bits and special files do not come back from a ${strategy} snapshot`,
  async (place, strategy) => {
    await using world = await VaultWorld.make({}, place);
    await world.write("plain", "plain");
    await Deno.chmod(`${world.live}/plain`, 0o6755);
    await command("mkfifo", `${world.live}/pipe`);
    await world.snapshot({ strategy }, { name: "then" });
    await world.write("plain", "later");
    await world.restore("then", [], { strategy });
    assert.equal(await world.read("plain"), "plain");
    assert.equal((await Deno.stat(`${world.live}/plain`)).mode! & 0o7777, 0o755);
    assert.deepEqual([...Deno.readDirSync(world.live)].map((one) => one.name), ["plain"]);
  },
);
