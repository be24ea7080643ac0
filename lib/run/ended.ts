/**
 * How a run's command ended, from what the box left or its supervisor recorded.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Tree } from "../host/tree/tree.ts";
import { runFolders } from "./folders.ts";
import { readExit } from "./record.ts";

// 150 lines of a wide terminal, in characters of several bytes.
const SCREEN_BYTES = 512 * 1024;

/** How a run's command ended, if it has: from what the box left, else from its supervisor's record. */
export async function endOf(
  target: { readonly state: string; readonly run: string },
): Promise<{ code: number; screen: string } | undefined> {
  const { openTree } = await import("../host/tree/tree.ts");
  try {
    using out = openTree(runFolders(target.state, target.run).out);
    const text = decode(out.readFile("exit", 16));
    if (/^\d{1,3}\n?$/.test(text ?? "")) return { code: Number(text) & 0xff, screen: screenOf(out) };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
  }
  const exit = await readExit(target.state);
  return exit?.run === target.run ? { code: exit.code, screen: exit.screen } : undefined;
}

/** What is too large or no file is no screen; the exit code counts all the same. */
function screenOf(out: Tree): string {
  try {
    return decode(out.readFile("screen", SCREEN_BYTES)) ?? "";
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return "";
  }
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}
