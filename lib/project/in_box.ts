/**
 * This program within a box: it is there for messages, and boxes are none of its business.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { exists } from "../host/path.ts";
import { BOX_IN, BOX_WORKSPACE } from "../spec/box_paths.ts";

/** The name of the box around this process; `undefined` on a host. */
export function boxAround(
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): string | undefined {
  const name = env("KANIBAKO_NAME");
  return name && exists(BOX_IN) ? name : undefined;
}

/** What fails in a box for want of what a host has. */
const FOR_WANT_OF_A_HOST: readonly string[] = ["no-engine", "no-box"];

/** The same in words that help there. Any other error, and all of a host, stays as it is. */
export function asInBoxError(error: KanibakoError): KanibakoError {
  const name = boxAround();
  return name !== undefined && FOR_WANT_OF_A_HOST.includes(error.code) ? inBoxError(name, error) : error;
}

/** Throws `in-box` where a folder is the workspace of the box around this process: it has its box. A box in a box may have others. */
export function assertNotOwnWorkspace(path: string): void {
  const name = boxAround();
  if (name !== undefined && [BOX_WORKSPACE, realWorkspace()].includes(path)) throw inBoxError(name);
}

function realWorkspace(): string | undefined {
  try {
    return Deno.realPathSync(BOX_WORKSPACE);
  } catch {
    return undefined;
  }
}

function inBoxError(name: string, cause?: KanibakoError): KanibakoError {
  return new KanibakoError("in-box", `You are in the box ${name} already.`, {
    hint: [
      "Boxes are started, entered and changed on the machine outside. To leave the box: exit, or Ctrl-b d in a session.",
      "What works in here: kanibako crab helper --help and kanibako comms --help",
    ],
    cause,
  });
}
