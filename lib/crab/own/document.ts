/**
 * Files of an agent that have to be understood: JSON, with comments or without, and TOML.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { parseLooseJson } from "../../host/loose_json.ts";
import { parse as parseToml, stringify as tomlText } from "../../host/toml.ts";
import { isRecord, type JsonRecord, toText } from "../../../targets/json.ts";
import { LEAVE_OUT } from "./places.ts";

/** What a file is. */
export type Format = "json" | "toml";

/** The object that a file holds. Throws `bad-own` for what is none: what cannot be read might say what a box may not have. */
export function readDocument(format: Format, content: Uint8Array, path: string): JsonRecord {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    const value: unknown = format === "toml"
      ? parseToml(text)
      : text.trim() === ""
      ? {}
      : parseLooseJson(text);
    if (isRecord(value)) return value;
  } catch {
    // Below: the library's own words would show what is in the file.
  }
  throw new KanibakoError(
    "bad-own",
    `Cannot read ~/${path}: it is not valid ${format === "toml" ? "TOML" : "JSON"}.`,
    { hint: ["Correct the file.", LEAVE_OUT] },
  );
}

/** The text of such a file. */
export function documentText(format: Format, value: JsonRecord): string {
  return format === "toml" ? `${tomlText(value).trimEnd()}\n` : toText(value);
}

/** A value without what is at a place; `*` stands for each entry of an object or a list. */
export function without(value: unknown, place: string): unknown {
  const [name = "", ...rest] = place.split(".");
  if (Array.isArray(value)) {
    return name !== "*" ? value : rest.length === 0 ? [] : value.map((one) => without(one, rest.join(".")));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      if (name !== "*" && key !== name) return [[key, one]];
      return rest.length === 0 ? [] : [[key, without(one, rest.join("."))]];
    }),
  );
}

/** The same with paths of the host written as the box has them, in names too. `pairs`: the longest first. */
export function withPaths(value: unknown, pairs: readonly (readonly [from: string, to: string])[]): unknown {
  if (typeof value === "string") {
    return pairs.reduce((text, [from, to]) => replaced(text, from, to), value);
  }
  if (Array.isArray(value)) return value.map((one) => withPaths(one, pairs));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [withPaths(key, pairs), withPaths(one, pairs)]),
  );
}

/** Only where a path begins and a name ends. */
function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) return text;
  const literal = from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\w./~-])${literal}(?![\\w.-])`, "g"), () => to);
}
