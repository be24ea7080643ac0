/**
 * Taking out what a run left: that a delivery was applied, renewed logins, that there has been a conversation.
 *
 * @module
 */

import { collectCredentials } from "../crab/collect_logins.ts";
import { KanibakoError } from "../host/error.ts";
import { settleDelivery } from "../crab/delivery_record.ts";
import { addSteps, conversationMark } from "../crab/steps.ts";
import { keepTrouble } from "./login_trouble.ts";
import type { RunRecord } from "./record.ts";
import { type Run, runFolder } from "./run.ts";
import { sharedLogin } from "./shared_login.ts";
import { isUnshared } from "./unshare.ts";

/** An agent that ran this long has held a conversation, however it ended. */
const CONVERSATION_MS = 10_000;

/** Takes out what is there now. May be called often, also while the box runs. Throws `not-collected` when a login was not taken for a reason. */
export async function collect({ host, box, state, record, mailbox }: Omit<Run, "runtime">): Promise<void> {
  const folder = runFolder(state, record.run);
  if (await settleDelivery(state, folder, mailbox)) {
    await (await import("../crab/own/seen.ts")).settleNeeds(state, folder, mailbox);
    host.events({ kind: "delivered", box, run: record.run, atMs: Date.now() });
  }
  const login = sharedLogin(record, host.dirs.home);
  // What has no login has none to give.
  if (!login || record.guarded || await isUnshared(state, record)) return;
  const collected = await collectCredentials({
    mailbox,
    ...login,
    home: host.dirs.home,
    locks: `${host.dirs.state}/locks`,
    state,
    boxFolders: async () => (await import("../plan/box_folders.ts")).boxFolders(host),
  });
  const problems: string[] = [];
  for (const { path, outcome, problem } of collected) {
    if (problem !== undefined) problems.push(problem);
    if (outcome === "older") continue;
    host.events({ kind: "collected", box, run: record.run, atMs: Date.now(), data: { path, outcome } });
  }
  await keepTrouble(state, problems);
  // Whoever hosts the run says it, or records it for `box info`.
  if (problems.length > 0) throw new KanibakoError("not-collected", `${problems.join(". ")}.`);
}

/** Records, when a run has ended, that there is now something to continue. */
export async function recordConversation(state: string, record: RunRecord, code: number): Promise<void> {
  if (!record.conversation) return;
  if (code === 0 || Date.now() - record.startedAt > CONVERSATION_MS) {
    await addSteps(state, { conversations: [conversationMark(record.agent, record.at)] });
  }
}
