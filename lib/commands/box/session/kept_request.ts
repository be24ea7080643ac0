/**
 * `start` and `shell` of a box that `run --keep` has left.
 *
 * @module
 */

import { givenOptions } from "../../../config/settings/given_options.ts";
import { UsageError } from "../../../host/error.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { type KeptBox, sweepKept } from "../../../app/run/kept.ts";
import { keptSession } from "../../../app/run/kept_session.ts";
import type { SessionRequest } from "../../../session/gather.ts";

/** The request for a session in it: a shell, which `start` leaves running. */
export async function keptRequest(wanted: SessionRequest, box: KeptBox): Promise<SessionRequest> {
  const { host, kind, distinctAuth } = wanted;
  const ofAgent = kind === "agent"
    ? givenOptions(wanted.flags).find(({ declared }) => declared.flag?.startOnly)?.option
    : undefined;
  const wrong = ofAgent ?? (distinctAuth ? "--distinct-auth" : undefined);
  if (wrong !== undefined || (kind === "agent" && wanted.words.length > 0)) {
    throw new UsageError(
      `${shellQuote(box.name)} is a box that a command has left: it has no agent, and ${
        wrong ?? "the words after --"
      } would be for one.`,
      { hint: `To run a command in it: kanibako shell ${shellQuote(box.name)} -- CMD` },
    );
  }
  await sweepKept(host);
  const { standIn, flags } = await keptSession(host, box, wanted.flags);
  const { project: _, ...rest } = wanted;
  return {
    ...rest,
    kind: "shell",
    flags: kind === "agent" ? { persistence: "persistent", ...flags } : flags,
    standIn,
    engine: wanted.engine ?? box.engine,
  };
}
