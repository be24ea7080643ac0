/**
 * Completions of settings: their names, and after the equals sign their values.
 *
 * @module
 */

import { SETTINGS } from "../config/settings/all.ts";
import type { ConfigLevel, Declared } from "../config/settings/declare.ts";
import type { Registry } from "../config/settings/registry.ts";

/** What can stand for a setting at a level, once `partial` has been typed. */
export function settingCandidates(
  level: ConfigLevel,
  partial: string,
  registry: Registry = SETTINGS,
): { word: string; brief: string }[] {
  const equals = partial.indexOf("=");
  if (equals >= 0) {
    const name = partial.slice(0, equals);
    const key = registry.spellings().get(name)?.key;
    return key ? valuesOf(key).map((value) => ({ word: `${name}=${value}`, brief: key.meaning })) : [];
  }
  return [
    ...registry.offered(level).flatMap((key) =>
      shortNames(key).map((word) => ({ word, brief: key.meaning }))
    ),
    ...registry.prefixes().filter(([, { levels }]) => levels.includes(level))
      .map(([prefix, { meaning }]) => ({ word: prefix, brief: meaning })),
  ];
}

/** Its name, and the short one people type. */
function shortNames({ name, aliases }: Declared): readonly string[] {
  const short = name.slice(name.lastIndexOf(".") + 1);
  return aliases.includes(short) ? [name, short] : [name];
}

function valuesOf({ type }: Declared): readonly string[] {
  if (type.kind === "boolean") return ["true", "false"];
  return type.kind === "auth"
    ? ["shared", "distinct", "guarded"]
    : (type.choices ?? []).filter((choice) => choice !== "");
}
