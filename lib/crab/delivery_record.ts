/**
 * What will have been done once a box has applied its delivery: kept beside the run, where no box can see it, and recorded as
 * done when the box says so.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { schemaOf, shape, text } from "../host/light_schema.ts";
import { readJson, writeJson } from "../host/store.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import type { Delivery } from "./deliver.ts";
import { addSteps, stepsChange } from "./steps.ts";

/** Keeps what a delivery changes. `folder`: the run's own. */
export async function recordDelivery(folder: string, { id, change }: Delivery): Promise<void> {
  await writeJson(recordPath(folder), { id, change });
}

/**
 * Records a delivery as done if the box says that it has applied it. `state`: the box's state folder; `folder`: the run's own. Costs
 * one look when nothing was delivered. Returns whether something was recorded.
 */
export async function settleDelivery(state: string, folder: string, mailbox: Mailbox): Promise<boolean> {
  const record = await readJson(recordPath(folder), recordSchema);
  if (!record) return false;
  const applied = await mailbox.take("applied", 256).catch((error: unknown) => {
    if (!(error instanceof KanibakoError)) throw error;
    return undefined;
  });
  if (applied === undefined || new TextDecoder().decode(applied).trim() !== record.id) return false;
  await addSteps(state, record.change);
  await Deno.remove(recordPath(folder)).catch(() => {});
  return true;
}

/** Whether something was handed in that the box has not said to be applied. */
export async function hasPending(folder: string): Promise<boolean> {
  return await readJson(recordPath(folder), recordSchema) !== undefined;
}

function recordPath(folder: string): string {
  return `${folder}/delivery.json`;
}

const recordSchema = schemaOf(shape({ id: text, change: stepsChange }));
