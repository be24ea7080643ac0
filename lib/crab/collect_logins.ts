/**
 * Logins that a box has renewed, taken back to the host. The box leaves copies in a flat folder; each is one regular file,
 * bounded, checked by its agent's rules, and only its credentials move, only when they are newer, and only into a file that is a login
 * or is not there yet. A logout on the host stays one.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { FileLock } from "../host/store.ts";
import type { CredentialFile, Target } from "../../targets/target.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { sha256 } from "../host/sha256.ts";
import { HostLogin, type Writable } from "./host_login.ts";
import { addSteps, readSteps, type Steps } from "./steps.ts";

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
  /** The folders that boxes can write; asked only before something is written, or where a link is met. */
  boxFolders(): Promise<Writable>;
}

/** What came of one credential file. */
export interface Collected {
  /** Relative to the user's home. */
  readonly path: string;
  /**
   * `written`; `older`: the host's is as new or newer, or the copy is not sound; `refused`: it is no plain small file, or the host's
   * file is none that it may replace; `logged-out`: the host had a login, and has none any more.
   */
  readonly outcome: "written" | "older" | "refused" | "logged-out";
  /** Why nothing was written, where the user should hear of it: one sentence, without its full stop. */
  readonly problem?: string;
}

/** Takes what the box has left. Not to be called for a box with a login of its own. */
export async function collectCredentials(request: CollectRequest): Promise<readonly Collected[]> {
  const collected: Collected[] = [];
  for (const file of request.target.credentials) {
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
    try {
      collected.push({
        path: file.hostPath,
        ...await takeOver(request, file, new TextDecoder().decode(left)),
      });
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      collected.push({ path: file.hostPath, outcome: "refused", problem: error.message.replace(/\.$/, "") });
    }
  }
  return collected;
}

async function takeOver(
  request: CollectRequest,
  file: CredentialFile,
  left: string,
): Promise<Omit<Collected, "path">> {
  const { home, boxFolders, state, target } = request;
  const theirs = mergedOf(file, left, undefined);
  if (theirs === undefined) return { outcome: "older" };
  const where = { home, path: file.hostPath, boxFolders };
  using found = await HostLogin.open(where, false);
  const own = await found?.read(file.maxBytes);
  if (own !== undefined && !file.isOwn(own)) {
    return {
      outcome: "refused",
      problem: `~/${file.hostPath} is not a login of ${target.displayName}, and is not written over`,
    };
  }
  const merged = mergedOf(file, left, own);
  if (merged === undefined) return { outcome: "older" };
  if (
    (own === undefined || mergedOf(file, own, undefined) === undefined) &&
    hadLogin(await readSteps(state), file)
  ) {
    return {
      outcome: "logged-out",
      problem: `${target.displayName} was logged out on this machine after the box had got its login. ` +
        "The box's login stays in the box",
    };
  }
  using made = found ? undefined : await HostLogin.open(where, true);
  const place = (found ?? made)!;
  await place.check();
  await place.write(merged);
  await addSteps(state, {
    credentials: { [file.id]: await sha256(file.merge(merged, undefined) ?? merged) },
  });
  return { outcome: "written" };
}

/** Whether the host has had a login that this box was given, or that came from it. */
export function hadLogin(steps: Steps, file: CredentialFile): boolean {
  return steps.handedIn.includes(file.id) || steps.credentials[file.id] !== undefined;
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
