/**
 * The login that a run shares with the host, with its agent's rules.
 *
 * @module
 */

import { runTarget, targetHost } from "../../targets/discover.ts";
import { loginPath } from "../../targets/moved.ts";
import type { CredentialFile, Target } from "../../targets/target.ts";
import { recordedPlaces, sharingAgent } from "./login_places.ts";
import type { RunRecord } from "./record.ts";

/** A login that a box and the host share. */
export interface SharedLogin {
  readonly target: Target;
  /** The absolute path of one of its files on the host. */
  pathOf(file: CredentialFile): string;
}

/** The login of a run; `undefined` when it shares none. `home`: the user's. */
export function sharedLogin(record: RunRecord, home: string): SharedLogin | undefined {
  const agent = sharingAgent(record);
  const target = runTarget({ ...record, agent });
  if (!target) return undefined;
  const { ids, paths } = recordedPlaces(record);
  return { target, pathOf: (file) => paths[ids.indexOf(file.id)] ?? loginPath(file, targetHost(home)) };
}
