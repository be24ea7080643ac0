/**
 * `kanibako rig pull`: what it does.
 *
 * @module
 */

import { pullImage } from "../../app/image/pull.ts";
import type { Context } from "../context.ts";
import type { EngineFlag } from "./engine_flag.ts";

/** Pulls an image. */
export default async function pull(this: Context, flags: EngineFlag, word: string): Promise<void> {
  await pullImage(await this.host(), word, flags);
}
