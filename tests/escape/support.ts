/**
 * What the attacks share: a box to act in, things on the host that must stay as they are, and an agent that obeys.
 *
 * @module
 */

import assert from "node:assert/strict";
import { installAgent } from "../support/agent.ts";
import type { CallOptions, Outcome, User } from "../support/program.ts";

/** Longer than any call takes; a call that waits for what the box does not give runs into it. */
const PATIENCE_MS = 90_000;

/** The call's end, or an error when it does not come. */
export async function within(call: Promise<Outcome>, timeoutMs: number = PATIENCE_MS): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the call did not end")), timeoutMs);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a shell script in the box of a folder. */
export function inBox(
  user: User,
  folder: string,
  script: string,
  words: readonly string[] = [],
  options: CallOptions = {},
): Promise<Outcome> {
  return within(
    user.run(["shell", ...words, "--", "sh", "-c", script], { cwd: folder, ...options }),
  );
}

/** As {@link inBox}, and an error when the script fails. Its standard output. */
export async function inBoxOk(
  user: User,
  folder: string,
  script: string,
  words: readonly string[] = [],
): Promise<string> {
  const outcome = await inBox(user, folder, script, words);
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome.stdout;
}

/** An agent that runs its first word as a shell script, and ends as that ends. */
export function obedientAgent(user: User): Promise<{ PATH: string }> {
  return installAgent(
    user.home,
    `import { spawnSync } from "node:child_process";
const word = words.at(-1) ?? "true";
process.exit(spawnSync("sh", ["-c", word], { stdio: "inherit" }).status ?? 1);`,
  );
}

/** Runs a script as the agent of an ephemeral session. */
export function asAgent(
  user: User,
  folder: string,
  env: Readonly<Record<string, string>>,
  script: string,
): Promise<Outcome> {
  return within(user.run(["start", "--ephemeral", "--", script], { cwd: folder, env }));
}

/** Something of the user's outside every box, as an attacker would like to change it. */
export class Victim {
  private constructor(readonly path: string, readonly before: string) {}

  /** A folder with a file, a secret and a folder in it, where only the host's user should get. */
  static async make(user: User): Promise<Victim> {
    const path = `${user.home}/victim`;
    await Deno.mkdir(`${path}/folder`, { recursive: true });
    await Deno.writeTextFile(`${path}/file`, "precious\n");
    await Deno.writeTextFile(`${path}/secret`, `secret-${crypto.randomUUID()}\n`, { mode: 0o600 });
    await Deno.writeTextFile(`${path}/folder/kept`, "kept\n");
    return new Victim(path, await listing(path));
  }

  /** Fails when anything of it was touched. */
  async assertUntouched(what: string): Promise<void> {
    assert.equal(await listing(this.path), this.before, what);
  }
}

async function listing(path: string): Promise<string> {
  const info = await Deno.lstat(path);
  const mode = (info.mode! & 0o7777).toString(8);
  if (info.isSymlink) return `${path} -> ${await Deno.readLink(path)}\n`;
  if (info.isFile) return `${path} ${mode} ${info.uid} ${await Deno.readTextFile(path)}`;
  let text = `${path} ${mode} ${info.uid}\n`;
  const names = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  for (const name of names) text += await listing(`${path}/${name}`);
  return text;
}

/** Where Claude Code keeps its login, below a home. */
export const LOGIN = ".claude/.credentials.json";

/** A login as Claude Code keeps it. */
export function login(token: string, expiresAt: number = Date.now() + 3600_000): Record<string, unknown> {
  return { accessToken: token, refreshToken: `${token}-refresh`, expiresAt, scopes: ["user:inference"] };
}

/** Logs the user in on the host. */
export async function logIn(user: User, token: string, expiresAt?: number): Promise<string> {
  const path = `${user.home}/${LOGIN}`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(
    path,
    JSON.stringify({ claudeAiOauth: login(token, expiresAt), other: { kept: true } }),
    { mode: 0o600 },
  );
  return path;
}

/** No part of a text could steer a terminal: neither a control character but line feeds, nor a mark that hides text. */
export function assertHarmless(text: string, what: string): void {
  // deno-lint-ignore no-control-regex
  const bad = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
  assert.equal(bad.exec(text), null, `${what}: ${JSON.stringify(text)}`);
}

/** Every file below a folder, without following links. */
export async function* filesBelow(path: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(path)) {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(inner);
    else if (entry.isFile) yield inner;
  }
}
