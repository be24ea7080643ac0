/**
 * Computes what a box gets. Each part contributes in order; two that claim the same thing are an error. Pure.
 *
 * @module
 */

import type { BoxSpec } from "../spec/box_spec.ts";
import { Draft } from "./draft.ts";
import { browser } from "./parts/browser.ts";
import { caches } from "./parts/caches.ts";
import { comms } from "./parts/comms.ts";
import { command } from "./parts/command.ts";
import { devcontainer } from "./parts/devcontainer.ts";
import { environment } from "./parts/environment.ts";
import { git } from "./parts/git.ts";
import { helpers } from "./parts/helpers.ts";
import { image } from "./parts/image.ts";
import { images } from "./parts/images.ts";
import { home } from "./parts/home.ts";
import { housekeeping } from "./parts/housekeeping.ts";
import { kernel } from "./parts/kernel.ts";
import { limits } from "./parts/limits.ts";
import { nested } from "./parts/nested.ts";
import { network } from "./parts/network.ts";
import type { Part, PlanInput } from "./parts/part.ts";
import { profile } from "./parts/profile.ts";
import { ports } from "./parts/ports.ts";
import { program } from "./parts/program.ts";
import { resources } from "./parts/resources.ts";
import { secrets } from "./parts/secrets.ts";
import { shares } from "./parts/shares.ts";
import { ssh } from "./parts/ssh.ts";
import { steward } from "./parts/steward.ts";
import { target } from "./parts/target.ts";
import { timeLimits } from "./parts/time_limits.ts";
import { vault } from "./parts/vault.ts";
import { workspace } from "./parts/workspace.ts";
import { hostname } from "./hostname.ts";
import { movedTo } from "./workspace_place.ts";
import { assertProtected } from "./protected_paths.ts";

/** The parts there are, in the order in which they contribute. */
export const PARTS: readonly Part[] = [
  kernel,
  home,
  workspace,
  vault,
  nested,
  git,
  target,
  program,
  image,
  caches,
  resources,
  shares,
  devcontainer,
  comms,
  helpers,
  housekeeping,
  environment,
  secrets,
  ssh,
  limits,
  timeLimits,
  network,
  profile,
  steward,
  browser,
  images,
  ports,
  command,
];

/**
 * Computes the plan. Throws `plan-conflict` when two parts claim the same thing, `reserved-mount` when one claims a place
 * of another, and `writable-settings` when the box could change what decides what it may do. `parts`: all there are; one
 * that contributes nothing still keeps its places.
 */
export function planBox(input: PlanInput, parts: readonly Part[] = PARTS): BoxSpec {
  const draft = new Draft(parts, input);
  for (const part of parts) draft.add(part, part.contribute(input));
  const gathered = draft.gathered();
  for (const part of parts) draft.addMounts(part, part.handIn?.(input, gathered) ?? []);
  const { work, mounts: placed, ...rest } = draft.finish();
  const mounts = movedTo(
    input.place,
    placed,
    input.user,
    input.placeFrom ?? input.settings.workspacePath.from,
  );
  assertProtected(mounts, input.protectedPaths);
  return {
    name: input.box.id,
    image: input.image,
    entrypoint: work.entrypoint,
    args: work.args,
    workdir: input.place,
    user: input.user,
    mounts,
    ...rest,
    hostname: hostname(input.box.name),
    terminal: input.terminal,
    lifetime: input.lifetime,
    ...(input.stays ? { stays: true } : {}),
  };
}
