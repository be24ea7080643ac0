/**
 * What a box says it lacks of what the user's own configuration needs. It only names numbers; what they stand for is kept here, so that
 * no word of a box is shown.
 *
 * @module
 */

import { flag, listOf, schemaOf, shape, text } from "../../host/light_schema.ts";
import { KanibakoError } from "../../host/error.ts";
import { readJson, writeJson } from "../../host/store.ts";
import type { Mailbox } from "../../runtime/mailbox.ts";
import type { OwnDelivery } from "./delivery.ts";
import { type Lacking, lackingOf } from "./lacking.ts";

/** The name under which a box leaves it. */
const LEFT = "own";
const MAX_BYTES = 16 * 1024;

/** Keeps what the numbers stand for. `folder`: the run's own. */
export async function keepNeeds(folder: string, { own, needs }: OwnDelivery): Promise<void> {
  const meant = needs.map((need) => lackingOf(own.commands, (word, kind) => `${kind} ${word}` === need));
  await writeJson(`${folder}/own.json`, { needs: meant.map((lacking) => ({ lacking })) });
}

/** Takes what the box has left, and keeps it for later. `state`: the box's; `folder`: the run's own. */
export async function settleNeeds(state: string, folder: string, mailbox: Mailbox): Promise<void> {
  const kept = await readJson(`${folder}/own.json`, needsSchema);
  if (!kept) return;
  const left = await mailbox.take(LEFT, MAX_BYTES).catch((error: unknown) => {
    if (!(error instanceof KanibakoError)) throw error;
    return undefined;
  });
  // Where there was nothing to look for, nothing is left.
  if (left === undefined && kept.needs.length > 0) return;
  const numbers = new Set(new TextDecoder().decode(left ?? new Uint8Array()).split(/\s+/));
  const lacking = kept.needs.filter((_, at) => numbers.has(String(at))).flatMap((need) => need.lacking);
  await writeJson(`${state}/own.json`, { lacking });
  await Deno.remove(`${folder}/own.json`).catch(() => {});
}

/** What the box lacked when it was last given something. */
export async function seenLacking(state: string): Promise<readonly Lacking[]> {
  return (await readJson(`${state}/own.json`, lackingSchema))?.lacking ?? [];
}

const lackingList = listOf(shape({ where: text, guard: flag, word: text }));
const needsSchema = schemaOf(shape({ needs: listOf(shape({ lacking: lackingList })) }));
const lackingSchema = schemaOf(shape({ lacking: lackingList }));
