/**
 * From a container to an image.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import type { Work } from "../images.ts";
import type { CliEngine } from "./cli_engine.ts";

/** Makes an image of a container as it is now. `changes`: lines of a Containerfile that change its settings. */
export async function commitContainer(
  engine: CliEngine,
  container: string,
  reference: string,
  changes: readonly string[],
  work?: Work,
): Promise<void> {
  const words = ["commit", ...changes.map((line) => `--change=${line}`), container, reference];
  let result = await engine.work(words, work);
  const env = result.code === 0 ? undefined : await engine.commitVariables(result.stderr);
  if (env) result = await engine.work(words, work, env);
  await engine.imagesChanged();
  if (result.code !== 0) throw engine.failure(`make an image of ${shellQuote(container)}`, result);
}
