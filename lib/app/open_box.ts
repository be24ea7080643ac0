/**
 * Opening a box for a script: of a project, or a scratch box without one.
 *
 * @module
 */

import { commandText } from "../spec/command_text.ts";
import { isSecretName } from "../config/env.ts";
import type { Host } from "../config/system.ts";
import type { SessionRequest } from "../session/gather.ts";
import { open } from "../session/open.ts";
import { qualifiedName } from "../project/project.ts";
import { locateProject } from "../project/locate.ts";
import type { HeldBox } from "../session/hold_mode.ts";
import type { Project } from "../project/project.ts";
import { Box } from "./box.ts";
import { BoxCommand } from "./box_command.ts";
import { type BoxOptions, flagsOf } from "./box_options.ts";
import { makeScratch } from "./scratch.ts";

/** What a script asks for, in the terms of a session. `cat` ends when its input does, or when we die. */
function held(host: Host, cwd: string, options: BoxOptions): SessionRequest {
  return {
    host,
    cwd,
    kind: "shell",
    held: true,
    words: ["cat"],
    flags: { ...flagsOf(options), persistence: "ephemeral" },
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  };
}

/** Opens the box of a project, making the project where there is none. Throws `running` when the box is in use. */
export async function openProjectBox(
  host: Host,
  project: string | undefined,
  cwd: string,
  options: BoxOptions,
): Promise<Box> {
  const request = held(host, cwd, options);
  const opened = await open({ ...request, ...(project === undefined ? {} : { project }) }, "held");
  if (opened.kind !== "held") throw new Error("a held box that is not held");
  try {
    const found = await locateProject(host, project, cwd);
    return boxOf(opened.held, { name: qualifiedName(found), project: found });
  } catch (error) {
    await opened.held.close();
    throw error;
  }
}

/** What a scratch box is to be like. */
export interface ScratchOptions extends BoxOptions {
  /** The folder the box works in. Default: an empty one, gone afterwards. */
  readonly workspace?: string;
}

/** Opens a box that belongs to no project and of which nothing is left when it is closed. */
export async function openScratchBox(host: Host, cwd: string, options: ScratchOptions): Promise<Box> {
  const scratch = await makeScratch(host, options.workspace, cwd);
  try {
    const opened = await open({
      ...held(host, cwd, options),
      standIn: { role: "scratch", project: scratch.project },
    }, "held");
    if (opened.kind !== "held") throw new Error("a held box that is not held");
    return boxOf(opened.held, { name: scratch.project.name, end: scratch.remove });
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

/** A held box in a script's hands. `end`: what follows when it is closed. */
function boxOf(
  held: HeldBox,
  { name, project, end }: {
    readonly name: string;
    readonly project?: Project;
    readonly end?: () => Promise<void>;
  },
): Box {
  const { runtime, record, host, box, state } = held.run;
  return new Box({
    name,
    ...(project
      ? {
        project,
        report: async (options) =>
          await (await import("./project/report.ts")).projectReport(host, project, options),
      }
      : {}),
    askPorts: async (question) => {
      const { changePorts } = await import("../run/ports/change_ports.ts");
      return await changePorts({ host, id: box, state: held.run.state, name, record }, question);
    },
    plan: held.plan,
    ended: held.ended,
    call: (argv, options, workdir) => {
      const command = new BoxCommand(
        { runtime, state },
        { box: record.box, name },
        argv,
        options,
        workdir ?? held.plan.workdir,
      );
      const data = { command: commandText(argv, isSecretName), words: argv.length };
      host.events({ kind: "called", box, run: record.run, atMs: Date.now(), data });
      return command;
    },
    close: async () => {
      try {
        await held.close();
      } finally {
        await end?.();
      }
    },
  });
}
