/**
 * The result that a helper leaves: `result.json` in its folder. It is the helper's claim, and so is the schema its parent's.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { openTree } from "../../host/tree/tree.ts";

/** The name of the file. */
const RESULT_FILE = "result.json";
/** Longer ones are not read. In bytes. */
export const RESULT_BYTES: number = 1024 * 1024;
const TOO_LARGE = `its result.json is larger than ${RESULT_BYTES} bytes`;
/** Nobody needs more levels within levels, and programs that go through them have a stack. */
const DEEPEST = 200;

/** What was found. */
export type ResultFound =
  /** As JSON. */
  | { readonly json: string }
  /** Why there is none that can be used, as the end of a sentence. */
  | { readonly problem: string };

/** Reads it, by handle. Whatever a helper has left is an answer, and no error. */
export async function readResult(workspace: string, schema: string | undefined): Promise<ResultFound> {
  let value: unknown;
  try {
    using tree = openTree(workspace);
    const bytes = tree.readFile(RESULT_FILE, RESULT_BYTES);
    if (bytes === undefined) return { problem: "there is no result.json" };
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof KanibakoError) return { problem: problemOf(error) };
    return { problem: "its result.json is no JSON" };
  }
  if (isDeeper(value, DEEPEST)) return { problem: "its result.json is nested too deeply" };
  const problem = schema === undefined ? undefined : await misfit(value, schema);
  if (problem !== undefined) return { problem };
  const json = JSON.stringify(value);
  // Numbers such as 1e20 become longer.
  return json.length <= RESULT_BYTES ? { json } : { problem: TOO_LARGE };
}

function problemOf({ code }: KanibakoError): string {
  if (code === "too-large") return TOO_LARGE;
  if (code === "unsafe-tree") return "its result.json is no regular file";
  return "its result.json cannot be read";
}

/** Why a value does not fit a schema; `undefined`: it does. */
async function misfit(value: unknown, text: string): Promise<string | undefined> {
  const { checkValue } = await import("./json_schema.ts");
  try {
    const wrong = checkValue(value, text);
    return wrong && `its result.json does not fit the schema: ${wrong}`;
  } catch (error) {
    // A reference to itself, or to something that is not there.
    return `the schema cannot be used: ${error instanceof RangeError ? "it does not end" : messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]!.slice(0, 300) : String(error);
}

/** Whether values within values are more than so many levels. Without a stack of its own it could not say. */
function isDeeper(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((one) => typeof one === "object" && one !== null ? Object.values(one) : []);
  }
  return false;
}
