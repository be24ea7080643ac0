/**
 * A session with an agent that is logged in, in which all that must not be lost can be seen: it goes on, its login is renewed, it
 * ends with a code of its own.
 *
 * @module
 */

import assert from "node:assert/strict";
import { installAgent } from "./agent.ts";
import { PATIENCE_MS, until, type User } from "./program.ts";

const LOGIN = "/.claude/.credentials.json";

// Files in the workspace say what it is to do.
const AGENT = `
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
writeFileSync("up", "");
setInterval(() => {
  if (existsSync("renew")) {
    mkdirSync(process.env.HOME + "/.claude", { recursive: true });
    writeFileSync(process.env.HOME + "${LOGIN}", readFileSync("renew"));
  }
  if (existsSync("end")) process.exit(Number(readFileSync("end", "utf8")));
}, 50);`;

/** The agent's session. */
export interface AgentSession {
  /** The words that start it, or go back to it. */
  readonly words: readonly string[];
  /** Waits until the agent is at work. */
  up(): Promise<void>;
  /** Renews the login and ends the session; checks that the end, the login and nothing else is left. */
  endsWell(): Promise<void>;
}

/** Prepares one for a user and a folder. */
export async function agentSession(user: User, cwd: string): Promise<AgentSession> {
  Object.assign(user.env, await installAgent(user.home, AGENT));
  const token = (accessToken: string, inMs: number) =>
    JSON.stringify({
      claudeAiOauth: { accessToken, refreshToken: `re-${accessToken}`, expiresAt: Date.now() + inMs },
    });
  await Deno.mkdir(`${user.home}/.claude`, { mode: 0o700, recursive: true });
  await Deno.writeTextFile(`${user.home}${LOGIN}`, token("old", 3600_000), { mode: 0o600 });
  return {
    words: ["start", "--persistent"],
    up: () => until(() => exists(`${cwd}/up`), PATIENCE_MS, "the agent is not at work"),
    endsWell: async () => {
      // Whole at once: the agent looks all the time.
      await Deno.writeTextFile(`${cwd}/renew.new`, token("new", 8 * 3600_000));
      await Deno.rename(`${cwd}/renew.new`, `${cwd}/renew`);
      const renewed = () =>
        user.run(["shell", "--", "cat", `/home/agent${LOGIN}`], { cwd }).then(({ stdout }) =>
          stdout.includes("new")
        );
      await until(renewed, PATIENCE_MS, "the agent did not renew its login");
      await Deno.writeTextFile(`${cwd}/end.new`, "41");
      await Deno.rename(`${cwd}/end.new`, `${cwd}/end`);
      assert.equal((await user.exitRecord()).code, 41);
      await nothingLeft(user);
      assert.match(await Deno.readTextFile(`${user.home}${LOGIN}`), /"new"/);
    },
  };
}

/** Waits until nothing of any run is left: no container, record, run folder or supervisor. */
export async function nothingLeft(user: User): Promise<void> {
  await until(async () => (await user.supervisors()).length === 0, PATIENCE_MS, "a supervisor is left");
  await until(async () => (await user.containers()).length === 0, PATIENCE_MS, "a container is left");
  assert.deepEqual(await user.runRecords(), []);
  assert.deepEqual(await runFolders(user), []);
}

/** The folders of runs of all of a user's boxes. */
export async function runFolders(user: User): Promise<string[]> {
  const found: string[] = [];
  for await (const box of Deno.readDir(`${user.state}/boxes`)) {
    try {
      for await (const run of Deno.readDir(`${user.state}/boxes/${box.name}/runs`)) {
        found.push(`${box.name}/${run.name}`);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return found;
}

/** Whether there is something at a path. */
export function exists(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}
