import { fromFile, sourceText } from "../../lib/spec/source.ts";
import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { cachePath, isCacheName, resolveCaches } from "../../lib/config/caches.ts";
import type { CrabFile } from "../../lib/config/crab_file.ts";
import { readLevels } from "../../lib/config/levels.ts";
import { resolveSettings, settingsFrom } from "../../lib/config/resolve.ts";
import { Sandbox } from "./support.ts";

const CRAB: CrabFile = {
  id: "claude",
  name: "Claude Code",
  template: "standard",
  runArgs: [],
  state: {},
  env: {},
  shared: {},
  path: "/d/crabs/claude.toml",
};

Deno.test("caches lie over each other name by name: a box changes one and keeps the others", async () => {
  await using box = await Sandbox.make();
  const host = await box.open('[shared]\npip = ".cache/pip"\nnpm = ".npm"\ngo = "go"\n');
  const metadata = `${host.system.paths.boxes}/app`;
  await box.write(`${metadata}/project.toml`, '[shared]\npip = ".pip"\ngo = ""\n');
  const crab = { ...CRAB, shared: { tool: "~/.tool/" } };
  const settings = await resolveSettings(host, { mode: "default", path: "/w", metadata }, crab, {});
  const shared = host.system.paths.shared;
  deepStrictEqual(
    resolveCaches(host.system, settings, "claude", undefined).map((
      { source, path, from },
    ) => [source, path, sourceText(from)]),
    [
      [`${shared}/global/npm`, ".npm", "system config, shared.npm"],
      [`${shared}/global/pip`, ".pip", "box config, shared.pip"],
      [`${shared}/claude/tool`, ".tool", "crab claude, shared.tool"],
    ],
  );
  const inWorkset = resolveCaches(host.system, settings, "claude", { root: "/ws" });
  strictEqual(inWorkset.at(-1)!.source, "/ws/shared/claude/tool");
  strictEqual(inWorkset[0]!.source, `${shared}/global/npm`);
});

Deno.test("a cache that would leave its place, or take an agent's, is refused", () => {
  const settings = (name: string, value: string) => ({
    caches: { [name]: { value, level: "box", from: fromFile("box", "config") } as const },
    agentCaches: {},
  });
  const system = { file: "", config: { values: {} }, paths: { shared: "/s" } } as unknown as Parameters<
    typeof resolveCaches
  >[0];
  const resolve = (name: string, value: string) =>
    resolveCaches(system, settings(name, value), "claude", undefined, ["claude"]);
  for (
    const [name, value] of [["../x", "a"], ["..", "a"], ["a/b", "a"], ["x", "/abs"], ["x", "../y"], [
      "x",
      "a//b",
    ], [
      "claude",
      "a",
    ]]
  ) throws(() => resolve(name!, value!), { code: "bad-cache" }, `${name} ${value}`);
  strictEqual(resolve("pip.v2", ".cache/pip")[0]!.source, "/s/global/pip.v2");
});

Deno.test("names and places of caches", () => {
  for (const name of ["pip", "a.b", "A-1_x"]) strictEqual(isCacheName(name), true, name);
  for (const name of ["", ".", "..", ".x", "-x", "a b", "x/y"]) strictEqual(isCacheName(name), false, name);
  strictEqual(cachePath(".cache/pip/"), ".cache/pip");
  strictEqual(cachePath("~/x"), "x");
  for (const text of ["", "/", "~", "~/", "/x", ".", "a/./b", "a/../b"]) {
    strictEqual(cachePath(text), undefined, text);
  }
});

Deno.test("a workset's own settings and variables count, between box and crab, and not those of the default one", async () => {
  await using box = await Sandbox.make();
  const host = await box.open('[box]\nimage = "sys"\nnetwork = "none"\n[shared]\npip = "s"\n');
  const root = await box.folder("ws");
  await Deno.chmod(root, 0o755);
  await box.write(`${host.system.paths.defaultWorkset}`, '[box]\nimage = "default"\npids = 99\n');
  await box.write(
    `${root}/config.toml`,
    '[box]\nimage = "ws"\n[workset.path.share_ro]\ndocs = "docs:~/docs"\n',
  );
  await box.write(`${root}/env`, "A=ws\nB=ws\n");
  for (const file of ["config.toml", "env"]) await Deno.chmod(`${root}/${file}`, 0o600);
  const metadata = `${root}/boxes/app`;
  await box.write(`${metadata}/env`, "B=box\n");
  const place = {
    mode: "workset",
    path: `${root}/workspaces/app`,
    metadata,
    workset: { name: "w", root },
  } as const;
  const crab = { ...CRAB, env: { A: "crab", C: "crab" } };
  const settings = settingsFrom(await readLevels(host, place), crab, {});
  deepStrictEqual(settings.image, {
    value: "ws",
    level: "workset",
    from: fromFile("workset", "config", "w"),
  });
  strictEqual(settings.network.value, "none");
  strictEqual(settings.pids.level, "default");
  strictEqual(settings.binds["workset.path.share_ro.docs"]!.value, "docs:~/docs");
  deepStrictEqual(
    Object.entries(settings.env).map(([name, { value, from }]) => [name, value, sourceText(from)]).sort(),
    [["A", "ws", "workset w env file"], ["B", "box", "box env file"], ["C", "crab", "crab claude"]],
  );
  // Others who may write there would decide what its boxes get.
  await Deno.chmod(root, 0o777);
  await rejects(readLevels(host, place), { code: "unsafe-mode" });
});

Deno.test("a standalone project belongs to no workset, and gets no variables of one", async () => {
  await using box = await Sandbox.make();
  const host = await box.open();
  await box.write(host.system.paths.defaultWorkset, "[box]\npids = 99\n");
  const path = await box.folder("alone");
  const place = { mode: "standalone", path, metadata: `${path}/.kanibako` } as const;
  strictEqual((await resolveSettings(host, place, undefined, {})).pids.level, "default");
  strictEqual(
    (await resolveSettings(host, { ...place, mode: "default", metadata: `${box.root}/none` }, undefined, {}))
      .pids
      .level,
    "workset",
  );
});
