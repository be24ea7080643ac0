/**
 * Scripts that use the library, each a process of its own, as a user's would be.
 *
 * @module
 */

import assert from "node:assert/strict";
import { denoDir } from "./deno_dir.ts";
import type { User } from "./program.ts";

const module = new URL("../../mod.ts", import.meta.url).href;
const config = new URL("../../deno.json", import.meta.url).pathname;

const HEAD = `import { agent, findProject, Kanibako, KanibakoError, makeProject, openBox, planOf } from ${
  JSON.stringify(module)
};
const say = (value: unknown) => console.log(JSON.stringify(value));
const codeOf = (error: unknown) => error instanceof KanibakoError ? error.code : String(error);
const sha = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
void [agent, findProject, Kanibako, makeProject, openBox, planOf, codeOf, sha, pause];
`;

/** The words that run a script which has the library, `say`, `codeOf`, `sha` and `pause`. */
export async function script(user: User, body: string): Promise<string[]> {
  const path = `${user.home}/script-${crypto.randomUUID().slice(0, 8)}.ts`;
  await Deno.writeTextFile(path, HEAD + body);
  user.env["DENO_DIR"] ??= denoDir();
  // Modules may still have to be fetched.
  user.env["DENO_TLS_CA_STORE"] = Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system";
  return [Deno.execPath(), "run", "-A", "--no-check", "--quiet", `--config=${config}`, path];
}

/** Runs a script to its end: what it said, a value a line. */
export async function runScript(user: User, cwd: string, body: string): Promise<unknown[]> {
  const outcome = await user.call(await script(user, body), { cwd });
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome.stdout.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
