/**
 * Logins that a box has renewed, taken back to the host. The box leaves copies in a flat folder; each is one regular file,
 * bounded, checked by its agent's rules, and only its credentials move, only when they are newer.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { FileLock, readText, writeText } from "../host/store.ts";
import type { CredentialFile, Target } from "../../targets/target.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { sha256 } from "../host/sha256.ts";
import { addSteps } from "./steps.ts";

/** What to take from where. */
export interface CollectRequest {
  /** Where the box leaves copies. */
  readonly mailbox: Mailbox;
  readonly target: Target;
  /** The user's home on the host. */
  readonly home: string;
  /** `<state>/locks`: boxes that end together take turns. */
  readonly locks: string;
  /** The project's state folder, where what was taken is recorded so that it is not delivered back. */
  readonly state: string;
}

/** What came of one credential file. */
export interface Collected {
  /** Relative to the user's home. */
  readonly path: string;
  /** `written`; `older`: the host's is as new or newer, or the copy is not sound; `refused`: it is no plain small file. */
  readonly outcome: "written" | "older" | "refused";
}

/** Takes what the box has left. Not to be called for a box with a login of its own. */
export async function collectCredentials(request: CollectRequest): Promise<readonly Collected[]> {
  const { target, home } = request;
  if (target.credentials.length === 0) return [];
  const collected: Collected[] = [];
  for (const file of target.credentials) {
    let left: Uint8Array | undefined;
    try {
      left = await request.mailbox.take(file.id, file.maxBytes);
    } catch (error) {
      notUsable(error);
      collected.push({ path: file.hostPath, outcome: "refused" });
      continue;
    }
    if (left === undefined) continue;
    using _lock = await FileLock.acquire(`${request.locks}/${file.id}.lock`);
    // A user may keep the file elsewhere; the link to it stays.
    const path = await realPathOr(`${home}/${file.hostPath}`);
    const merged = mergedOf(file, new TextDecoder().decode(left), await readText(path));
    if (merged !== undefined) {
      await writeText(path, merged, 0o600);
      const owned = file.merge(merged, undefined) ?? merged;
      await addSteps(request.state, {
        credentials: { [file.id]: await sha256(owned) },
      });
    }
    collected.push({ path: file.hostPath, outcome: merged === undefined ? "older" : "written" });
  }
  return collected;
}

/** The merged text. JSON nested so deeply that it cannot be written again is no login. */
function mergedOf(file: CredentialFile, from: string, into: string | undefined): string | undefined {
  try {
    return file.merge(from, into);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** The box made it so that it cannot be read. */
function notUsable(error: unknown): undefined {
  if (!(error instanceof KanibakoError)) throw error;
  debug(() => error.message);
}

async function realPathOr(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}
