/**
 * Joins a box that runs: another command in it, or its terminal.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { qualifiedName } from "../project/project.ts";
import { note } from "../host/ui/terminal.ts";
import { parseEnvFlags } from "../config/env.ts";
import { ignoredLine, ineffective } from "../config/settings/flags.ts";
import { chooseEngine } from "../runtime/choose.ts";
import { type AttachTarget, attachTerminal, tellDetached, tellRunning } from "./attach.ts";
import { deliverToRunning } from "./delivery.ts";
import { execInBox } from "./exec.ts";
import type { Session } from "./gather.ts";
import { enterAsGuest, runFolders } from "../run/folders.ts";
import type { RunRecord } from "../run/record.ts";
import { ensureSupervisor } from "../run/supervisor.ts";

/** Joins the recorded run. The exit code, or `undefined` when it does not go on any more. */
export async function join(session: Session, record: RunRecord): Promise<number | undefined> {
  const { host, project, request } = session;
  const engine = await chooseEngine(host.dirs, record.engine);
  if (request.kind === "shell" && session.lifetime === "ephemeral") {
    using _guest = await enterAsGuest(runFolders(project.state, record.run));
    const code = await execInBox({
      engine,
      container: record.container,
      argv: request.entrypoint !== undefined
        ? [request.entrypoint, ...request.words]
        : request.words.length > 0
        ? request.words
        : ["/bin/bash"],
      env: parseEnvFlags(request.flags.env ?? []),
      terminal: session.interactive ? "tty" : "pipe",
    });
    if (code !== undefined && record.lifetime === "persistent") {
      await ensureSupervisor(project.state, project.id);
    }
    return code;
  }
  // What follows is the exception or takes a while: one question more does not count.
  if (!(await engine.inspect(record.container))?.running) return undefined;
  if (record.lifetime === "ephemeral") {
    throw new KanibakoError(
      "running",
      `The box ${qualifiedName(project)} runs in the foreground of another terminal.`,
      {
        hint: [
          `Open a shell in it: kanibako shell ${qualifiedName(project)}`,
          `End it: kanibako stop ${qualifiedName(project)}`,
        ],
      },
    );
  }
  if (session.lifetime === "ephemeral") {
    throw new KanibakoError(
      "running",
      `The box ${qualifiedName(project)} runs already, in a session that stays.`,
      {
        hint: [
          `Go back to it: kanibako start ${qualifiedName(project)}`,
          `End it: kanibako stop ${qualifiedName(project)}`,
        ],
      },
    );
  }
  await ensureSupervisor(project.state, project.id);
  tellIneffective(session);
  await deliverToRunning(session, record);
  if (!session.interactive) {
    tellRunning(qualifiedName(project));
    return 0;
  }
  return await attached(qualifiedName(project), {
    engine,
    container: record.container,
    state: project.state,
    run: record.run,
  });
}

/** Attaches, and says how it ended. `undefined` when the box does not run. */
export async function attached(name: string, target: AttachTarget): Promise<number | undefined> {
  const outcome = await attachTerminal(target);
  if (outcome.kind === "not-running") return undefined;
  if (outcome.kind === "detached") {
    tellDetached(name);
    return 0;
  }
  return outcome.code;
}

/** Options that only count when a box is launched. */
function tellIneffective({ request }: Session): void {
  const line = ignoredLine([
    ...ineffective(request.flags),
    ...(request.engine === undefined ? [] : ["--engine"]),
    ...(request.entrypoint === undefined ? [] : ["--entrypoint"]),
    ...(request.words.length === 0 ? [] : ["the words after --"]),
  ]);
  if (line !== undefined) note(line);
}
