/**
 * Completions of settings: their names, and after the equals sign their values.
 *
 * @module
 */

import { type ConfigLevel, FAMILIES, type Key, KEYS, spellings } from "../config/keys.ts";

/** What can stand for a setting at a level, once `partial` has been typed. */
export function settingCandidates(level: ConfigLevel, partial: string): { word: string; brief: string }[] {
  const equals = partial.indexOf("=");
  if (equals >= 0) {
    const name = partial.slice(0, equals);
    const key = spellings().get(name)?.key;
    return key ? valuesOf(key).map((value) => ({ word: `${name}=${value}`, brief: key.meaning })) : [];
  }
  const keys = KEYS.filter(({ levels, fixed }) => levels.includes(level) && !fixed);
  return [
    ...keys.flatMap((key) => shortNames(key).map((word) => ({ word, brief: key.meaning }))),
    ...FAMILIES.filter(({ levels }) => levels.includes(level))
      .map(({ prefix, meaning }) => ({ word: prefix, brief: meaning })),
  ];
}

/** Its name, and the short one people type. */
function shortNames({ name, aliases }: Key): readonly string[] {
  const short = name.slice(name.lastIndexOf(".") + 1);
  return aliases.includes(short) ? [name, short] : [name];
}

function valuesOf(key: Key): readonly string[] {
  if (key.type === "boolean") return ["true", "false"];
  return key.type === "auth" ? ["shared", "distinct"] : (key.choices ?? []).filter((choice) => choice !== "");
}
