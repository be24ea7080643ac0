import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { create } from "../../../lib/app/project/create.ts";
import { diagnoseBox } from "../../../lib/app/project/diagnose.ts";
import { boxInfo } from "../../../lib/app/project/info.ts";
import { listBoxes } from "../../../lib/app/project/listing.ts";
import { stopAll, stopProject } from "../../../lib/app/project/stop.ts";
import { supervisorLog } from "../../../lib/config/box_state.ts";
import { KanibakoError } from "../../../lib/host/error.ts";
import type { Project } from "../../../lib/project/project.ts";
import { lookBefore } from "../../../lib/report/session.ts";
import { noteSilent } from "../../../lib/run/find_boxes.ts";
import { noteRuntime } from "../../../lib/run/used_runtimes.ts";
import { openRuntime } from "../../../lib/runtime/open.ts";
import { AppWorld } from "../world.ts";

const labels = ({ id }: Project) => ({ "kanibako.box": id, "kanibako.role": "box" });

/** As podman lists a container. */
const inPodman = (project: Project, state = "running") => ({
  Id: "c0ffee",
  Names: [project.id],
  Image: "image",
  State: state,
  ExitCode: 0,
  Created: 1000,
  Labels: labels(project),
});

/** As docker lists a container. */
const inDocker = (project: Project) => ({
  ID: "deca1f",
  Names: project.id,
  Image: "image",
  State: "running",
  Status: "Up 1 second",
  CreatedAt: "2026-01-31 12:00:00 +0000 UTC",
  Labels: labels(project),
});

/** Two projects, and a box of each in another engine. */
async function inTwoEngines(): Promise<
  { world: AppWorld; api: Project; web: Project; idle: Project } & AsyncDisposable
