import assert from "node:assert/strict";
import { getImage } from "../../../lib/app/run/image.ts";
import { pullFailure } from "../../../lib/rig/pull_failures.ts";
import type { ImageChoice } from "../../../lib/rig/choose/types.ts";
import { openRuntime } from "../../../lib/runtime/open.ts";
import { AppWorld } from "../world.ts";

const IMAGE = "docker.io/library/alpine:3.20";
const CHOICE: ImageChoice = {
  image: IMAGE,
  standIn: "min",
  family: undefined,
  why: [],
  notes: [],
  settings: {},
  trusted: false,
  asks: undefined,
};

/** An engine that has the rig `min` and whose pulls do this. */
const ENGINE = (pull: string) =>
  `#!/bin/sh
case "$*" in
  *--version*|version*) echo "podman version 4.3.1" ;;
  *"images --no-trunc"*) echo '[{"Id":"abc","Names":["localhost/kanibako-min:latest"],"Size":5,"Created":0}]' ;;
  *"pull "*) ${pull} ;;
  *image*inspect*) echo "Error: no such image" >&2; exit 125 ;;
esac
`;

/** Gets the image where a pull does this. */
async function got(world: AppWorld, pull: string): Promise<string> {
  await Deno.writeTextFile(`${world.sandbox.root}/bin/podman`, ENGINE(pull));
  const first = { word: IMAGE, isStandIn: false, why: [] };
  return (await getImage(world.host, await openRuntime(world.host.dirs, "podman"), CHOICE, first)).word;
}

Deno.test("getImage: a rig stands in where a pull fails, and the failure is remembered", async () => {
  await using world = await AppWorld.make();
  assert.equal(await got(world, 'echo "Error: no such host" >&2; exit 125'), "min");
  assert.match((await pullFailure(world.host.dirs, IMAGE))!.why, /no such host/);
});

Deno.test("getImage: a run that is ended while it pulls gets no stand-in, and nothing is remembered", async () => {
  await using world = await AppWorld.make();
  await assert.rejects(got(world, `kill -TERM ${Deno.pid}; while :; do :; done`), {
    code: "interrupted",
    exitCode: 143,
  });
  assert.equal(await pullFailure(world.host.dirs, IMAGE), undefined);
});
