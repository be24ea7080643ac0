/**
 * Logins that a box has renewed, taken back to the host. The box leaves copies in a flat folder; each is one regular file,
 * bounded, checked by its agent's rules, and only its credentials move, only when they are newer, and only into a file that is a login
 * or is not there yet. A logout on the host stays one.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { PLACEHOLDER } from "../secret/placeholder.ts";
import { debug } from "../host/log.ts";
import { FileLock } from "../host/store.ts";
import { shownPath } from "../../targets/moved.ts";
import type { CredentialFile, Target } from "../../targets/target.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { sha256 } from "../host/sha256.ts";
import { HostLogin, type Writable } from "./host_login.ts";
import { markOf, marksOf } from "./host_logins.ts";
import { addSteps, readSteps, type Steps } from "./steps.ts";

/** What to take from where. */
export interface CollectRequest {
  /** Where the box leaves copies. */
  readonly mailbox: Pick<Mailbox, "take">;
  readonly target: Target;
  /** The user's home on the host. */
  readonly home: string;
  /** The absolute path of one of the agent's files on the host. Absent: where no variable has moved it. */
  pathOf?(file: CredentialFile): string;
  /** `<state>/locks`: boxes that end together take turns. */
  readonly locks: string;
  /** The project's state folder, where what was taken is recorded so that it is not delivered back. */
  readonly state: string;
  /** The user has just logged in: that the host was logged out before is over. */
  readonly again?: boolean;
  /** The folders that boxes can write; asked only before something is written, or where a link is met. */
  boxFolders(): Promise<Writable>;
}

/** What came of one credential file. */
export interface Collected {
  /** As people write it. */
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
      collected.push({ path: shownOf(request, file), outcome: "refused" });
      continue;
    }
    if (left === undefined) continue;
    using _lock = await FileLock.acquire(`${request.locks}/${file.id}.lock`);
    try {
      collected.push({
        path: shownOf(request, file),
        ...await takeOver(request, file, new TextDecoder().decode(left)),
      });
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      const problem = error.message.replace(/\.$/, "");
      collected.push({ path: shownOf(request, file), outcome: "refused", problem });
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
  // What stands in the place of a login is none.
  if (theirs === undefined || PLACEHOLDER.test(theirs)) return { outcome: "older" };
  const where = { home, path: pathOf(request, file), boxFolders };
  using found = await HostLogin.open(where, false);
  const own = await found?.read(file.maxBytes);
  if (own !== undefined && !file.isOwn(own)) {
    return {
      outcome: "refused",
      problem: `${shownOf(request, file)} is not a login of ${target.displayName}, and is not written over`,
    };
  }
  const steps = await readSteps(state);
  const usable = unlessTooDeep(() => file.fromBox(left, own));
  const gone = request.again ? new Set<string>() : goneEntries(steps, file, left, own);
  const merged = usable === undefined ? undefined : mergedOf(file, usable, own, gone);
  const isGone = own === undefined || mergedOf(file, own, undefined) === undefined;
  if (isGone && !request.again && hadLogin(steps, file)) return loggedOut(target);
  // What the box has had before is no renewal: the user may have logged in again, for a shorter time.
  const isKnown = steps.credentials[file.id] === await sha256(theirs);
  if (own !== undefined && isKnown && !request.again) return { outcome: "older" };
  if (merged === undefined && usable !== left && mergedOf(file, left, own, gone) !== undefined) {
    return {
      outcome: "refused",
      problem:
        `what the box has put into ${
          shownOf(request, file)
        } says where ${target.displayName} is to go with ` +
        "its login. It stays in the box",
    };
  }
  if (merged === undefined) return gone.size > 0 ? loggedOut(target, [...gone]) : { outcome: "older" };
  using made = found ? undefined : await HostLogin.open(where, true);
  const place = (found ?? made)!;
  await place.check();
  await place.write(merged);
  const given = file.merge(merged, undefined) ?? merged;
  await addSteps(state, {
    credentials: { [file.id]: await sha256(given) },
    handedIn: marksOf(file, given),
  });
  return { outcome: "written" };
}

function loggedOut(target: Target, entries: readonly string[] = []): Omit<Collected, "path"> {
  const of = entries.length === 0 ? "" : ` of ${entries.slice(0, MAX_NAMED).join(", ")}`;
  return {
    outcome: "logged-out",
    problem: `${target.displayName} was logged out${of} on this machine after the box had got its login. ` +
      "The box's login stays in the box",
  };
}

/** Entries that the host has had, and has no more: somebody has logged out of them. */
function goneEntries(
  steps: Steps,
  file: CredentialFile,
  left: string,
  own: string | undefined,
): ReadonlySet<string> {
  const there = new Set(own === undefined ? [] : file.names(own));
  return new Set(
    file.names(left).filter((name) => !there.has(name) && steps.handedIn.includes(markOf(file, name))),
  );
}

function pathOf(request: CollectRequest, file: CredentialFile): string {
  return request.pathOf?.(file) ?? `${request.home}/${file.hostPath}`;
}

function shownOf(request: CollectRequest, file: CredentialFile): string {
  return shownPath(pathOf(request, file), request.home);
}

/** How many entries a message names. */
const MAX_NAMED = 5;

/** Whether the host has had a login that this box was given, or that came from it. */
export function hadLogin(steps: Steps, file: CredentialFile): boolean {
  return steps.handedIn.includes(file.id) || steps.credentials[file.id] !== undefined;
}

/** The merged text. */
function mergedOf(
  file: CredentialFile,
  from: string,
  into: string | undefined,
  but?: ReadonlySet<string>,
): string | undefined {
  return unlessTooDeep(() => file.merge(from, into, but));
}

/** JSON nested so deeply that it cannot be written again is no login. */
function unlessTooDeep(work: () => string | undefined): string | undefined {
  try {
    return work();
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
