/**
 * What follows the end of a persistent run: take out, record, remove, forget.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { Engine } from "../runtime/engine.ts";
import { endOf } from "./ended.ts";
import { LABEL_RUN } from "../runtime/labels.ts";
import { removeIn, runFolders } from "./folders.ts";
import { clearRun, type RunRecord, writeExit } from "./record.ts";
import { recordConversation, takeOut } from "./collect.ts";

/** Finishes a run whose container has ended. May be called twice. */
export async function finishRun(host: Host, engine: Engine, state: string, record: RunRecord): Promise<void> {
  const container = await engine.inspect(record.container).catch(() => undefined);
  const left = await endOf({ state, run: record.run });
  // Without either the container is gone: it was removed from outside.
  const code = left?.code ?? container?.exitCode ?? 137;
  await writeExit(state, {
    run: record.run,
    code,
    endedAt: Date.now(),
    screen: left?.screen ?? "",
  });
  try {
    await takeOut(host, state, record);
    await recordConversation(state, record, code);
  } finally {
    // Whatever could not be taken, the box is not kept for it: it could never be started again.
    if (container?.labels[LABEL_RUN] === record.run) await engine.remove(container.id);
    await removeIn(runFolders(state, record.run));
    await clearRun(state, record.run);
  }
}
