/**
 * What `start` and `shell` ask for, in the terms of a session.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import type { FlagSettings } from "../../../config/settings.ts";
import { givenOptions } from "../../../config/settings/given_options.ts";
import type { SessionRequest } from "../../../session/gather.ts";
import { open } from "../../../session/open.ts";
import { mayBeKept } from "../../../session/may_be_kept.ts";
import type { Opened } from "../../../session/hold_mode.ts";
import { KanibakoError, UsageError } from "../../../host/error.ts";
import type { Context } from "../../context.ts";
import type { SessionFlags } from "./session_flags.ts";

/** Makes the request. */
export async function request(
  context: Context,
  kind: "agent" | "shell",
  flags: SessionFlags,
  settings: FlagSettings,
  project: string | undefined,
): Promise<SessionRequest> {
  if (flags.json && !flags.plan) {
    throw new UsageError(
      kind === "agent" ? "--json requires --plan or a prompt." : "--json requires --plan.",
    );
  }
  if (flags.entrypoint !== undefined) checkWithoutAgent(settings);
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  if (flags.record !== undefined) {
    if (flags.plan) {
      throw new UsageError("--record and --plan cannot be used together: a plan shows no session.");
    }
    if (!isTerminal) throw new UsageError("--record requires a terminal: it records what that shows.");
  }
  const host = await context.host();
  const wanted: SessionRequest = {
    host,
    cwd: context.cwd,
    kind,
    flags: settings,
    words: context.rest,
    distinctAuth: flags.distinctAuth,
    ...(project === undefined ? {} : { project }),
    ...(flags.entrypoint === undefined ? {} : { entrypoint: flags.entrypoint }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(isTerminal ? { terminal: { type: Deno.env.get("TERM") || "xterm-256color" } } : {}),
  };
  if (project === undefined || !mayBeKept(host, project)) return wanted;
  const { keptBoxOf } = await import("../../../app/run/kept.ts");
  const kept = await keptBoxOf(host, project, context.cwd);
  return kept ? await (await import("./kept_request.ts")).keptRequest(wanted, kept) : wanted;
}

/** What says something about an agent has nothing to act on where another program runs. */
function checkWithoutAgent(settings: FlagSettings): void {
  const of = givenOptions(settings).filter(({ declared }) => declared.flag?.startOnly);
  if (of.length === 0) return;
  throw new UsageError(
    `--entrypoint runs a program instead of an agent, and ${of[0]!.option} is about an agent.`,
    {
      hint: "Use one of them.",
    },
  );
}

/**
 * Opens the session, recorded in `record`. Settings a project brings that nobody has approved are asked about first, where somebody can
 * answer.
 */
export async function openAsked(wanted: SessionRequest, record?: string): Promise<number> {
  if (record === undefined) return await opened(wanted);
  const { recorded } = await import("./recorded.ts");
  return await recorded(wanted, record, opened);
}

async function opened(wanted: SessionRequest): Promise<number> {
  return exitCode(await approving(wanted.host, () => open(wanted, "attached")));
}

/** Does something with a project, and once more where the user has approved of its settings meanwhile. */
export async function approving<T>(host: Host, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "not-approved") throw error;
    const { askApproval } = await import("../../../app/config/approval.ts");
    await askApproval(host, error);
    return await action();
  }
}

/** A box that keeps running is a success. */
function exitCode(opened: Opened): number {
  return opened.kind === "ended" ? opened.code : 0;
}
