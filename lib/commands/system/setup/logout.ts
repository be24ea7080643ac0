/**
 * The part of `setup` that is about boxes and their user's login to this machine.
 *
 * @module
 */

import { keepAfterLogout, logoutCheck } from "../../../app/system/logout_check.ts";
import { out } from "../../../host/ui/terminal.ts";
import type { Asking } from "./asking.ts";

/** Shows whether boxes end when the user logs out, and changes it where that is wanted. */
export async function setupLogout(asking: Asking): Promise<void> {
  const state = logoutCheck();
  asking.step("After you log out", [state]);
  const wanted = asking.flags.linger || state.mark === "!!" &&
      await asking.wants("Keep boxes running when you log out?", "they go on", "they end with your login");
  if (!wanted || state.mark !== "!!") return;
  await keepAfterLogout();
  out("  Boxes keep running. To change it: loginctl disable-linger");
}
