/**
 * Every command by its name. Imports declarations only; what a command does is loaded when it runs.
 *
 * @module
 */

import { approve } from "./box/settings/approve.ts";
import { archive } from "./box/project/archive.ts";
import { boxConfig } from "./box/settings/config.ts";
import { create } from "./box/project/create.ts";
import { boxDiagnose } from "./box/report/diagnose.ts";
import { extract } from "./box/project/extract.ts";
import { boxInfo } from "./box/report/info.ts";
import { boxStats } from "./box/report/stats.ts";
import { boxLimits } from "./box/report/limits.ts";
import { boxLogs } from "./box/report/logs.ts";
import { boxReport } from "./box/report/report.ts";
import { list, ps } from "./box/report/list.ts";
import { boxDuplicate, boxFork, boxMigrate, boxMove, boxPurge } from "./box/project/move.ts";
import { rm } from "./box/project/rm.ts";
import { cp } from "./box/files/cp.ts";
import { open, port } from "./box/port/port.ts";
import { quarantine } from "./box/quarantine/quarantine.ts";
import { pause, resume } from "./box/session/pause.ts";
import { run } from "./run/run.ts";
import { replay } from "./box/session/replay.ts";
import { shell } from "./box/session/shell.ts";
import { start } from "./box/session/start.ts";
import { stop } from "./box/session/stop.ts";
import { vault } from "./box/vault/vault.ts";
import { systemPrune } from "./system/prune.ts";
import { systemUpgrade } from "./system/upgrade.ts";
import type { Command, Group } from "./command.ts";
import { helper } from "./crab/helper/helper.ts";
import { mcp } from "./mcp/mcp.ts";
import { comms } from "./comms/comms.ts";
import { record } from "./record/record.ts";
import { secret } from "./secret/secret.ts";
import { crabAdd } from "./crab/add.ts";
import { crabCheck } from "./crab/check.ts";
import { crabConfig } from "./crab/config.ts";
import { crabDiagnose } from "./crab/diagnose.ts";
import { crabInfo } from "./crab/info.ts";
import { crabReauth } from "./crab/reauth.ts";
import { crabList } from "./crab/list.ts";
import { freshness, helperBox, helperWork, supervise, vaultSeal } from "./internal/internal.ts";
import { rigExport, rigImport } from "./rig/rig_carry.ts";
import { rigDiagnose, rigInfo, rigList } from "./rig/rig_look.ts";
import { rigAdd, rigCreate, rigExtend, rigPrep, rigRebuild, rigRm } from "./rig/rig_make.ts";
import { rigPrune, rigPull } from "./rig/rig_images.ts";
import { approveName, networkGroup } from "./network/network.ts";
import * as legacy from "./legacy/legacy.ts";
import { completions } from "./system/completions.ts";
import { systemConfig } from "./system/config.ts";
import { systemDiagnose } from "./system/diagnose.ts";
import { systemMigrate } from "./system/migrate.ts";
import { systemInfo } from "./system/info.ts";
import { setup } from "./system/setup.ts";
import { worksetConfig } from "./workset/config.ts";
import {
  worksetConnect,
  worksetCreate,
  worksetDisconnect,
  worksetInfo,
  worksetList,
  worksetRm,
} from "./workset/workset.ts";

export type { Group } from "./command.ts";

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
  run,
  stop,
  create,
  list,
  ps,
  rm,
  approve: approveName,
  replay,
  setup,
  completions,
  box: {
    kind: "group",
    brief: "Manage boxes: a project, its state and its container",
    commands: {
      start,
      shell,
      stop,
      create,
      list,
      ps,
      info: boxInfo,
      pause,
      resume,
      stats: boxStats,
      logs: boxLogs,
      limits: boxLimits,
      cp,
      rm,
      config: boxConfig,
      approve,
      archive,
      extract,
      diagnose: boxDiagnose,
      move: boxMove,
      duplicate: boxDuplicate,
      migrate: boxMigrate,
      fork: boxFork,
      purge: boxPurge,
      report: boxReport,
      replay,
      vault,
      network: networkGroup("box"),
      quarantine,
      port,
      open,
      get: legacy.boxGet,
    },
    aliases: { ls: "list", inspect: "info", delete: "rm", net: "network" },
    default: "list",
  },
  rig: {
    kind: "group",
    brief: "Manage rigs: the container images of boxes",
    commands: {
      list: rigList,
      info: rigInfo,
      prep: rigPrep,
      add: rigAdd,
      create: rigCreate,
      extend: rigExtend,
      rebuild: rigRebuild,
      export: rigExport,
      import: rigImport,
      rm: rigRm,
      diagnose: rigDiagnose,
      pull: rigPull,
      prune: rigPrune,
    },
    aliases: { ls: "list", inspect: "info", delete: "rm", prepare: "prep" },
    default: "list",
  },
  workset: {
    kind: "group",
    brief: "Manage worksets: groups of projects with common settings",
    commands: {
      list: worksetList,
      info: worksetInfo,
      create: worksetCreate,
      rm: worksetRm,
      config: worksetConfig,
      network: networkGroup("workset"),
      auth: legacy.worksetAuth,
      connect: worksetConnect,
      disconnect: worksetDisconnect,
    },
    aliases: {
      ls: "list",
      inspect: "info",
      delete: "rm",
      add: "connect",
      remove: "disconnect",
      net: "network",
    },
    default: "list",
  },
  crab: {
    kind: "group",
    brief: "Manage crabs: agents such as Claude Code, and what is set for each",
    commands: {
      list: crabList,
      info: crabInfo,
      config: crabConfig,
      add: crabAdd,
      check: crabCheck,
      diagnose: crabDiagnose,
      reauth: crabReauth,
      fork: boxFork,
      helper,
    },
    aliases: { ls: "list", inspect: "info" },
    default: "list",
  },
  comms,
  mcp,
  record,
  secret,
  system: {
    kind: "group",
    brief: "Show and configure this machine and this installation",
    commands: {
      info: systemInfo,
      config: systemConfig,
      migrate: systemMigrate,
      network: networkGroup("system"),
      diagnose: systemDiagnose,
      prune: systemPrune,
      upgrade: systemUpgrade,
    },
    aliases: { inspect: "info", net: "network" },
    default: "info",
  },
  env: legacy.env,
  shared: legacy.shared,
  remove: legacy.remove,
  internal: {
    kind: "group",
    brief: "Commands that the program runs itself",
    commands: { supervise, freshness, helper: helperBox, "helper-work": helperWork, "vault-seal": vaultSeal },
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
