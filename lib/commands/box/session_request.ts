/**
 * What `start` and `shell` ask for, in the terms of a session.
 *
 * @module
 */

import type { FlagSettings } from "../../config/settings.ts";
import type { SessionRequest } from "../../box/gather.ts";
import { UsageError } from "../../host/error.ts";
import type { Context } from "../context.ts";
import type { SessionFlags } from "./session_flags.ts";

/** Makes the request. */
export async function request(
  context: Context,
  kind: "agent" | "shell",
  flags: SessionFlags,
  settings: FlagSettings,
  project: string | undefined,
): Promise<SessionRequest> {
  if (flags.json && !flags.plan) throw new UsageError("--json shows a plan; it needs --plan.");
  return {
    host: await context.host(!flags.plan),
    cwd: context.cwd,
    kind,
    flags: settings,
    words: context.rest,
    distinctAuth: flags.distinctAuth,
    ...(project === undefined ? {} : { project }),
    ...(flags.entrypoint === undefined ? {} : { entrypoint: flags.entrypoint }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
  };
}
