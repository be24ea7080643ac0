/**
 * Which template folders make an agent's home.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { GENERAL } from "../../targets/discover.ts";
import { type LayerFile, readLayer } from "./layers.ts";
import type { Steps } from "./steps.ts";

/** The layers of a home, the first applied first. */
export interface TemplateLayers {
  /** The variant asked for. */
  readonly variant: string;
  /** Whose folder it is: the agent's, or `general`. */
  readonly of: string;
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
  const own = variant === "empty" ? undefined : await readLayer(`${root}/${agent}/${variant}`);
  const of = own ? agent : GENERAL;
  const files = own ?? (variant === "empty" ? undefined : await readLayer(`${root}/${GENERAL}/${variant}`));
  if (files === undefined) return { variant, of: agent, base: [], files: [] };
  return { variant, of, base: await readLayer(`${root}/${GENERAL}/base`) ?? [], files };
}

/** What of them a home has not had: the common layer, and that of `general`, come once, whichever agent brings them. */
export function dueLayers({ variant, of, base, files }: TemplateLayers, steps: Steps): readonly LayerFile[] {
  const had = of === GENERAL && steps.templates[GENERAL] === variant;
  return [...(steps.templates["base"] === undefined ? base : []), ...(had ? [] : files)];
}

/** What is done once they are applied for an agent. */
export function templatesApplied({ variant, of, base }: TemplateLayers, agent: string): Steps["templates"] {
  return { [agent]: variant, [of]: variant, ...(base.length > 0 ? { base: "base" } : {}) };
}
