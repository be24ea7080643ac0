/**
 * Takes out what a run left: that a delivery was applied, renewed credentials, that there has been a conversation.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { collectCredentials } from "../crab/credentials.ts";
import { settleDelivery } from "../crab/prepare.ts";
import { addSteps } from "../crab/steps.ts";
import { findTarget } from "../../targets/discover.ts";
import { runFolders } from "./folders.ts";
import type { RunRecord } from "./record.ts";

/** An agent that ran this long has held a conversation, however it ended. */
const CONVERSATION_MS = 10_000;

/** Takes out what is there now. May be called often, also while the box runs. */
export async function takeOut(host: Host, state: string, record: RunRecord): Promise<void> {
  const folders = runFolders(state, record.run);
  await settleDelivery(state, folders.in, folders.out);
  if (record.agent === "" || !record.sharedAuth) return;
  await collectCredentials({
    out: folders.out,
    target: findTarget(record.agent),
    home: host.dirs.home,
    locks: `${host.dirs.state}/locks`,
    state,
  });
}

/** Records, when a run has ended, that there is now something to continue. */
export async function recordConversation(state: string, record: RunRecord, code: number): Promise<void> {
  if (!record.conversation) return;
  if (code === 0 || Date.now() - record.startedAt > CONVERSATION_MS) {
    await addSteps(state, { conversations: [record.agent] });
  }
}
