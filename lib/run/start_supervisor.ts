/**
 * Starting a box's supervisor: by the user's service manager where one runs, which then keeps it alive, else as a process of its
 * own.
 *
 * @module
 */

import { boxState, supervisorLock } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { detach, findExecutable } from "../host/process.ts";
import { runtimeDir } from "../host/runtime_dir.ts";
import { self } from "../host/self.ts";
import { FileLock } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { until } from "../host/wait.ts";
import { LABEL_LIFETIME } from "../runtime/labels.ts";
import { runtimeVariables } from "../runtime/open.ts";
import type { FoundBox } from "./find_boxes.ts";
import { readRun } from "./record.ts";
import { runFolder } from "./run.ts";

const READY_MS = 15_000;
const READY_POLL_MS = 5;

/** The file whose presence says that a run's supervisor serves it. */
export function readyMark(folder: string): string {
  return `${folder}/ready`;
}

/** Starts a supervisor for a box's run unless one is there. Does not wait for it. */
export async function ensureSupervisor(host: Host, id: string): Promise<void> {
  if (await FileLock.isHeld(supervisorLock(boxState(host.dirs, id)))) return;
  const program = (await self()).small;
  const state = boxState(host.dirs, id);
  const [{ secretVariables }, { loginVariables }] = await Promise.all([
    import("./secret_variables.ts"),
    import("./hub/login_variables.ts"),
  ]);
  const env = {
    ...runtimeVariables(),
    ...await loginVariables(host, await readRun(state)),
    ...await secretVariables(host.dirs, state),
    ...program.env,
  };
  const command = [...program.command, "internal", "supervise", id];
  detach(keptAlive(id, command, Object.keys(env)), { env });
}

/** Starts one, and waits until the services of the recorded run are at work. Throws `supervisor` when they do not get there. */
export async function startSupervisor(host: Host, id: string): Promise<void> {
  const state = boxState(host.dirs, id);
  const record = await readRun(state);
  if (!record) throw new Error("a supervisor without a run");
  const mark = readyMark(runFolder(state, record.run));
  // That of one that was killed says nothing.
  if (!await FileLock.isHeld(supervisorLock(state))) await Deno.remove(mark).catch(() => {});
  await ensureSupervisor(host, id);
  const there = () => Deno.lstat(mark).then(() => true, () => false);
  if (await until(there, { everyMs: READY_POLL_MS, forMs: READY_MS })) return;
  throw new KanibakoError("supervisor", `The services of the box ${id} did not start in time.`, {
    hint: `To find the cause: kanibako box diagnose ${id}`,
  });
}

/**
 * The command that has the user's service manager run another one, and run it again should it be killed. The command itself where
 * no manager answers; where one refuses, it runs as it is. Values of variables stay out of the argument list: they are named, and
 * taken from the caller's environment.
 */
export function keptAlive(
  id: string,
  command: readonly string[],
  variables: readonly string[],
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): readonly string[] {
  const folder = runtimeDir(env);
  if (!folder || !isSocket(`${folder}/systemd/private`)) return command;
  const program = findExecutable("systemd-run", env("PATH"));
  if (!program) return command;
  const words = [
    program,
    "--user",
    "--quiet",
    "--collect",
    `--unit=kanibako-${id}-${Date.now().toString(36)}`,
    "--property=Restart=on-failure",
    "--property=RestartSec=1",
    "--property=StartLimitIntervalSec=60",
    "--property=StartLimitBurst=5",
    ...[...PASSED_ON.filter((name) => env(name) !== undefined), ...variables].map((name) =>
      `--setenv=${name}`
    ),
  ];
  return ["/bin/sh", "-c", `${words.map(shellQuote).join(" ")} -- "$@" || exec "$@"`, "sh", ...command];
}

/** What a supervisor needs of its caller's environment to be the same user's kanibako. */
const PASSED_ON = ["HOME", "PATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"];

function isSocket(path: string): boolean {
  try {
    return Deno.statSync(path).isSocket === true;
  } catch {
    return false;
  }
}

/** Starts supervisors for recorded persistent runs that go on without one. Costs nothing for boxes that do not run. */
export async function reviveSupervisors(host: Host, boxes: Iterable<FoundBox>): Promise<void> {
  for (const { id, info } of boxes) {
    if (!info.running || info.labels[LABEL_LIFETIME] !== "persistent") continue;
    if ((await readRun(boxState(host.dirs, id)))?.lifetime === "persistent") {
      await ensureSupervisor(host, id).catch((error: unknown) => debug(() => `no supervisor: ${error}`));
    }
  }
}
