/**
 * Whether a start gives its box something of the user's own configuration of the agent. Where nothing is chosen, nothing is loaded for it.
 *
 * @module
 */

import type { OwnDelivery } from "../crab/own/delivery.ts";
import { hadOwn } from "../crab/steps.ts";
import { KanibakoError } from "../host/error.ts";
import { warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";

/** What is given; `undefined` where nothing is, and nothing was. Throws `bad-own`, `unsafe-own`, `too-large`. */
export async function ownOf(session: Session): Promise<OwnDelivery | undefined> {
  const { foreign, settings, steps } = session;
  const target = (session.agent ?? session.tool)?.target;
  // What another user's box got, that user could read.
  if (!target || foreign) return undefined;
  const { parts, mcp, lsp } = settings.own;
  if (!hadOwn(steps, target.name) && parts.value.length + mcp.value.length + lsp.value.length === 0) {
    return undefined;
  }
  try {
    return await (await import("./give_own.ts")).giveOwn(session, target);
  } catch (error) {
    // An agent that only stands beside a shell keeps no shell from being opened.
    if (session.agent || !(error instanceof KanibakoError)) throw error;
    const text = `${error.message} The agent in this shell gets nothing of your own configuration.`;
    warning(session.host.ui, "plan-warning", { text });
    return undefined;
  }
}
