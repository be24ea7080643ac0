/**
 * Where the messages of this call are.
 *
 * @module
 */

import { type Post, postInBox, postOnHost } from "../../app/comms/comms.ts";
import type { Context } from "../context.ts";

/** Of the box we are in, or of the host. */
export async function postOf(context: Context): Promise<Post> {
  return postInBox((name) => Deno.env.get(name)) ?? postOnHost(await context.host(), context.cwd);
}
