/**
 * Mounts as a `devcontainer.json` writes them: as an object, or as engines take them on their command line.
 *
 * An option that is not known is an error: `volume-opt` makes a volume of any folder of the host.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { Metadata } from "./schema.ts";
import type { DevMount } from "./types.ts";

/** A mount as it is written. */
export type WrittenMount = NonNullable<Metadata["mounts"]>[number];

const SAME: Readonly<Record<string, string>> = {
  src: "source",
  dst: "target",
  destination: "target",
  ro: "readonly",
};
/** What a Mac's file sharing is asked for, and how a bind mount hears of later mounts. Neither has a meaning here. */
const WITHOUT_EFFECT = ["consistency", "bind-propagation", "external"];

/** What a mount says. Throws `bad-devcontainer`. */
export function readMount(written: WrittenMount, from: string): DevMount {
  const { type = "volume", source, target, ...others } = typeof written === "string"
    ? wordsOf(written)
    : asWords(written);
  const unknown = Object.keys(others).find((name) => name !== "readonly" && !WITHOUT_EFFECT.includes(name));
  if (unknown !== undefined) {
    throw badMount(written, from, `the option ${shellQuote(unknown)} is not supported`);
  }
  if (type !== "bind" && type !== "volume" && type !== "tmpfs") {
    throw badMount(written, from, "its type is not bind, volume or tmpfs");
  }
  if (!target || !isPlain(target)) {
    throw badMount(written, from, "its target is not an absolute path without ..");
  }
  if (type === "bind" && !source) throw badMount(written, from, "it has no source");
  // deno-lint-ignore no-control-regex -- between two of them is a variable of this machine that is not put in yet
  if (type === "volume" && source && !/^[A-Za-z0-9\u0001][A-Za-z0-9_.\u0001-]{0,199}$/.test(source)) {
    // Engines take a path in place of a volume's name.
    throw badMount(written, from, "its source is not a volume's name");
  }
  return {
    from,
    type,
    ...(source && type !== "tmpfs" ? { source } : {}),
    target: target.replace(/(?<=.)\/+$/, ""),
    readOnly: ["", "true", "1"].includes(others.readonly ?? "false"),
  };
}

/** `type=bind,source=/a,target=/b,readonly` by name. A comma within quotes belongs to a value. */
function wordsOf(text: string): Record<string, string | undefined> {
  const words = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return Object.fromEntries(words.map((word) => {
    const plain = word.trim().replaceAll('"', "");
    const equals = plain.indexOf("=");
    const name = equals < 0 ? plain : plain.slice(0, equals);
    return [Object.hasOwn(SAME, name) ? SAME[name]! : name, equals < 0 ? "" : plain.slice(equals + 1)];
  }));
}

function asWords(written: Exclude<WrittenMount, string>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, String(value)]));
}

function isPlain(path: string): boolean {
  return path.startsWith("/") && path.length > 1 &&
    !path.split("/").some((name) => name === ".." || name === ".");
}

function badMount(written: WrittenMount, from: string, why: string): KanibakoError {
  const shown = typeof written === "string" ? written : JSON.stringify(written);
  return new KanibakoError(
    "bad-devcontainer",
    `Cannot use the mount ${shellQuote(shown)} of ${from}: ${why}.`,
  );
}
