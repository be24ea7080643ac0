import assert from "node:assert/strict";
import type { CliEngine } from "../../lib/runtime/cli/cli_engine.ts";
import { pause } from "../../lib/host/timer.ts";
import { StartWitness } from "../../lib/runtime/cli/start_witness.ts";
import type { BoxSpec } from "../../lib/spec/box_spec.ts";
import { someSpec } from "../support/spec.ts";

/** An engine, as far as a witness asks it. */
interface Asked {
  readonly makesIdFileEarly: boolean;
  readonly settlingEvents: readonly string[];
  readonly events: readonly string[] | undefined;
}

const PODMAN = { makesIdFileEarly: false, settlingEvents: ["remove"] };
const DOCKER = { makesIdFileEarly: true, settlingEvents: ["create"] };

/** What a witness says after a try in which the engine wrote what `write` does. */
async function mayHaveRun(
  asked: Asked,
  write: (idFile: string) => void,
  spec: BoxSpec = someSpec(),
): Promise<boolean> {
  const root = await Deno.makeTempDir();
  try {
    const witness = StartWitness.make(`${root}/tries/0`);
    const { argv } = witness.watched({ argv: ["/usr/bin/podman", "--x", "run", "image"], env: {} });
    assert.deepEqual(argv, ["/usr/bin/podman", "--x", "run", `--cidfile=${root}/tries/0/id`, "image"]);
    await pause(20);
    write(`${root}/tries/0/id`);
    const removed: string[] = [];
    const engine = {
      ...asked,
      events: () =>
        asked.events
          ? Promise.resolve([...asked.events, ...removed])
          : Promise.reject(new Error("keeps no events")),
      remove: (id: string) => Promise.resolve(void (id === "0123" && removed.push("remove"))),
    };
    return await witness.mayHaveRun(engine as unknown as CliEngine, spec);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const made = (path: string) => Deno.writeTextFileSync(path, "0123\n");
const madeAndRemoved = (path: string) => {
  made(path);
  Deno.removeSync(path);
};

Deno.test("H11: where no container was made, nothing of it can have run, and nobody is asked", async () => {
  assert.equal(await mayHaveRun({ ...PODMAN, events: undefined }, () => {}), false);
  // docker's client makes the file first, and removes it again.
  assert.equal(await mayHaveRun({ ...DOCKER, events: undefined }, madeAndRemoved), false);
});

Deno.test("H11: a container that was made may have run, unless the engine's events say that it was never started", async () => {
  for (const write of [made, madeAndRemoved]) {
    assert.equal(await mayHaveRun({ ...PODMAN, events: ["create", "remove"] }, write), false);
    assert.equal(await mayHaveRun({ ...PODMAN, events: ["create", "init", "start", "remove"] }, write), true);
  }
  assert.equal(await mayHaveRun({ ...DOCKER, events: ["create", "attach"] }, made), false);
  assert.equal(await mayHaveRun({ ...DOCKER, events: ["create", "start"] }, made), true);
});

Deno.test("H11: an engine that keeps no events, or not all of them yet, proves nothing", async () => {
  for (const events of [undefined, [], ["create"]]) {
    assert.equal(await mayHaveRun({ ...PODMAN, events }, made), true);
  }
  assert.equal(await mayHaveRun({ ...DOCKER, events: [] }, made), true);
});

Deno.test("H11: a container that was to stay and never ran is taken away, and the start is tried again", async () => {
  const stays: BoxSpec = { ...someSpec(), stays: true };
  assert.equal(await mayHaveRun({ ...PODMAN, events: ["create"] }, made, stays), false);
  assert.equal(
    await mayHaveRun({ ...PODMAN, events: ["create", "init", "start", "died"] }, made, stays),
    true,
  );
});
