/**
 * Computes what a box gets: each part contributes, in order, and two that claim the same thing are an error. Pure.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { escapeControl } from "../host/ui/text.ts";
import { BOX_LAUNCHER, BOX_WORKSPACE } from "../spec/box_paths.ts";
import { assertKept } from "./protected_paths.ts";
import { caches } from "./parts/caches.ts";
import { command } from "./parts/command.ts";
import { environment } from "./parts/environment.ts";
import { home } from "./parts/home.ts";
import { housekeeping } from "./parts/housekeeping.ts";
import { limits } from "./parts/limits.ts";
import type { Contribution, Part, PlanInput } from "./parts/part.ts";
import { program } from "./parts/program.ts";
import { resources } from "./parts/resources.ts";
import { shares } from "./parts/shares.ts";
import { target } from "./parts/target.ts";
import { vault } from "./parts/vault.ts";
import { workspace } from "./parts/workspace.ts";
import { sourceText } from "../spec/source.ts";
import type { BoxSpec, EnvEntry, Limits, Mount } from "../spec/box_spec.ts";

/** The parts there are, in the order in which they contribute. */
export const PARTS: readonly Part[] = [
  home,
  workspace,
  vault,
  target,
  program,
  caches,
  resources,
  shares,
  housekeeping,
  environment,
  limits,
  command,
];

/** The parts that may claim a destination below a reserved one. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  "/run/kanibako": ["housekeeping"],
  "/etc": ["housekeeping"],
  "/proc": [],
  "/sys": [],
  "/dev": [],
  "/opt/kanibako": ["program"],
  [BOX_LAUNCHER]: ["program"],
  [`${BOX_WORKSPACE}/.git`]: [],
};

/** The parts whose places users choose: nothing of ours may come to lie in the folders they bring. */
const CHOSEN: readonly string[] = ["caches", "shares"];

/**
 * Computes the plan. Throws `plan-conflict` when two parts claim the same thing, `reserved-mount` when one claims a reserved
 * place, and `writable-settings` when the box could change what decides what it may do.
 */
export function planBox(input: PlanInput, parts: readonly Part[] = PARTS): BoxSpec {
  const mounts = new Map<string, { part: string; mount: Mount }>();
  const env: Record<string, EnvEntry> = {};
  const envPart: Record<string, string> = {};
  let limits: Limits | undefined;
  let work: Contribution["command"];
  for (const part of parts) {
    const contribution = part.contribute(input);
    for (const mount of contribution.mounts ?? []) addMount(mounts, part.name, mount);
    for (const [name, entry] of Object.entries(contribution.env ?? {})) {
      if (name in env) throw conflict(`the variable ${name}`, envPart[name]!, part.name);
      [env[name], envPart[name]] = [entry, part.name];
    }
    if (contribution.limits) limits = once(limits, contribution.limits, "the limits");
    if (contribution.command) work = once(work, contribution.command, "the command");
  }
  if (!limits || !work) throw new Error("a plan without limits or command");
  checkNothingInside(mounts);
  // Parents before what lies in them.
  const sorted = [...mounts.values()].map(({ mount }) => mount)
    .sort((a, b) => a.destination < b.destination ? -1 : 1);
  assertKept(sorted, input.kept);
  return {
    name: input.project.id,
    image: input.image,
    entrypoint: work.entrypoint,
    args: work.args,
    workdir: BOX_WORKSPACE,
    user: input.user,
    mounts: sorted,
    env,
    network: input.settings.network.value,
    limits,
    security: input.security,
    labels: input.labels,
    hostname: hostname(input.project.name),
    terminal: input.terminal,
    lifetime: input.lifetime,
  };
}

function addMount(mounts: Map<string, { part: string; mount: Mount }>, part: string, mount: Mount): void {
  const { destination } = mount;
  if (!/^(\/[^/]+)+$/.test(destination) || destination.includes("\0") || /\/\.\.?(\/|$)/.test(destination)) {
    throw new KanibakoError(
      "bad-mount",
      `Cannot mount at "${escapeControl(destination)}" (${sourceText(mount.from)}).`,
      {
        hint: "Give an absolute path without . and .. parts.",
      },
    );
  }
  const earlier = mounts.get(destination);
  if (earlier) {
    throw conflict(
      `the place ${escapeControl(destination)}`,
      sourceText(earlier.mount.from),
      sourceText(mount.from),
    );
  }
  for (const [reserved, owners] of Object.entries(RESERVED)) {
    const inside = destination === reserved || destination.startsWith(`${reserved}/`);
    if (inside && !owners.includes(part)) {
      throw new KanibakoError(
        "reserved-mount",
        `Cannot mount at "${escapeControl(destination)}" (${sourceText(mount.from)}): the place is reserved.`,
        { hint: "Choose another place in the box." },
      );
    }
  }
  mounts.set(destination, { part, mount });
}

/** The engine would make the places of our mounts in the user's own folder. */
function checkNothingInside(mounts: ReadonlyMap<string, { part: string; mount: Mount }>): void {
  for (const { part, mount: outer } of mounts.values()) {
    if (!CHOSEN.includes(part)) continue;
    for (const { part: other, mount: inner } of mounts.values()) {
      if (CHOSEN.includes(other) || !inner.destination.startsWith(`${outer.destination}/`)) continue;
      throw new KanibakoError(
        "reserved-mount",
        `Cannot mount at "${escapeControl(outer.destination)}" (${
          sourceText(outer.from)
        }): ${inner.destination} of the box (${sourceText(inner.from)}) lies in it.`,
        { hint: "Choose another place in the box, or a folder further down." },
      );
    }
  }
}

function once<T>(present: T | undefined, added: T, what: string): T {
  if (present !== undefined) throw conflict(what, "one part", "another");
  return added;
}

function conflict(what: string, first: string, second: string): KanibakoError {
  return new KanibakoError("plan-conflict", `Both ${first} and ${second} claim ${what} of the box.`, {
    hint: "Remove one of the two settings.",
  });
}

/** The container's host name: the project's name as RFC 1123 allows it. */
function hostname(name: string): string {
  return name.replaceAll(/[^a-z0-9-]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, 63).replace(/-+$/, "") ||
    "box";
}
