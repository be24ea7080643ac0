/**
 * Programs of the user's that answer what a declaration cannot say: `PROGRAM find`, `mounts`, `auth` or `command`, with what it is about
 * as JSON on standard input, and the answer as JSON on standard output. Run on the host, so only from the user's own folder.
 *
 * @module
 */

import { KanibakoError } from "../../lib/host/error.ts";
import {
  type Check,
  either,
  flag,
  listOf,
  matching,
  oneOf,
  optional,
  shape,
  tableOf,
  text,
} from "../../lib/host/light_schema.ts";
import { run } from "../../lib/host/process.ts";
import { quotePath } from "../../lib/host/ui/quote_path.ts";
import { BOX_HOME } from "../../lib/spec/box_paths.ts";
import type {
  AgentArguments,
  AgentCommand,
  AgentInstall,
  AuthStatus,
  Examined,
  TargetHost,
  TargetMount,
} from "../target.ts";
import { assertInside, assertOwn } from "../user_tier.ts";

/** A program and whose it is. */
export interface Answering {
  readonly path: string;
  /** The folder of its declaration, in which it is. */
  readonly folder: string;
  /** The agent's name. */
  readonly agent: string;
}

type Question = "find" | "mounts" | "auth" | "command";

const TIMEOUT_MS = 5000;
const MOST_BYTES = 64 * 1024;
/** The method of what it finds, for people. */
const BY_PROGRAM = "plugin";

const path = matching(/^\/(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\0\n]*$/, "expected an absolute path without ..");
const line = matching(/^\P{Cc}{0,400}$/u, "expected one line of text");

const FOUND = either(
  oneOf(null),
  either(shape({ reason: line }), shape({ binary: path, version: optional(line) })),
);
const MOUNTS = listOf(shape({ source: path, destination: path }));
const AUTH = shape({ loggedIn: flag, detail: line, hint: optional(line) });
const COMMAND = shape({ args: listOf(text), env: optional(tableOf(text)) });

/** Where the agent is. `undefined`: there is no trace of it. */
export async function askFind(by: Answering, host: TargetHost): Promise<Examined | undefined> {
  const found = await ask(by, "find", { home: host.home, path: host.path }, FOUND);
  if (found === null) return undefined;
  if ("reason" in found) return { reason: found.reason };
  const binary = await host.realPath(found.binary);
  if (binary === undefined) return { reason: `${found.binary} does not exist` };
  const { version } = found;
  return {
    install: { name: by.agent, binary, method: BY_PROGRAM, ...(version === undefined ? {} : { version }) },
  };
}

/** What a box is to be shown. */
export async function askMounts(
  by: Answering,
  install: AgentInstall,
  host: TargetHost,
): Promise<readonly TargetMount[]> {
  const mounts: TargetMount[] = [];
  for (const { source, destination } of await ask(by, "mounts", { home: host.home, install }, MOUNTS)) {
    const real = await host.realPath(source);
    if (real === undefined) throw wrong(by, "mounts", `${source} does not exist`);
    if (real === "/" || host.home === real || host.home.startsWith(`${real}/`)) {
      throw wrong(by, "mounts", `${source} contains your home`);
    }
    if (!/^\/(home\/agent|opt|usr\/local)\/./.test(destination)) {
      throw wrong(by, "mounts", `${destination} is not below ${BOX_HOME}, /opt or /usr/local`);
    }
    mounts.push({ source: real, destination });
  }
  return mounts;
}

/** The state of the user's login. */
export async function askAuth(by: Answering, host: TargetHost): Promise<AuthStatus> {
  const { hint, ...status } = await ask(by, "auth", { home: host.home }, AUTH);
  return hint === undefined ? status : { ...status, hint };
}

/** The command line. */
export async function askCommand(by: Answering, request: AgentArguments): Promise<AgentCommand> {
  const { args, env } = await ask(by, "command", request, COMMAND);
  return { args, env: env ?? {} };
}

async function ask<T>(by: Answering, question: Question, about: unknown, check: Check<T>): Promise<T> {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(by.path);
  } catch {
    throw wrong(by, question, "there is no such program");
  }
  assertOwn(by.path, info);
  assertInside(by.path, by.folder);
  if (!info.isFile || ((info.mode ?? 0) & 0o111) === 0) {
    throw wrong(by, question, "it is no executable program");
  }
  const late = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await run([by.path, question], {
    input: `${JSON.stringify(about)}\n`,
    cwd: by.folder,
    maxOutputBytes: 2 * MOST_BYTES,
    // With all that it has started: what stays behind would keep its output open.
    family: true,
    signal: late,
  });
  const output = answer.stderr.trim() === "" ? {} : { output: answer.stderr.slice(-2000) };
  if (late.aborted) throw wrong(by, question, "it took longer than 5 seconds", output);
  if (answer.code !== 0) throw wrong(by, question, `it ended with ${answer.code}`, output);
  if (answer.stdout.length > MOST_BYTES) {
    throw wrong(by, question, "it answered with more than 64 KiB", output);
  }
  let value: unknown;
  try {
    value = JSON.parse(answer.stdout);
  } catch {
    throw wrong(by, question, "its answer is not JSON", output);
  }
  const checked = check(value);
  if (checked.ok) return checked.value;
  throw wrong(
    by,
    question,
    `${["its answer", ...checked.path].map(String).join(".")}: ${checked.message}`,
    output,
  );
}

function wrong(
  by: Answering,
  question: Question,
  why: string,
  output: { output?: string } = {},
): KanibakoError {
  return new KanibakoError("bad-plugin", `Cannot ask ${quotePath(by.path)} for ${question}: ${why}.`, {
    hint: `To see what it says: kanibako crab check ${by.agent}`,
    ...output,
  });
}
