/**
 * Names for rigs that somebody makes: what they may be, and that they take the place of nothing else.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { isShortName } from "../containerfiles.ts";
import { findLocal } from "../image_name.ts";
import type { RigView } from "../lookup.ts";
import { isPrefabName } from "../reference.ts";

/** Throws `bad-rig` for a word that cannot be the name of a rig somebody makes. */
export function checkNewName(word: string): void {
  if (!isShortName(word)) {
    throw new KanibakoError("bad-rig", `${shellQuote(word)} cannot be the name of a rig.`, {
      hint: "Use up to 63 small letters, digits, - and _, beginning with a letter or a digit.",
    });
  }
  if (isPrefabName(word)) {
    throw new KanibakoError("bad-rig", `The name ${shellQuote(word)} is that of a rig of kanibako itself.`, {
      hint: "Choose another name.",
    });
  }
}

/** The local name of what is made: by `create` of a template's kind, by `extend` and `import` of a rig's. */
export function madeReference(name: string, prefix: "template" | "rig"): string {
  return `localhost/kanibako-${prefix}-${name}:latest`;
}

/**
 * What of that name is there and would be replaced; `undefined` where nothing is. Throws `rig-exists` where a new one would not replace
 * what is there, but hide it or be hidden by it.
 */
export function replacedBy(name: string, prefix: "template" | "rig", view: RigView): string | undefined {
  const { images, rows, recipes } = view.around;
  const other = findLocal(madeReference(name, prefix === "rig" ? "template" : "rig"), images);
  const hidden = other ?? (recipes.includes(name) ? `Containerfile.${name}` : undefined);
  if (hidden !== undefined) throw alreadyThere(name, `${hidden} goes by that name.`);
  const own = findLocal(madeReference(name, prefix), images);
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  return own ?? (row ? row.image ?? row.source ?? name : undefined);
}

/** The error for a name that is taken. */
export function alreadyThere(name: string, ...hint: readonly string[]): KanibakoError {
  return new KanibakoError("rig-exists", `There is a rig ${shellQuote(name)} already.`, {
    hint: [...hint, `To see it: kanibako rig info ${name}`],
  });
}
