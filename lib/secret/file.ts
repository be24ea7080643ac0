/**
 * Files of a box that have the placeholder of a secret in them, for programs that read no variable: the placeholder alone, or a text of
 * the user's around it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { checkSecretName } from "./binding.ts";

/** A file of a secret. */
export interface SecretFile {
  /** Relative to the home. */
  readonly path: string;
  /** A file of this machine with markers in it, as it is written. Absent: the file is the placeholder alone. */
  readonly template?: string;
}

/** Most bytes of a template. */
export const MAX_TEMPLATE = 64 * 1024;
/** Where the placeholder of the file's own secret goes. That of another one: its name in the same braces. */
const OWN_MARKER = "VALUE";
const MARKER = /\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}/g;
/** The home in the box, as users may write it. */
const HOME = /^(?:~\/|\/home\/agent\/|\$HOME\/)/;
/** Folders of the home that are not the box's own. */
const SHARED = new Set(["workspace", "share-ro", "share-rw", "comms"]);
const FORM = "PATH[:TEMPLATE], as in ~/.npmrc:~/.config/kanibako/npmrc";

/** Reads the files of a secret: places between commas. Empty: none. Throws `bad-secret`. */
export function parseSecretFiles(name: string, text: string): readonly SecretFile[] {
  checkSecretName(name);
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const colon = part.indexOf(":");
    const template = colon < 0 ? undefined : part.slice(colon + 1);
    const path = placeInHome(name, colon < 0 ? part : part.slice(0, colon));
    if (template === undefined) return { path };
    if (!/^[~/$@]/.test(template)) {
      throw wrong(name, part, "the template is no absolute path", `Write ${FORM}`);
    }
    return { path, template };
  });
}

/**
 * Reads what `--secret-file` takes: `NAME[=PATH[:TEMPLATE]]`. Without a path the usual file is meant. `home`: the user's own, which some
 * shells put in the place of a `~` after a `=`. Throws `bad-secret`.
 */
export function parseSecretFileFlag(
  text: string,
  home: string,
): { readonly name: string; readonly files: readonly SecretFile[] } {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  const places = text.slice(equals + 1);
  const meant = places.startsWith(`${home}/`) ? `~${places.slice(home.length)}` : places;
  const files = equals < 0 ? [] : parseSecretFiles(name, meant);
  checkSecretName(name);
  if (equals >= 0 && files.length !== 1) {
    throw wrong(name, text.slice(equals + 1), "it is no path", `Write NAME=${FORM}`);
  }
  return { name, files };
}

/** A template with placeholders in the place of its markers. Throws `bad-template` where there is none for its own secret. */
export function filledTemplate(
  text: string,
  { path, name, placeholders }: {
    /** The template, for messages. */
    readonly path: string;
    readonly name: string;
    /** Of the secrets of the box, by their names. */
    readonly placeholders: ReadonlyMap<string, string>;
  },
): string {
  const own = placeholders.get(name);
  let found = false;
  const filled = text.replaceAll(MARKER, (marker, word: string) => {
    if (word !== OWN_MARKER && word !== name) return placeholders.get(word) ?? marker;
    found = true;
    return own ?? marker;
  });
  if (!found) throw badTemplate(path, `it has no {{${OWN_MARKER}}} in it`);
  if (text.includes("\0")) throw badTemplate(path, "it is no text");
  return filled;
}

/** The error for a template that cannot be used. `why`: a clause. */
export function badTemplate(path: string, why: string): KanibakoError {
  return new KanibakoError("bad-template", `Cannot use the template ${shellQuote(path)}: ${why}.`, {
    hint: `A template is a text file of at most ${
      MAX_TEMPLATE / 1024
    } KiB with {{${OWN_MARKER}}} where the secret goes.`,
  });
}

function placeInHome(name: string, text: string): string {
  const path = text.replace(HOME, "").replace(/\/+/g, "/").replace(/\/$/, "");
  const names = path.split("/");
  if (path === "" || path.startsWith("/") || /^[~$]/.test(path)) {
    throw wrong(name, text, "it is no file in the box's home");
  }
  // deno-lint-ignore no-control-regex
  if (names.some((one) => one === "." || one === "..") || /[\x00-\x1f\x7f]/.test(path)) {
    throw wrong(name, text, "it is no plain path");
  }
  if (SHARED.has(names[0]!)) throw wrong(name, text, `${names[0]} is not the box's own folder`);
  return path;
}

function wrong(name: string, text: string, why: string, hint?: string): KanibakoError {
  return new KanibakoError(
    "bad-secret",
    `Cannot put the secret ${name} into the file ${shellQuote(text)}: ${why}.`,
    { exitCode: 2, hint: hint ?? `Name a file of the home: ${FORM}` },
  );
}
