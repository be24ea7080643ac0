/**
 * A user who has an agent.
 *
 * @module
 */

import { installAgent } from "./agent.ts";
import { User } from "./program.ts";

/** A user with an agent that does as asked: JavaScript for Node, as for {@link installAgent}. */
export async function withAgent(script: string): Promise<{ user: User; cwd: string } & AsyncDisposable> {
  const user = await User.make();
  const cwd = await user.folder();
  Object.assign(user.env, await installAgent(user.home, script));
  return { user, cwd, [Symbol.asyncDispose]: () => user[Symbol.asyncDispose]() };
}
