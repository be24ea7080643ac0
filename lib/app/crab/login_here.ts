/**
 * Logging an agent in on this machine, by its own program, as its user would.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { findExecutable, start } from "../../host/process.ts";
import { findTarget } from "../../../targets/discover.ts";

/** Whether an agent has a command for that, and its program is here. */
export function canLogInHere(id: string): boolean {
  return loginCommand(id) !== undefined;
}

/** Runs the agent's own login, on this terminal. Throws `no-login`, `login-failed`. */
export async function logInHere(id: string): Promise<void> {
  const words = loginCommand(id);
  const { displayName } = findTarget(id);
  if (!words) {
    throw new KanibakoError(
      "no-login",
      `Cannot log in to ${displayName} here: it has no command for that on this machine.`,
      {
        hint: `Log in when it asks, in a box: kanibako start --crab ${id}`,
      },
    );
  }
  // It is the user's own program: it has all of their environment but what belongs to this one.
  const own = { DENO_DIR: undefined, DENO_NO_UPDATE_CHECK: undefined, KANIBAKO_PROGRAM: undefined };
  const child = start(
    words,
    { env: { ...Deno.env.toObject(), ...own }, cwd: Deno.env.get("HOME") ?? "/" },
    "inherit",
    "inherit",
  );
  const { code } = await child.status;
  if (code !== 0) {
    throw new KanibakoError("login-failed", `The login of ${displayName} ended with exit code ${code}.`, {
      hint: `To try again: kanibako setup --log-in ${id}`,
    });
  }
}

function loginCommand(id: string): readonly string[] | undefined {
  const { logIn, entrypoint } = findTarget(id);
  const program = logIn && logIn.words.length > 0 ? findExecutable(entrypoint) : undefined;
  return program === undefined ? undefined : [program, ...logIn!.words];
}
