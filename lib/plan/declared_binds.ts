/**
 * Shares and seeds as they are declared: by the agent, and by the settings over it.
 *
 * @module
 */

import { systemContext } from "../config/paths.ts";
import type { Settings } from "../config/settings.ts";
import { type Binds, resolveShares, type ShareContext } from "../config/shares.ts";
import type { Host } from "../config/system.ts";
import type { Project } from "../project/project.ts";
import { fromTarget } from "../spec/source.ts";
import { crabId } from "../../targets/discover.ts";
import type { Target } from "../../targets/target.ts";

/** The box they are for. */
export interface ShareRequest {
  readonly host: Host;
  /** The project it belongs to, if any. */
  readonly project: Project | undefined;
  readonly settings: Settings;
  readonly agent: { readonly target: Target } | undefined;
}

/** What the agent declares, overridden by the settings. */
export function binds({ settings, agent }: ShareRequest, kind: "share" | "seed"): Binds {
  const target = agent?.target;
  const declared = (kind === "share" ? target?.defaultShares : target?.defaultSeeds) ?? {};
  const floor = Object.entries(declared).map(([key, value]) =>
    [key, { value, level: "default", from: fromTarget(target!.name) }] as const
  );
  return { ...Object.fromEntries(floor), ...settings.binds };
}

/** What stands for what in their places. */
export function shareContext({ host, project, agent }: ShareRequest): ShareContext {
  const { paths, config } = host.system;
  const crab = crabId(agent?.target);
  const workset = project?.workset;
  return {
    expressions: systemContext(config, host.dirs, {
      CRAB: crab,
      ...(workset ? { WORKSET: workset.name } : {}),
    }),
    roots: {
      systemReadOnly: paths.shareReadOnly,
      systemReadWrite: paths.shareReadWrite,
      crab: `${paths.crabs}/${crab}/share`,
      ...(workset ? { workset: workset.root } : {}),
    },
  };
}

/** The sources of all shares that the box is to write, whether they are there or not. Throws `bad-share`. */
export function writableSources(request: ShareRequest): readonly string[] {
  return resolveShares(binds(request, "share"), shareContext(request)).filter(({ mode }) => mode === "rw")
    .map(({ source }) => source);
}
