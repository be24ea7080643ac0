/**
 * Getting the image that was chosen for a command: the one that is wanted, or the rig that stands in for it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import type { ImageChoice } from "../../rig/choose/types.ts";
import { escapeControl } from "../../host/ui/text.ts";
import { forgetPullFailures, pullFailure, rememberPullFailure } from "../../rig/pull_failures.ts";
import { imagesOf } from "../../runtime/open.ts";
import type { BoxRuntime } from "../../runtime/runtime.ts";
import { info } from "../../spec/ui.ts";

/** An image, and how it came to be this one. */
export interface TakenImage {
  /** The word that a launch is given: a rig's name or a reference. */
  readonly word: string;
  /** Whether it stands in for the one that was wanted. */
  readonly isStandIn: boolean;
  /** Sentences. */
  readonly why: readonly string[];
}

/** What to start with. Asks no engine: an image that is not here is found out by the start. */
export async function firstImage(host: Host, choice: ImageChoice): Promise<TakenImage> {
  const failed = choice.standIn === undefined ? undefined : await pullFailure(host.dirs, choice.image);
  if (!failed || choice.standIn === undefined) {
    return { word: choice.image, isStandIn: false, why: choice.why };
  }
  return {
    word: choice.standIn,
    isStandIn: true,
    why: [
      ...choice.why,
      `${choice.image} could not be pulled in the last 24 hours (${failed.why}), so the rig ${choice.standIn} stands in for it.`,
      `To try again: kanibako image pull ${choice.image}`,
    ],
  };
}

/**
 * Gets the image where the engine does not have what was to be started with. Throws what kept it, and what stands in for it, from being
 * had.
 */
export async function getImage(
  host: Host,
  runtime: BoxRuntime,
  choice: ImageChoice,
  first: TakenImage,
  signal?: AbortSignal,
): Promise<TakenImage & { readonly reference: string }> {
  const get = (word: string) => prepared(host, runtime, word, signal);
  const { standIn } = choice;
  if (first.isStandIn || standIn === undefined) return { ...first, reference: await get(first.word) };
  try {
    const reference = await get(choice.image);
    await forgetPullFailures(host.dirs, choice.image);
    return { ...first, reference };
  } catch (error) {
    // Whoever ends the run while it is pulled wants no other image either.
    if (!(error instanceof KanibakoError) || error.code !== "rig-failed" || signal?.aborted) throw error;
    const why = reasonOf(error);
    await rememberPullFailure(host.dirs, choice.image, why);
    info(host.ui, "run-stand-in", { image: choice.image, rig: standIn, why });
    return {
      word: standIn,
      isStandIn: true,
      why: [
        ...choice.why,
        `${choice.image} could not be pulled (${why}), so the rig ${standIn} stands in for it.`,
      ],
      reference: await get(standIn),
    };
  }
}

async function prepared(
  host: Host,
  runtime: BoxRuntime,
  word: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { prepareRig } = await import("../../rig/prepare.ts");
  const progress = host.ui.progress();
  try {
    const rig = await prepareRig(word, {
      host,
      store: imagesOf(runtime),
      progress,
      ...(signal ? { signal } : {}),
    });
    if (rig.how !== "present") progress.done(rig.summary);
    return rig.reference;
  } finally {
    progress.stop();
  }
}

/** Why a pull failed, in one line. */
function reasonOf({ output, message }: KanibakoError): string {
  const pulling = output?.split("\n").find((line) => line.startsWith("pull "));
  return escapeControl(pulling?.replace(/^pull \S+: /, "") ?? message).replace(/\.$/, "");
}