> {
  const world = await AppWorld.make(["podman", "docker"]);
  const make = async (name: string) =>
    (await create(world.host, { path: await world.folder(name), cwd: "/" })).project;
  const [api, web, idle] = [await make("api"), await make("web"), await make("idle")];
  await world.engineHas("podman", JSON.stringify([inPodman(api)]));
  await world.engineHas("docker", JSON.stringify(inDocker(web)));
  await noteRuntime(world.host, await openRuntime(world.host.dirs, "docker"));
  return { world, api, web, idle, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

Deno.test("a listing asks each engine that has boxes of ours, once", async () => {
  await using made = await inTwoEngines();
  const { world } = made;
  const { boxes } = await listBoxes(world.host);
  deepStrictEqual(boxes.map(({ project, status, engine }) => [project.name, status, engine]), [
    ["api", "active", "podman"],
    ["idle", "stopped", undefined],
    ["web", "active", "docker"],
  ]);
  strictEqual(boxes[0]?.sinceMs, 1_000_000);
  for (const name of ["podman", "docker"]) {
    const asked = (await world.engineCalls(name)).filter((call) => call.includes("ps --all"));
    strictEqual(asked.length, 1, name);
  }
  const one = await listBoxes(world.host, "podman");
  strictEqual(one.boxes.find(({ project }) => project.name === "web")?.status, "stopped");
});

Deno.test("of an engine that does not answer nothing is known, and that is noted", async () => {
  await using made = await inTwoEngines();
  const { world } = made;
  await world.breakEngine("docker");
  const { boxes } = await listBoxes(world.host);
  strictEqual(boxes[0]?.status, "active");
  deepStrictEqual(world.ui.codes, ["engine-silent"]);
  match(world.ui.text, /docker/);
});

Deno.test("of an engine that does not answer it is said what to do about it, whoever has asked", async () => {
  await using world = await AppWorld.make();
  const silent = new Map([[
    "docker",
    new KanibakoError("engine", "It is out of order.", { hint: "Repair it." }),
  ]]);
  noteSilent(world.host, { silent });
  match(world.ui.text, /It is out of order\. → Repair it\./);
});

Deno.test("a listing whose engine fails shows the projects all the same, and why nothing is known", async () => {
  await using world = await AppWorld.make();
  await create(world.host, { path: await world.folder("api"), cwd: "/" });
  await world.breakEngine("podman");
  deepStrictEqual((await listBoxes(world.host)).boxes.map(({ status }) => status), ["unknown"]);
  deepStrictEqual(world.ui.codes, ["engine-silent"]);
  match(world.ui.text, /out of order/);
  // Who names the engine, or has to know, gets the error.
  await rejects(listBoxes(world.host, "podman"), { code: "engine" });
  await rejects(stopProject(world.host, "api", "/"), { code: "engine" });
});

Deno.test("without an engine the state of boxes is not known, and that is why", async () => {
  await using world = await AppWorld.make([]);
  await create(world.host, { path: await world.folder("api"), cwd: "/" });
  deepStrictEqual((await listBoxes(world.host)).boxes.map(({ status }) => status), ["unknown"]);
  deepStrictEqual(world.ui.codes, ["no-engine"]);
});

Deno.test("info and diagnose see a box in whichever engine it is", async () => {
  await using made = await inTwoEngines();
  const { world, web } = made;
  const info = await boxInfo(world.host, "web", "/");
  ok(!("exists" in info));
  deepStrictEqual([info.state?.runtime.kind, info.state?.info.running], ["docker", true]);
  deepStrictEqual([info.network.value, info.networkNow], ["open", undefined]);
  const { checks } = await diagnoseBox(world.host, "web", "/");
  const container = checks.find(({ label }) => label === "Container");
  deepStrictEqual([container?.mark, container?.detail], ["ok", `running (${web.id})`]);
  const none = await boxInfo(world.host, await world.folder("new"), "/");
  ok("exists" in none);
});

Deno.test("diagnose shows what a supervisor wrote last", async () => {
  await using world = await AppWorld.make();
  const { project } = await create(world.host, { path: await world.folder("api"), cwd: "/" });
  const supervisorOf = async () =>
    (await diagnoseBox(world.host, "api", "/")).checks.filter(({ label }) => label === "Supervisor");
  deepStrictEqual(await supervisorOf(), []);
  await Deno.mkdir(project.state, { recursive: true });
  const lines = Array.from({ length: 9 }, (_, index) => `2026-01-31 it failed ${index}\n`);
  await Deno.writeTextFile(supervisorLog(project.state), lines.join(""));
  const shown = await supervisorOf();
  deepStrictEqual([shown.length, shown.at(-1)?.mark, shown.at(-1)?.detail], [
    5,
    "!!",
    "2026-01-31 it failed 8",
  ]);
});

Deno.test("stopping all asks once for the boxes of every engine, and stops them", async () => {
  await using made = await inTwoEngines();
  const { world } = made;
  await rejects(stopAll(world.host, { force: false }), {
    name: "Aborted",
    message: /without being asked: kanibako stop --all --force/,
  });
  world.ui.attended = true;
  await rejects(stopAll(world.host, { force: false }), { message: "Aborted." });
  deepStrictEqual(world.ui.questions[0]?.details, ["  api", "  web"]);
  strictEqual((await world.engineCalls("docker")).some((call) => call.startsWith("stop")), false);
  world.ui.yes = true;
  const all = await stopAll(world.host, { force: false });
  deepStrictEqual(all, { running: 2, stopped: ["api", "web"], failed: [] });
  deepStrictEqual(world.ui.codes, ["box-stopped", "box-stopped"]);
  deepStrictEqual(await stopAll(world.host, { force: false }), { running: 0, stopped: [], failed: [] });
});

Deno.test("stopping all says of each box what it left that the machine will run", async () => {
  await using made = await inTwoEngines();
  const { world, api } = made;
  const { keep } = await lookBefore({
    state: api.state,
    root: api.path,
    run: "run-1",
    agent: "",
    show: "brief",
  });
  await keep();
  await Deno.writeTextFile(`${api.path}/.envrc`, "");
  await stopAll(world.host, { force: true });
  deepStrictEqual(world.ui.codes, ["box-stopped", "report", "box-stopped"]);
  match(world.ui.text, /\.envrc new/);
});

Deno.test("a box that is stopped counts as stopped, whatever cannot be said of it", async () => {
  await using made = await inTwoEngines();
  const { world, api } = made;
  // A folder where the last thing that was said is recorded.
  await Deno.mkdir(`${api.state}/quarantine.said`, { recursive: true });
  await Deno.mkdir(`${api.state}/protect`);
  const all = await stopAll(world.host, { force: true });
  deepStrictEqual(all, { running: 2, stopped: ["api", "web"], failed: [] });
  deepStrictEqual(world.ui.codes, ["box-stopped", "failed", "box-stopped"]);
});

Deno.test("one box is stopped, and what it came to is answered", async () => {
  await using made = await inTwoEngines();
  const { world } = made;
  strictEqual((await stopProject(world.host, "api", "/")).outcome, "stopped");
  strictEqual((await stopProject(world.host, "idle", "/")).outcome, "not-running");
  await rejects(stopProject(world.host, await world.folder("new"), "/"), { code: "no-box" });
});
