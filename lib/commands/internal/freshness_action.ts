import type { Context } from "../context.ts";
import { chosenRuntime } from "../../run/used_runtimes.ts";
import { imagesOf } from "../../runtime/open.ts";
import { checkImageFreshness } from "../../rig/freshness.ts";

/** Asks the rig's registry for its present digest and remembers the answer, a failure too. */
export default async function freshness(
  this: Context,
  _flags: Record<never, never>,
  kind: string,
  image: string,
): Promise<void> {
  const host = await this.host();
  const store = imagesOf(await chosenRuntime(host, kind));
  await checkImageFreshness(host.dirs, store, image);
}
