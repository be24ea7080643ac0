/**
 * The small language of paths in the configuration: `~`, `$NAME`, `@key` and `host:guest`.
 *
 * @module
 */

import { BOX_HOME } from "../spec/box_paths.ts";
import { KanibakoError } from "../host/error.ts";

/** Which side of a bind a text describes: `~` is the user's home, or the box's. */
export type Space = "host" | "guest";

/** What an expression may refer to. */
export interface ExpressionContext {
  /** The user's home on the host. */
  readonly home: string;
  /** `CRAB`, `WORKSET`, `XDG_DATA_HOME`; absent ones are unset. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The unexpanded value of a key, or `undefined` when there is none. Its own expression is a host one. */
  lookup(key: string): string | undefined;
}

const DEEPEST = 64;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const KEY = /^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*/;

/**
 * Splits `host:guest` at the first colon without a backslash before it. Without one, there is no guest half. Backslashes stay in
 * both halves: they are for {@link expand}, and taking them away twice would change the path.
 */
export function splitBind(text: string): { host: string; guest: string | undefined } {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === ":") return { host: text.slice(0, at), guest: text.slice(at + 1) };
  }
  return { host: text, guest: undefined };
}

/** A half of a bind as it is shown: without its backslashes, nothing else of it expanded. */
export function unescape(text: string): string {
  return text.replace(/\\([\s\S])/g, "$1");
}

/**
 * Expands a text, once, from left to right: what is put in is not looked at again. `~` and `@` mean something at the beginning only;
 * folders of npm have an `@` in their names. Throws `bad-expression`.
 */
export function expand(text: string, space: Space, context: ExpressionContext): string {
  return expandWithin(text, space, context, []);
}

function expandWithin(
  text: string,
  space: Space,
  context: ExpressionContext,
  chain: readonly string[],
): string {
  const fail = (problem: string): never => {
    throw new KanibakoError("bad-expression", `Cannot expand ${JSON.stringify(text)}: ${problem}.`);
  };
  let result = "";
  let at = 0;
  if (text[0] === "~") {
    if (text.length > 1 && text[1] !== "/") fail("only ~ and ~/... are understood");
    result = space === "host" ? context.home : BOX_HOME;
    at = 1;
  }
  if (text[0] === "@") {
    const key = KEY.exec(text.slice(1))?.[0] ?? fail("@ needs a key after it");
    if (chain.includes(key)) fail(`it refers to itself: ${[...chain, key].join(" -> ")}`);
    if (chain.length >= DEEPEST) fail(`more than ${DEEPEST} references follow each other`);
    const value = context.lookup(key) ??
      fail(`there is no key ${key}. For a path that begins with an @, write \\@`);
    result = expandWithin(value, "host", context, [...chain, key]);
    at = 1 + key.length;
  }
  while (at < text.length) {
    const rest = text.slice(at + 1);
    switch (text[at]) {
      case "\\":
        result += rest[0] ?? "\\";
        at += 2;
        break;
      case "$": {
        const braced = rest[0] === "{";
        const name = NAME.exec(braced ? rest.slice(1) : rest)?.[0] ?? fail("$ needs a name after it");
        if (braced && rest[name.length + 1] !== "}") fail("${ is not closed");
        result += variable(name, context, fail);
        at += 1 + name.length + (braced ? 2 : 0);
        break;
      }
      default: {
        const next = text.slice(at).search(/[\\$]/);
        const end = next < 0 ? text.length : at + next;
        result += text.slice(at, end);
        at = end;
      }
    }
  }
  return result;
}

function variable(name: string, context: ExpressionContext, fail: (problem: string) => never): string {
  if (!/^(CRAB|WORKSET|XDG_[A-Z_]+)$/.test(name)) fail(`$${name} is not a variable that may be used here`);
  return Object.hasOwn(context.variables, name) && context.variables[name] !== undefined
    ? context.variables[name]!
    : fail(`$${name} is not set here`);
}
