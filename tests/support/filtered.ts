/**
 * A filtered box and what it may reach: servers of this machine under names that the user pinned.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Outcome } from "./program.ts";
import { User } from "./program.ts";

/** A user whose boxes are filtered by rules that the test gives. */
export async function filteredUser(
  rules: readonly string[],
  pinned: readonly string[] | Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<User> {
  const user = await User.make();
  await user.configure(
    'box.network = "filtered"',
    "network.presets = []",
    'network.ask = "off"',
    ...more,
    "[network.rule]",
    ...rules.map((rule) => `${JSON.stringify(rule)} = "allow"`),
    "[network.hosts]",
    ...Object.entries(
      Array.isArray(pinned) ? Object.fromEntries(pinned.map((name) => [name, "127.0.0.1"])) : pinned,
    ).map(([name, address]) => `${JSON.stringify(name)} = "${address}"`),
  );
  return user;
}

/** Runs a script of Python in a running box: what it prints, a line of JSON each. */
export async function python(user: User, folder: string, script: string): Promise<unknown[]> {
  const outcome = await user.run(["shell", folder, "--", "python3", "-c", script], { cwd: folder });
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome.stdout.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Runs a script in a running box. */
export function shell(user: User, folder: string, script: string): Promise<Outcome> {
  return user.run(["shell", folder, "--", "sh", "-c", script], { cwd: folder });
}

/** Starts a box that stays. */
export async function startBox(user: User, folder: string): Promise<void> {
  await user.ok(["shell", "--persistent", "--", "sleep", "600"], { cwd: folder });
}

/** A server of this machine that says hello to whoever asks over HTTP. */
export function webServer(
  answer: (path: string) => Response | Promise<Response>,
): { port: number } & AsyncDisposable {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => answer(new URL(url).pathname),
  );
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}
