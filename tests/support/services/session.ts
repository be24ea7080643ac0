/**
 * A real agent in a box that has the stand-ins in it, with somebody in front of it.
 *
 * @module
 */

import { pause, User } from "../program.ts";
import { Terminal } from "../terminal.ts";
import { type RealAgent, turnedTo } from "./agents.ts";
import { type BoxServices, boxServices, PORT } from "./start.ts";

/** A session in which the agent shows its prompt, or is about to. */
export interface RealSession extends AsyncDisposable {
  readonly terminal: Terminal;
  readonly services: BoxServices;
  /** The options that turn the agent to the stand-ins, for other calls. */
  readonly options: readonly string[];
}

/** A user who has set an agent up, and a folder to work in. */
export async function userOf(agent: RealAgent): Promise<{ user: User; cwd: string } & AsyncDisposable> {
  const user = await User.make();
  // Where the service is may stand in the agent's own settings.
  await user.configure('box.network = "none"', 'own.parts = ["settings"]', `box.crab = "${agent}"`);
  for (const [path, text] of Object.entries(turnedTo(agent, `http://127.0.0.1:${PORT}`).files)) {
    const file = `${user.home}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(file, text, { mode: 0o600 });
  }
  return { user, cwd: await user.folder(), [Symbol.asyncDispose]: () => user[Symbol.asyncDispose]() };
}

/** Types a prompt. What comes all at once, its end too, is a text that was pasted to many an agent. */
export async function ask(terminal: Terminal, prompt: string): Promise<void> {
  await terminal.press("-l", prompt);
  await terminal.shows(prompt.slice(-12));
  await pause(300);
  await terminal.press("Enter");
}

/** Opens one, or goes on with the conversation of the last. */
export async function realSession(agent: RealAgent, user: User, cwd: string): Promise<RealSession> {
  const { env } = turnedTo(agent, `http://127.0.0.1:${PORT}`);
  const options = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const terminal = await Terminal.open(user, ["start", ...options], cwd);
  try {
    const services = await boxServices(user, cwd);
    return { terminal, services, options, [Symbol.asyncDispose]: () => terminal[Symbol.asyncDispose]() };
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}
