/**
 * Says once that logging out ends the session, where it does.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import type { Host } from "../config/system.ts";
import { writeText } from "../host/store.ts";
import { endsAtLogout, loginFacts } from "../run/lingering.ts";
import { info } from "../spec/ui.ts";

/** Says it at the first persistent start on such a machine. */
export async function noteLogout(host: Host): Promise<void> {
  const facts = loginFacts();
  if (!endsAtLogout(facts)) return;
  const mark = `${host.dirs.state}/logout-noted`;
  if (exists(mark)) return;
  info(host.ui, "ends-at-logout", { user: facts.user });
  await writeText(mark, "", 0o600).catch(() => {});
}
