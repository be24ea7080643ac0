/**
 * Takes the host's login out of a box's home, once the box is to have one of its own.
 *
 * @module
 */

import { openTree } from "../host/tree/tree.ts";
import type { CredentialFile } from "../../targets/target.ts";
import { withoutGiven } from "./given.ts";
import { changeSteps } from "./steps.ts";

/** Whose home. */
export interface WithdrawRequest {
  /** The box's home. Box-writable. */
  readonly home: string;
  /** The project's state folder, where it is noted what was delivered. */
  readonly state: string;
  readonly files: readonly CredentialFile[];
  /** Whether a file with this text goes [default: all do]. */
  readonly goes?: (text: string) => boolean;
}

/** Deletes the files that hold the login. Returns whether there was any. */
export async function withdrawLogin({ home, state, files, goes }: WithdrawRequest): Promise<boolean> {
  if (!await Deno.lstat(home).then((info) => info.isDirectory, () => false)) return false;
  using tree = openTree(home);
  let found = false;
  for (const { boxPath, maxBytes } of files) {
    // By handle: whatever the box made of it, only what is in its home goes.
    const kind = tree.kind(boxPath);
    if (kind === undefined) continue;
    if (goes && !(kind === "file" && goes(textOf(tree.readFile(boxPath, maxBytes))))) continue;
    await tree.remove(boxPath);
    found = true;
  }
  // If the login is shared again one day, it is delivered again.
  if (found) await changeSteps(state, withoutGiven);
  return found;
}

function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
