import assert from "node:assert/strict";
import { readSteps } from "../../lib/crab/steps.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import type { Session } from "../../lib/session/gather.ts";
import { makeMountPoints } from "../../lib/session/mount_points.ts";
import { BOX_HOME } from "../../lib/spec/box_paths.ts";
import type { BoxSpec } from "../../lib/spec/box_spec.ts";

/** A box whose home gets a cache mounted at `~/.local/share/x` and a file at `~/.local/bin/tool`. */
async function inBox(
  test: (world: { home: string; launch: () => Promise<void> }) => Promise<void>,
): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "kanibako-places-" });
  const [home, state] = [`${base}/home`, `${base}/state`];
  for (const folder of [home, state, `${base}/cache`]) await Deno.mkdir(folder);
  await Deno.writeTextFile(`${base}/tool`, "");
  const bind = (source: string, destination: string) => ({ type: "bind", source, destination });
  const plan = {
    mounts: [
      bind(home, BOX_HOME),
      bind(`${base}/tool`, `${BOX_HOME}/.local/bin/tool`),
      bind(`${base}/cache`, `${BOX_HOME}/.local/share/x`),
    ],
    user: { kind: "keep-id" },
  } as unknown as BoxSpec;
  const launch = async () => {
    const session = { project: { home, state }, steps: await readSteps(state) } as unknown as Session;
    await makeMountPoints(session, plan);
  };
  try {
    await test({ home, launch });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("places for mounts are made again when the home has lost them", () =>
  inBox(async ({ home, launch }) => {
    await launch();
    assert.ok(Deno.lstatSync(`${home}/.local/bin/tool`).isFile);
    assert.ok(Deno.lstatSync(`${home}/.local/share/x`).isDirectory);
    // As a box does, or a restore of a home that is older.
    await Deno.remove(`${home}/.local`, { recursive: true });
    await launch();
    assert.ok(Deno.lstatSync(`${home}/.local/bin/tool`).isFile);
    assert.ok(Deno.lstatSync(`${home}/.local/share/x`).isDirectory);
  }));

Deno.test("a link in the place of a mount is followed by nothing, and stops only a first launch", () =>
  inBox(async ({ home, launch }) => {
    await Deno.symlink("/nowhere", `${home}/.local`);
    await assert.rejects(launch(), (error) => error instanceof KanibakoError && error.code === "unsafe-tree");
    await Deno.remove(`${home}/.local`);
    await launch();
    await Deno.remove(`${home}/.local`, { recursive: true });
    await Deno.symlink(`${home}/../elsewhere`, `${home}/.local`);
    await launch();
    assert.throws(() => Deno.lstatSync(`${home}/../elsewhere`), Deno.errors.NotFound);
  }));
