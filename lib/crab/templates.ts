/**
 * Which template folders make an agent's home.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { type LayerFile, readLayer } from "./layers.ts";

/** The layers of a home, the first applied first. */
export interface TemplateLayers {
  /** The variant asked for. */
  readonly variant: string;
  /** The common layer; empty when nothing is to be applied. */
  readonly base: readonly LayerFile[];
  readonly files: readonly LayerFile[];
}

/**
 * The layers of a variant for an agent: `<root>/<agent>/<variant>`, else `<root>/general/<variant>`, on top of
 * `<root>/general/base`. When the variant has no folder, or is `empty`, there is no common layer either.
 */
export async function templateLayers(root: string, agent: string, variant: string): Promise<TemplateLayers> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(variant)) {
    throw new KanibakoError("bad-template", `Cannot use the template ${JSON.stringify(variant)}`, {
      hint: "Use letters, digits, dots, dashes and underscores.",
    });
  }
  const files = variant === "empty"
    ? undefined
    : await readLayer(`${root}/${agent}/${variant}`) ?? await readLayer(`${root}/general/${variant}`);
  if (files === undefined) return { variant, base: [], files: [] };
  return { variant, base: await readLayer(`${root}/general/base`) ?? [], files };
}
