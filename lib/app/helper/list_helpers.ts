/**
 * The helpers of a box, as its hub says.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import type { View } from "../../hub/words.ts";
import { hubOf, named, type WhoseHelpers } from "./hub_of.ts";

/** The helpers, parents first. Throws as `hubOf`. */
export async function listHelpers(whose: WhoseHelpers): Promise<readonly View[]> {
  using hub = await hubOf(whose);
  return (await hub.ask("list", {})).helpers;
}

/** The helper that a word means. Throws `no-helper`. */
export function helperNamed(helpers: readonly View[], word: string): View {
  const meant = named(word);
  const found = helpers.find((one) => one.number === meant || one.name === meant);
  if (found) return found;
  const near = nearest(word, helpers.flatMap(({ name }) => name ?? []));
  throw new KanibakoError("no-helper", `There is no helper ${shellQuote(word)}.`, {
    hint: [
      ...near === undefined ? [] : [`Did you mean ${shellQuote(near)}?`],
      "To list helpers: kanibako crab helper list",
    ],
  });
}
