/**
 * Every command by its name. Imports declarations only; what a command does is loaded when it runs.
 *
 * @module
 */

import { approve } from "./box/approve.ts";
import { create } from "./box/create.ts";
import { boxDiagnose } from "./box/diagnose.ts";
import { boxInfo } from "./box/info.ts";
import { list, ps } from "./box/list.ts";
import { rm } from "./box/rm.ts";
import { shell } from "./box/shell.ts";
import { start } from "./box/start.ts";
import { stop } from "./box/stop.ts";
import type { Command } from "./command.ts";
import { crabInfo } from "./crab/info.ts";
import { crabList } from "./crab/list.ts";
import { freshness, supervise } from "./internal/internal.ts";
import { rigDiagnose, rigInfo, rigList, rigPrep, rigRebuild, rigRm } from "./rig/rig.ts";
import { completions } from "./system/completions.ts";
import { systemDiagnose } from "./system/diagnose.ts";
import { systemInfo } from "./system/info.ts";
import { setup } from "./system/setup.ts";

/** Commands that belong together. */
export interface Group {
  readonly kind: "group";
  readonly brief: string;
  /** A group's command may be a group again. */
  readonly commands: Readonly<Record<string, Command | Group>>;
  /** Other names of its commands. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The command that runs when none is named. */
  readonly default: string | undefined;
  /** Not shown. */
  readonly hidden?: boolean;
}

/** Whether help and completions show it. */
export function isShown(target: Command | Group): boolean {
  return target.hidden !== true;
}

/** Every command below a target, each with the words that lead to it. */
export function* allCommands(
  target: Command | Group,
  path: readonly string[],
): Generator<[path: readonly string[], command: Command]> {
  if (target.kind === "command") yield [path, target];
  else {for (const [verb, inner] of Object.entries(target.commands)) {
      yield* allCommands(inner, [...path, verb]);
    }}
}

/** What a first word can mean. */
export const commands: Readonly<Record<string, Command | Group>> = {
  start,
  shell,
  stop,
  create,
  list,
  ps,
  rm,
  setup,
  completions,
  box: {
    kind: "group",
    brief: "Boxes: a project, its state and its container",
    commands: { start, shell, stop, create, list, ps, info: boxInfo, rm, approve, diagnose: boxDiagnose },
    aliases: { ls: "list", inspect: "info", delete: "rm" },
    default: "list",
  },
  rig: {
    kind: "group",
    brief: "Rigs: the container images boxes are made from",
    commands: {
      list: rigList,
      info: rigInfo,
      prep: rigPrep,
      rm: rigRm,
      rebuild: rigRebuild,
      diagnose: rigDiagnose,
    },
    aliases: { ls: "list", inspect: "info", delete: "rm", prepare: "prep" },
    default: "list",
  },
  crab: {
    kind: "group",
    brief: "Crabs: the agents and how they are configured",
    commands: { list: crabList, info: crabInfo },
    aliases: { ls: "list", inspect: "info" },
    default: "list",
  },
  system: {
    kind: "group",
    brief: "This machine and this installation",
    commands: { info: systemInfo, diagnose: systemDiagnose },
    aliases: { inspect: "info" },
    default: "info",
  },
  internal: {
    kind: "group",
    brief: "What the program runs for itself",
    commands: { supervise, freshness },
    aliases: {},
    default: undefined,
    hidden: true,
  },
};

/** Other names of first words. */
export const aliases: Readonly<Record<string, string>> = {
  agent: "crab",
  image: "rig",
  container: "box",
  ls: "list",
  delete: "rm",
};

/** Words of earlier versions that mean another command now, for suggestions only. */
export const formerly: Readonly<Record<string, string>> = {
  status: "box info",
  init: "create",
  new: "create",
  remove: "rm",
  attach: "start",
  run: "start",
  exec: "shell",
  build: "rig prep",
  pull: "rig prep",
  info: "box info",
  inspect: "box info",
  diagnose: "system diagnose",
  doctor: "system diagnose",
  version: "--version",
};
