/**
 * An agent whose program is a copy that tweakcc has changed. Where there can be none the program itself is used, and it is said.
 *
 * @module
 */

import type { Tweak } from "../config/crab_file.ts";
import type { Host } from "../config/system.ts";
import { TweakedCopies } from "../crab/tweak/copies.ts";
import { safePath, type TweakedCopy, wantedCopy, withCopy } from "../crab/tweak/tweak.ts";
import { KanibakoError } from "../host/error.ts";
import type { AgentPart } from "../plan/parts/part.ts";
import { targetHost } from "../../targets/discover.ts";
import type { TargetMount } from "../../targets/target.ts";
import type { FoundAgent } from "./find_agent.ts";

/** The mounts to use. Makes nothing. */
export async function tweakedMounts(
  host: Host,
  { target, install }: FoundAgent,
  tweak: Tweak,
  usual: readonly TargetMount[],
): Promise<Pick<AgentPart, "mounts" | "unmade" | "warnings">> {
  const copies = new TweakedCopies(host.dirs.cache);
  try {
    const copy = await wantedCopy(tweak, target, install, targetHost(host.dirs.home));
    const why = copies.has(copy) ? undefined : await copies.failed(copy);
    if (why !== undefined) return { mounts: usual, warnings: [why] };
    // It is started on this machine: never from where a box could have put it.
    if (!copies.has(copy)) await pathFor(host, copy);
    const mounts = withCopy(usual, install.binary, copies.pathOf(copy));
    return copies.has(copy) ? { mounts } : { mounts, unmade: copy };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return { mounts: usual, warnings: [[error.message, ...error.hints].join(" ")] };
  }
}

/** Makes the copy that a plan counts on. Throws `stale` where it cannot be made: the next plan does without. */
export async function makeCopy(host: Host, copy: TweakedCopy): Promise<void> {
  const progress = host.ui.progress();
  try {
    progress.step(`Applying tweakcc to a copy of ${copy.title}`);
    await new TweakedCopies(host.dirs.cache).make(copy, await pathFor(host, copy));
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "tweakcc") throw error;
    throw new KanibakoError("stale", error.message, { cause: error });
  } finally {
    progress.stop();
  }
}

async function pathFor(host: Host, copy: TweakedCopy): Promise<string> {
  const { boxFolders } = await import("../plan/box_folders.ts");
  return safePath(copy, Deno.env.get("PATH") ?? "", await boxFolders(host));
}
