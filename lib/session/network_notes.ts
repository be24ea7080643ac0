/**
 * What the user is shown of a box's filtered network when a session ends, when they leave it, and before the next one: names that were
 * refused as nobody answered, and limits that acted. Each is said once.
 *
 * @module
 */

import { networkLog, networkPending, networkShown } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { integer, oneOf, schemaOf, shape } from "../host/light_schema.ts";
import { isThere, readJson, writeJson } from "../host/store.ts";
import { qualifiedName } from "../project/project.ts";
import { info, warning } from "../spec/ui.ts";
import type { Session } from "./gather.ts";

const SHOWN = schemaOf(shape({ version: oneOf(1), at: integer }));
/** Most names in one note. */
const MOST_NAMES = 6;

/** Says what there is to say since the last time. Never throws. */
export async function noteNetwork({ host, project, request }: Session): Promise<void> {
  const { state } = project;
  if (request.standIn || !(isThere(networkPending(state)) || isThere(networkLog(state)))) return;
  try {
    const shown = await readJson(networkShown(state), SHOWN).catch(() => undefined);
    const [now, since] = [Date.now(), shown?.at ?? 0];
    const names = await unanswered(state, since, now);
    const limits = await limitsSince(state, since);
    if (names.length === 0 && limits.length === 0) return;
    await writeJson(networkShown(state), { version: 1, at: now }, 0o600, { durable: false });
    const name = qualifiedName(project);
    if (names.length > 0) {
      info(host.ui, "network-unanswered", {
        name,
        hosts: names.slice(0, MOST_NAMES),
        more: Math.max(0, names.length - MOST_NAMES),
      });
    }
    if (limits.length > 0) warning(host.ui, "network-limits", { name, limits });
  } catch (error) {
    debug(() => `network notes: ${error}`);
  }
}

/** Names that were refused in that time as nobody answered. */
async function unanswered(state: string, since: number, now: number): Promise<readonly string[]> {
  if (!isThere(networkPending(state))) return [];
  const { pendingNames } = await import("../net/pending.ts");
  return (await pendingNames(state)).filter(({ until }) => until > since && until <= now)
    .map(({ host, port }) => port === 0 || port === 443 ? host : `${host}:${port}`);
}

async function limitsSince(state: string, since: number): Promise<readonly string[]> {
  const written = await Deno.stat(networkLog(state)).catch(() => undefined);
  if (!written || (written.mtime?.getTime() ?? 0) <= since) return [];
  const { limitsThatActed } = await import("../net/read_log.ts");
  return await limitsThatActed(state, since);
}
