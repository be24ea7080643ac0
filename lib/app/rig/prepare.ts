/**
 * Makes rigs ready.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { renewableRigs } from "../../rig/list.ts";
import { viewRigs } from "../../rig/lookup.ts";
import {
  type PreparedRig,
  type PrepareOptions,
  prepareRig as prepare,
  prepareRigs,
} from "../../rig/prepare.ts";
import { configuredRig } from "../../rig/reference.ts";
import { failure } from "../../spec/ui.ts";
import { rigStore } from "./store.ts";

/** How rigs are made ready. */
export interface RigOptions {
  readonly engine?: string | undefined;
  /** Makes one again that is ready. */
  readonly force?: boolean;
  /** From scratch: the newest image, or the newest packages on a new base. */
  readonly fresh?: boolean;
  /** Builds it here, even where it could be pulled. */
  readonly local?: boolean;
}

/** Makes a rig ready, the one in use by default. Throws `no-rig`, and what getting or building it fails with. */
export async function prepareRig(
  host: Host,
  word: string | undefined,
  options: RigOptions = {},
): Promise<PreparedRig> {
  const how = await prepareOptions(host, options);
  const rig = await prepare(word ?? configuredRig(host), how);
  how.progress.done(rig.summary);
  return rig;
}

/** What came of renewing all. */
export interface AllRenewed {
  /** How many there were. */
  readonly total: number;
  readonly renewed: readonly PreparedRig[];
}

/** Makes every rig again that is here. One that fails is noted and does not keep the others from being made. */
export async function renewRigs(host: Host, options: RigOptions = {}): Promise<AllRenewed> {
  const how = await prepareOptions(host, { ...options, force: true });
  const words = renewableRigs(await viewRigs(host, how.store));
  const renewed = words.length === 0 ? [] : await prepareRigs(words, how, {
    done: (rig) => how.progress.done(rig.summary),
    failed: (_word, error) => failure(host.ui, error),
  });
  return { total: words.length, renewed };
}

async function prepareOptions(host: Host, options: RigOptions): Promise<PrepareOptions> {
  return {
    host,
    store: await rigStore(host, options.engine),
    progress: host.ui.progress(),
    force: options.force ?? false,
    fresh: options.fresh ?? false,
    local: options.local ?? false,
  };
}
