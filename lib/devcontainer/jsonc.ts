/**
 * JSON with comments and commas too many, as a project wrote it: what is wrong is said with its line.
 *
 * @module
 */

import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { KanibakoError } from "../host/error.ts";
import type { Check } from "../host/light_schema.ts";
import { problemOf } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";

const MOST_LEVELS = 64;

/** The value a text stands for. `path`: for the error, `bad-devcontainer`. */
export function parseJsonc(text: string, path: string): unknown {
  const errors: ParseError[] = [];
  let value: unknown;
  try {
    value = parse(text.replace(/^\ufeff/, ""), errors, { allowTrailingComma: true });
  } catch {
    throw badFile(path, "it is nested too deeply");
  }
  if (isDeep(value)) throw badFile(path, "it is nested too deeply");
  const [first] = errors;
  if (first) throw badFile(path, `line ${lineOf(text, first.offset)}: ${wordsOf(first)}`);
  return value;
}

/** A value that passes a check. Throws `bad-devcontainer` with the place of what does not. */
export function checkedValue<T>(value: unknown, path: string, check: Check<T>): T {
  const result = check(value);
  if (result.ok) return result.value;
  throw badFile(path, problemOf([{ path: result.path, message: result.message }], value));
}

/** The error of a file that is not what it should be. `why`: a clause. */
export function badFile(path: string, why: string, hint?: string, code = "bad-devcontainer"): KanibakoError {
  return new KanibakoError(code, `Cannot use ${shellQuote(path)}: ${why}.`, hint ? { hint } : {});
}

/** Whether a value has more levels than anything sensible. Those who go through it call themselves for each. */
export function isDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap((one) => typeof one === "object" && one !== null ? Object.values(one) : []);
  }
  return false;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** `PropertyNameExpected` is "property name expected". */
function wordsOf({ error }: ParseError): string {
  return printParseErrorCode(error).replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
