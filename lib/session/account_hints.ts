/**
 * What to say of other accounts of the machine when a box is made: it runs as root, or it could leave somebody a program that
 * runs as you.
 *
 * @module
 */

import { shellQuote } from "../host/ui/text.ts";
import { profileName } from "../plan/security.ts";
import { letsSetuid, PROFILES } from "../spec/profiles.ts";
import type { Session } from "./gather.ts";

/** Accounts of people, by the usual range of ids. Source: login.defs(5), UID_MIN and UID_MAX. */
const FIRST = 1000;
const LAST = 60_000;

/** What is worth saying, one text each. */
export async function accountHints({ runtime, settings }: Session, path: string): Promise<string[]> {
  // Where no process can gain privileges, the profile lets no setuid program be made.
  const { userNamespace } = runtime.can;
  const sudoWorks = userNamespace && letsSetuid(PROFILES[profileName(settings.security, true)].seccomp);
  const accounts = sudoWorks ? await Deno.readTextFile("/etc/passwd").catch(() => "") : "";
  return [rootHint(path, Deno.uid()), reachableHint(path, accounts, Deno.uid())]
    .filter((text) => text !== undefined);
}

/** Of a box that runs as root of the host: its profile leaves it none of root's privileges, but what it makes is root's. */
export function rootHint(path: string, uid: number | null): string | undefined {
  if (uid !== 0 || Deno.statSync(path).uid !== 0) return undefined;
  return `${
    shellQuote(path)
  } belongs to root, so the box runs as root of this machine, without its privileges. ` +
    `To run it as another user: chown -R USER ${shellQuote(path)}`;
}

/** Of a folder where somebody else could run what is in it. `passwd`: the accounts, as in passwd(5). */
export function reachableHint(path: string, passwd: string, uid: number | null): string | undefined {
  if (!passwd.split("\n").some((line) => isAnother(line, uid)) || !othersReach(path)) return undefined;
  return `Other users of this machine can reach ${
    shellQuote(path)
  }, and a box with sudo could leave a program there ` +
    `that runs as you. To stop that: chmod o-x ${shellQuote(path)}, or use the security profile strict.`;
}

/** Whether a line of passwd is another person's, who can log in. */
function isAnother(line: string, own: number | null): boolean {
  const [, , id, , , , shell = ""] = line.split(":");
  const uid = Number(id);
  return uid >= FIRST && uid <= LAST && uid !== own && !/(nologin|false)$/.test(shell);
}

/** Whether everybody may pass a folder and all above it. */
function othersReach(path: string): boolean {
  for (let at = path;; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    if (((Deno.statSync(at).mode ?? 0) & 0o001) === 0) return false;
    if (at === "/") return true;
  }
}
