/**
 * What a box has of helpers: the folders of those that it may start, and, where no other box has asked for it, their hub with all that
 * they may have and do.
 *
 * @module
 */

import { groupFolders, helperFolders, helpersRoot } from "../hub/folders.ts";
import type { Grant } from "../hub/record.ts";
import { exists } from "../host/path.ts";
import type { HelpersInput } from "../plan/parts/part.ts";
import type { BoxInterception } from "../spec/box_secrets.ts";
import type { NetworkRule, ServiceSpec } from "../spec/box_spec.ts";
import type { Session } from "./gather.ts";

/** `undefined`: it may start none, and is none. Creates nothing. */
export function helpersOf(
  session: Session,
  { rules, interception }: {
    readonly rules: readonly NetworkRule[];
    readonly interception: BoxInterception | undefined;
  },
): HelpersInput | undefined {
  const { host, project, settings, runtime, request: { standIn }, foreign } = session;
  const { allowHelpers, spawnDepth, spawnBreadth } = settings;
  const may = allowHelpers.value && spawnDepth.value !== 0 && spawnBreadth.value !== 0;
  if (standIn?.role === "helper") {
    const { group, director, helper: { number, keep } } = standIn;
    return {
      self: { root: group, number, ...keep ? {} : { endsWith: director.id } },
      ...may ? { own: { root: helperFolders(group, number).helpers, number } } : {},
    };
  }
  // What another user's box asks for is not done as root.
  if (!may || standIn || foreign || session.request.logsIn || !runtime.can.hostMounts) return undefined;
  return {
    own: { root: helpersRoot(host.dirs, project.id), number: 0 },
    hub: hubOptions(session, rules, interception),
  };
}

/** Makes the folders that helpers of one box have in common. Nothing is loaded for those that are there. */
export async function makeHelperFolders(
  { own }: HelpersInput,
  owner: { readonly uid: number; readonly gid: number },
): Promise<void> {
  if (!own) return;
  const { from, both } = groupFolders(own.root);
  if (exists(from(own.number)) && exists(both)) return;
  (await import("../hub/make_folders.ts")).makeGroup(own.root, own.number, owner);
}

function hubOptions(
  session: Session,
  rules: readonly NetworkRule[],
  interception: BoxInterception | undefined,
): ServiceSpec["options"] {
  const { spawnTotal, spawnRate, spawnMemory, spawnCpus } = session.settings;
  const limits = {
    total: spawnTotal.value,
    spawnsAMinute: spawnRate.value,
    ...limit("memoryBytes", spawnMemory.value),
    ...limit("cpus", spawnCpus.value),
  };
  return {
    grant: JSON.stringify(grantIn(session, rules, interception)),
    limits: JSON.stringify(limits),
    // Where somebody is at a shell, the agent that is in the box.
    crab: (session.agent ?? session.tool)?.target.name ?? "",
  };
}

/** All that a helper of this box can be given: what the box has itself. */
function grantIn(
  { settings, project, guardKey, agent, tool }: Session,
  rules: readonly NetworkRule[],
  interception: BoxInterception | undefined,
): Grant {
  const { spawnDepth, spawnBreadth, spawnTime, spawnImages, image, network, memory, cpus, pids } = settings;
  const here = agent ?? tool;
  // Keys that are a guarded login come with the login.
  const secrets = (interception?.secrets ?? []).filter(({ origin }) => origin === undefined);
  return {
    budget: { depth: spawnDepth.value, breadth: spawnBreadth.value },
    image: image.value,
    ...spawnImages.value.includes("*") ? {} : { images: [...spawnImages.value] },
    network: network.value,
    rules: network.value === "filtered" ? rules.map(({ text }) => text) : [],
    secrets: Object.fromEntries(secrets.map(({ name, binding }) => [name, binding])),
    ...limit("memoryBytes", memory.value),
    ...limit("cpus", cpus.value),
    pids: pids.value,
    ...limit("timeMs", spawnTime.value === undefined ? undefined : spawnTime.value * 1000),
    auth: !project.sharedAuth ? "none" : guardKey === undefined ? "shared" : "guarded",
    logins: here && project.sharedAuth ? [here.target.name] : [],
  };
}

function limit<K extends string>(name: K, value: number | undefined): { readonly [_ in K]?: number } {
  return value === undefined ? {} : { [name]: value } as { readonly [_ in K]?: number };
}
