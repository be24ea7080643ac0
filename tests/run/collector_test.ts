// Logins of a running box and of the host, kept the same while it runs.

import assert from "node:assert/strict";
import { findTarget } from "../../targets/discover.ts";
import { ENTER } from "../../lib/crab/enter/script.ts";
import { openCollector } from "../../lib/run/collector.ts";
import { readTrouble } from "../../lib/run/login_trouble.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { type Run, runFolder } from "../../lib/run/run.ts";
import { until } from "../../lib/host/wait.ts";
import { createProject } from "../../lib/project/create.ts";
import { HostMailbox } from "../../lib/runtime/cli/mailbox.ts";
import { pause } from "../../lib/host/timer.ts";
import { serviceFailures } from "../../lib/run/service_failures.ts";
import { unshareRun } from "../../lib/run/unshare.ts";
import { writeRun } from "../../lib/run/record.ts";
import { Sandbox } from "../config/support.ts";

const FILE = findTarget("claude").credentials[0]!;
const FAR = Date.now() + 7 * 24 * 3600 * 1000;
const PATIENCE = { everyMs: 20, forMs: 5000 };
const login = (token: string, expiresAt: number) =>
  JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: `r-${token}`, expiresAt } });

/** A run of a box of which only the folders are there, with `enter` at work as in a box. */
class World implements AsyncDisposable {
  readonly collector: AsyncDisposable;
  readonly #process: Deno.ChildProcess;
  private constructor(
    readonly box: Sandbox,
    readonly run: Run,
    readonly home: string,
    readonly hostFile: string,
    process: Deno.ChildProcess,
  ) {
    this.#process = process;
    this.collector = openCollector(run, {}, 50);
  }

  static async make(lifetime: RunRecord["lifetime"], moved = false): Promise<World> {
    const box = await Sandbox.make();
    const host = await box.open();
    const project = await createProject(host, { path: `${box.root}/app` });
    const hostFile = moved ? `${box.root}/elsewhere/.credentials.json` : `${box.root}/home/${FILE.hostPath}`;
    const record = {
      run: "r1",
      lifetime,
      box: "kanibako-app",
      runtime: "podman",
      place: {},
      image: "min",
      phase: "running",
      conversation: false,
      agent: "",
      sharedAuth: true,
      services: { collector: { agent: "claude", logins: [FILE.id], places: [hostFile] } },
      startedAt: Date.now(),
    } as unknown as RunRecord;
    const folder = runFolder(project.state, "r1");
    const home = `${box.root}/boxhome`;
    for (const name of [`${folder}/in`, `${folder}/out`, `${home}/.claude`, `${box.root}/bin`]) {
      await Deno.mkdir(name, { recursive: true });
    }
    await Deno.mkdir(hostFile.slice(0, hostFile.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(hostFile, login("first", FAR));
    await Deno.writeTextFile(`${home}/${FILE.boxPath}`, login("first", FAR));
    await Deno.writeTextFile(`${folder}/in/enter`, ENTER);
    await Deno.writeTextFile(`${folder}/in/take`, `${FILE.id} ${FILE.boxPath}\n`);
    // Time passes quickly in this box.
    await Deno.writeTextFile(`${box.root}/bin/sleep`, "#!/bin/sh\nexec /usr/bin/sleep 0.05\n", {
      mode: 0o755,
    });
    const process = new Deno.Command("dash", {
      args: [`${folder}/in/enter`, "run", "/usr/bin/sleep", "60"],
      clearEnv: true,
      env: { PATH: `${box.root}/bin:/usr/bin:/bin`, HOME: home, KANIBAKO_RUN: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const run = {
      host,
      box: project.id,
      state: project.state,
      record,
      mailbox: HostMailbox.open(folder),
    } as unknown as Run;
    return new World(box, run, home, hostFile, process);
  }

  /** Whether a file says that it is of a token, soon. */
  async comes(token: string, path: string): Promise<boolean> {
    return await until(
      async () => (await Deno.readTextFile(path).catch(() => "")).includes(`"${token}"`),
      PATIENCE,
    );
  }

  get boxFile(): string {
    return `${this.home}/${FILE.boxPath}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.collector[Symbol.asyncDispose]();
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await this.run.mailbox[Symbol.asyncDispose]();
    await this.box[Symbol.asyncDispose]();
  }
}

for (const lifetime of ["persistent", "ephemeral"] as const) {
  Deno.test(`a login renewed on the host reaches a box that runs (${lifetime}), and an older one does not`, async () => {
    await using world = await World.make(lifetime);
    await Deno.writeTextFile(world.hostFile, login("second", FAR + 1));
    assert.ok(await world.comes("second", world.boxFile));
    await Deno.writeTextFile(world.boxFile, login("own", FAR + 9));
    await Deno.writeTextFile(world.hostFile, login("third", FAR + 2));
    assert.ok(
      !await until(async () => !(await Deno.readTextFile(world.boxFile)).includes('"own"'), {
        everyMs: 20,
        forMs: 800,
      }),
    );
  });
}

Deno.test("a login renewed in a foreground box reaches the host while it runs", async () => {
  await using world = await World.make("ephemeral");
  await Deno.writeTextFile(world.boxFile, login("renewed", FAR + 1));
  assert.ok(await world.comes("renewed", world.hostFile));
});

Deno.test("a login that a variable has moved is kept the same by whoever hosts the run, without that variable", async () => {
  await using world = await World.make("ephemeral", true);
  await Deno.writeTextFile(world.boxFile, login("renewed", FAR + 1));
  assert.ok(await world.comes("renewed", world.hostFile));
  await Deno.writeTextFile(world.hostFile, login("again", FAR + 2));
  assert.ok(await world.comes("again", world.boxFile));
});

Deno.test("a login that cannot be given to the host is named until it can be", async () => {
  await using world = await World.make("ephemeral");
  await Deno.writeTextFile(world.hostFile, "these are notes of mine");
  await Deno.writeTextFile(world.boxFile, login("renewed", FAR + 1));
  const { state } = world.run;
  assert.ok(await until(async () => await readTrouble(state) !== undefined, PATIENCE));
  assert.match(
    (await readTrouble(state))!.text,
    /~\/\.claude\/\.credentials\.json is not a login of Claude Code/,
  );
  assert.equal(await Deno.readTextFile(world.hostFile), "these are notes of mine");
  // It is tried again when something changes, and not at every look.
  await pause(600);
  assert.ok((await serviceFailures(state))["collector"]!.count <= 3);
  await Deno.writeTextFile(world.hostFile, "");
  assert.ok(await world.comes("renewed", world.hostFile));
  assert.ok(await until(async () => await readTrouble(state) === undefined, PATIENCE));
});

Deno.test("a box that is to have a login of its own gets the host's no more, and gives none, while it runs on", async () => {
  await using world = await World.make("ephemeral");
  const { state, record } = world.run;
  await writeRun(state, record);
  await unshareRun(state);
  await Deno.writeTextFile(world.boxFile, login("own", FAR + 1));
  assert.ok(await world.comes("own", `${runFolder(state, "r1")}/out/${FILE.id}`));
  await Deno.writeTextFile(world.hostFile, login("second", FAR + 9));
  await pause(600);
  assert.match(await Deno.readTextFile(world.hostFile), /"second"/);
  assert.match(await Deno.readTextFile(world.boxFile), /"own"/);
});
