/**
 * The images of this host that a box is shown, where that is set and can be had.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { SharedPlace } from "../runtime/runtime.ts";
import type { Security } from "../spec/box_spec.ts";
import { sourceText } from "../spec/source.ts";
import type { Session } from "./gather.ts";

/** What is shared, or a warning. */
export interface SharedImages {
  readonly images?: readonly SharedPlace[];
  readonly warning?: string;
}

/**
 * Looks. What an option asks for and cannot be had is an error, `no-shared-images`. What a file asks for is warned of, and in a box
 * that runs no containers there is nothing to say: such a profile can only be had by option.
 */
export async function sharedImages(
  { settings: { shareImages: { level, from } }, runtime, foreign }: Session,
  { seccomp }: Security,
): Promise<SharedImages> {
  const asked = level === "flag";
  try {
    if (seccomp !== "engine") {
      if (!asked) return {};
      throw refused("this box runs no containers", "Open it with --security nested, too.");
    }
    // They are all that other boxes are made from.
    if (foreign) throw refused("the box is another user's");
    if (!runtime.sharedImages) throw refused(`${runtime.kind} cannot show them to containers in a box`);
    return { images: await runtime.sharedImages() };
  } catch (error) {
    if (asked || !(error instanceof KanibakoError)) throw error;
    return { warning: `${error.message.replace(/\.$/, "")} (box.share_images, ${sourceText(from)}).` };
  }
}

function refused(why: string, hint?: string): KanibakoError {
  return new KanibakoError(
    "no-shared-images",
    `The images of this host cannot be shared with the box: ${why}.`,
    {
      ...(hint === undefined ? {} : { hint }),
    },
  );
}
