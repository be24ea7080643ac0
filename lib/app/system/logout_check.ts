/**
 * Whether sessions outlive their user's login.
 *
 * @module
 */

import { endsAtLogout, loginFacts } from "../../run/lingering.ts";
import { bad, type Check, none, ok } from "../check.ts";

const LABEL = "After logout";

/** Says whether logging out ends boxes, with the command that changes it. */
export function logoutCheck(facts = loginFacts()): Check {
  if (!facts.systemd || facts.uid === 0) return none(LABEL, "no login manager ends this user's boxes");
  return endsAtLogout(facts)
    ? bad(LABEL, `boxes end when you log out. To keep them: loginctl enable-linger ${facts.user}`)
    : ok(LABEL, facts.lingers ? "boxes keep running (lingering is on)" : "boxes keep running");
}
