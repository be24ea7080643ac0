/**
 * Whose login a run shares with the host, and where that is. It is part of the run's record: whoever hosts a run, or ends it, may have
 * none of the variables with which its user has moved it.
 *
 * @module
 */

import { findTarget, targetHost } from "../../targets/discover.ts";
import { loginPath } from "../../targets/moved.ts";
import type { CredentialFile, Target } from "../../targets/target.ts";
import type { RunRecord } from "./record.ts";

/** The service that takes logins out and hands them in. */
export const COLLECTOR = "collector";

/** A login that a box and the host share. */
export interface SharedLogin {
  readonly target: Target;
  /** The absolute path of one of its files on the host. */
  pathOf(file: CredentialFile): string;
}

/** The agent whose login a run shares; empty: none. */
export function sharingAgent({ agent, sharedAuth, services }: RunRecord): string {
  if (!sharedAuth) return "";
  const named = services[COLLECTOR]?.["agent"];
  return typeof named === "string" ? named : agent;
}

/** The login of a run; `undefined` when it shares none. */
export function sharedLogin(record: RunRecord, home: string): SharedLogin | undefined {
  const agent = sharingAgent(record);
  if (agent === "") return undefined;
  const target = findTarget(agent);
  const { ids, paths } = recordedPlaces(record);
  return {
    target,
    pathOf: (file) => paths[ids.indexOf(file.id)] ?? loginPath(file, { ...targetHost(home), home }),
  };
}

/** Where the files are, as the record has it. */
export function recordedPlaces(
  { services }: RunRecord,
): { ids: readonly string[]; paths: readonly string[] } {
  const { logins, places } = services[COLLECTOR] ?? {};
  return { ids: texts(logins), paths: texts(places) };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
