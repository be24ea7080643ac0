/**
 * Whether sessions outlive their user's login.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { run } from "../../host/process.ts";
import { endsAtLogout, loginFacts } from "../../run/lingering.ts";
import { bad, type Check, messageOf, none, ok } from "../check.ts";

const LABEL = "After logout";

/** Says whether logging out ends boxes, with the command that changes it. */
export function logoutCheck(facts = loginFacts()): Check {
  if (!facts.systemd || facts.uid === 0) return none(LABEL, "no login manager ends this user's boxes");
  return endsAtLogout(facts)
    ? bad(LABEL, `boxes end when you log out. To keep them: loginctl enable-linger ${facts.user}`)
    : ok(LABEL, facts.lingers ? "boxes keep running (lingering is on)" : "boxes keep running");
}

/** Has the login manager keep what this user runs. Throws `no-linger` with its reason. */
export async function keepAfterLogout({ user } = loginFacts()): Promise<void> {
  const words = ["loginctl", "enable-linger", ...user === "" ? [] : [user]];
  const { code, stderr } = await run(words, { timeoutMs: 60_000 }).catch((cause: unknown) => ({
    code: 1,
    stderr: messageOf(cause),
  }));
  if (code === 0) return;
  throw new KanibakoError("no-linger", "The login manager does not keep what you run after you log out.", {
    hint: `Ask for it as root: loginctl enable-linger ${user || "USER"}`,
    output: stderr,
  });
}
