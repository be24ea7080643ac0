import type { Context } from "../context.ts";
import { chooseEngine } from "../../runtime/choose.ts";
import { checkImageFreshness } from "../../rig/freshness.ts";

/** Asks the rig's registry for its present digest and remembers the answer, a failure too. */
export default async function freshness(
  this: Context,
  _flags: Record<never, never>,
  engineName: string,
  image: string,
): Promise<void> {
  const host = await this.host();
  const engine = await chooseEngine(host.dirs, engineName);
  await checkImageFreshness(host.dirs, engine, image);
}
