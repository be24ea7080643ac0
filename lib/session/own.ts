/**
 * Whether a start gives its box something of the user's own configuration of the agent. Where nothing is chosen, nothing is loaded for it.
 *
 * @module
 */

import type { OwnDelivery } from "../crab/own/delivery.ts";
import type { Session } from "./gather.ts";

/** What is given; `undefined` where nothing is, and nothing was. Throws `bad-own`, `unsafe-own`, `too-large`. */
export async function ownOf(session: Session): Promise<OwnDelivery | undefined> {
  const { foreign, settings, steps } = session;
  const target = (session.agent ?? session.tool)?.target;
  // What another user's box got, that user could read.
  if (!target || foreign) return undefined;
  const { parts, mcp, lsp } = settings.own;
  const had = Object.entries(steps.own).some(([mark, digest]) =>
    digest !== "" && mark.startsWith(`${target.name}/`)
  );
  if (!had && parts.value.length + mcp.value.length + lsp.value.length === 0) return undefined;
  return await (await import("./give_own.ts")).giveOwn(session, target);
}
