/**
 * What to say of an archive that is too large, where no option makes it smaller or the limit larger.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";

/** Limits that other archives can be read without are fixed here. */
export async function withoutSizeHint<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "too-large") throw error;
    throw new KanibakoError("too-large", error.message, {
      hint: "This guards the disk against archives made to fill it. Nothing was left behind.",
    });
  }
}
