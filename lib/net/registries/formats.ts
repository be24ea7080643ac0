/**
 * The addresses of registries in the configuration files of package managers. Each reader is pure, takes the text of a file and finds
 * what it can: a line it does not understand names no address.
 *
 * @module
 */

import { parse } from "../../host/toml.ts";

/** Finds addresses in the text of a file. `env`: the variables that the file may refer to. */
export type Reader = (text: string, env: (name: string) => string | undefined) => readonly string[];

/** Lines without comments and what is around them. */
function linesOf(text: string, comment: RegExp): string[] {
  return text.split(/\r?\n/).map((line) => comment.test(line) ? "" : line);
}

/** The values of keys in `KEY=VALUE` lines. */
function valuesOf(text: string, key: RegExp): string[] {
  return linesOf(text, /^\s*[#;]/).flatMap((line) => {
    const equals = line.indexOf("=");
    if (equals < 0 || !key.test(line.slice(0, equals).trim())) return [];
    return [line.slice(equals + 1).trim().replace(/^(["'])(.*)\1$/, "$2")];
  });
}

/** `.npmrc`: `registry=` and `@scope:registry=`. */
export const npm: Reader = (text, env) =>
  valuesOf(text, /^(@[^:]+:)?registry$/).map((value) =>
    value.replace(/\$\{([^}]+)\}/g, (_, name: string) => env(name.replace(/\?$/, "")) ?? "")
  );

/** `pip.conf`: `index-url` and `extra-index-url`, which may go on in indented lines. */
export const pip: Reader = (text) => {
  const found: string[] = [];
  let within = false;
  for (const line of linesOf(text, /^\s*[#;]/)) {
    const key = /^\s*((?:extra-)?index-url|find-links)\s*[=:]\s*(.*)$/.exec(line);
    if (key) found.push(...key[2]!.split(/\s+/));
    else if (within && /^\s+\S/.test(line) && !/^\s*[\w-]+\s*=/.test(line)) {
      found.push(...line.trim().split(/\s+/));
    }
    within = key !== null || (within && /^\s/.test(line));
  }
  return found;
};

/** Cargo's `config.toml`: `index` of registries, `registry` of sources. */
export const cargo: Reader = (text) => tomlTexts(text, /^(index|registry)$/);

/** `uv.toml`: whatever is an address. */
export const uv: Reader = (text) => tomlTexts(text, /./);

/** The texts that keys have, at whatever depth. None of a file that is no TOML: its program refuses it, too. */
function tomlTexts(text: string, key: RegExp): string[] {
  const found: string[] = [];
  const look = (name: string, value: unknown) => {
    if (typeof value === "string") {
      if (key.test(name)) found.push(value);
    } else if (Array.isArray(value)) {
      for (const one of value) look(name, one);
    } else if (typeof value === "object" && value !== null) {
      for (const [inner, one] of Object.entries(value)) look(inner, one);
    }
  };
  try {
    look("", parse(text));
  } catch {
    return [];
  }
  return found;
}

/** `sources.list` and `*.sources`. */
export const apt: Reader = (text) =>
  linesOf(text, /^\s*#/).flatMap((line) => {
    const [, list] = /^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s*)?(\S+)/.exec(line) ?? [];
    const [, deb822] = /^URIs:\s*(.+)$/i.exec(line) ?? [];
    return list === undefined ? deb822?.trim().split(/\s+/) ?? [] : [list];
  });

/** `go env`: `GOPROXY` and `GOSUMDB`. */
export const go: Reader = (text) =>
  valuesOf(text, /^(GOPROXY|GOSUMDB)$/).flatMap((value) => value.split(/[,|\s]+/));

/** Maven's `settings.xml`: addresses of mirrors and repositories. */
export const maven: Reader = (text) =>
  [...text.replace(/<!--[\s\S]*?-->/g, "").matchAll(/<url>\s*([^<\s]+)\s*<\/url>/g)].map((match) =>
    match[1]!
  );

/** Gradle's scripts and properties, yarn's settings: whatever stands in quotes or after a key. */
export const anyAddress: Reader = (text) =>
  linesOf(text, /^\s*(#|\/\/)/).flatMap((line) =>
    [...line.matchAll(/https?:\/\/[^\s"'<>]+/g)].map((match) => match[0])
  );
