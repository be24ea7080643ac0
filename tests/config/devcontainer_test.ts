import assert from "node:assert/strict";
import {
  type DevContainerUse,
  isDevContainerLevel,
  localEnvMark,
  withLocalEnv,
  writeDevContainerRecord,
} from "../../lib/config/devcontainer.ts";
import { readLevels } from "../../lib/config/levels.ts";
import { settingsFrom } from "../../lib/config/resolve.ts";
import type { FlagSettings } from "../../lib/config/settings.ts";
import { sourceText } from "../../lib/spec/source.ts";
import { Sandbox } from "./support.ts";

const FILE = ".devcontainer/devcontainer.json";
const USE: DevContainerUse = {
  image: "localhost/dev:1",
  env: { FROM: "file", OVER: "file", HOST: localEnvMark("PATH"), OTHER: localEnvMark("NOT_APPROVED") },
  localEnv: ["PATH"],
  ports: ["3000"],
  requiredPorts: [],
  binds: { "box.path.share_ro.devcontainer-1": "/srv:/srv" },
  volumes: [],
  inMemory: [],
  lifecycle: "",
  notes: [],
};

/** What is set for a project with such a file, after an answer. */
async function settings(
  { answer = "yes", box = "", system = "", flags = {}, file = true }: {
    answer?: "yes" | "no";
    box?: string;
    system?: string;
    flags?: FlagSettings;
    file?: boolean;
  } = {},
) {
  await using sandbox = await Sandbox.make();
  const host = await sandbox.open(system);
  const path = await Deno.makeTempDir();
  try {
    if (file) await Deno.mkdir(`${path}/.devcontainer`);
    const metadata = `${host.system.paths.boxes}/app`;
    if (box !== "") await sandbox.write(`${metadata}/project.toml`, box);
    await writeDevContainerRecord(host.dirs.state, path, {
      file: FILE,
      answer,
      hash: "x",
      shown: [],
      use: USE,
    });
    const levels = await readLevels(host, { mode: "default", path, metadata });
    return { levels, settings: settingsFrom(levels, undefined, flags) };
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("what was approved stands above the system's settings, each with the file it is from", async () => {
  const { settings: all } = await settings({ system: '[box]\nimage = "min"\nports = ["1"]\n' });
  assert.equal(all.image.value, "localhost/dev:1");
  assert.equal(sourceText(all.image.from), FILE);
  assert.deepEqual(all.published.map(({ port, from }) => [port, sourceText(from)]), [[3000, FILE]]);
  assert.equal(all.env["FROM"]!.value, "file");
  assert.equal(all.env["FROM"]!.expands, true);
  assert.equal(all.binds["box.path.share_ro.devcontainer-1"]!.value, "/srv:/srv");
});

Deno.test("what is set for the box and options stand above it", async () => {
  const { settings: all } = await settings({
    box: '[box]\nimage = "min"\n',
    flags: { env: ["OVER=option"], ports: ["9"] },
  });
  assert.equal(all.image.value, "min");
  assert.deepEqual([all.env["OVER"]!.value, all.env["OVER"]!.expands], ["option", undefined]);
  assert.deepEqual(all.published.map(({ port }) => port), [3000, 9]);
});

Deno.test("nothing of it counts after a no, where the setting is no, or without the file", async () => {
  for (const given of [{ answer: "no" }, { box: '[box]\ndevcontainer = "no"\n' }, { file: false }] as const) {
    const { levels, settings: all } = await settings(given);
    assert.deepEqual(levels.filter(isDevContainerLevel), []);
    assert.equal(all.image.value, "oci");
    assert.deepEqual(all.published, []);
  }
});

Deno.test("of variables of this machine only those that were approved are put in", async () => {
  const { settings: all } = await settings();
  assert.equal(all.env["HOST"]!.value, Deno.env.get("PATH"));
  assert.equal(all.env["OTHER"]!.value, "");
  assert.equal(
    withLocalEnv(`a${localEnvMark("A")}${localEnvMark("B")}`, ["A"], (name) => `<${name}>`),
    "a<A>",
  );
});
