/**
 * Which ports of a run are published, in the box's state: whoever takes over from a killed supervisor listens for the same ones, and
 * listings need not ask.
 *
 * @module
 */

import { launchLock, portRecord, supervisorLock } from "../../config/box_state.ts";
import { listOf, schemaOf, shape, text } from "../../host/light_schema.ts";
import { FileLock, readJson, writeJson } from "../../host/store.ts";
import { PORT_STATE, type PortState } from "../../wire/port_messages.ts";
import type { RunRecord } from "../record.ts";

const schema = schemaOf(shape({ run: text, ports: listOf(PORT_STATE) }));

/** Those of a run; `undefined` when nobody has listened for it yet. A record that cannot be understood counts as none. */
export async function readPorts(state: string, run: string): Promise<readonly PortState[] | undefined> {
  const record = await readJson(portRecord(state), schema).catch(() => undefined);
  return record?.run === run ? record.ports : undefined;
}

/** Those of a run that goes on. None where the process is gone that listened for them, and no other takes its place. */
export async function portsNow(
  state: string,
  { run, lifetime }: Pick<RunRecord, "run" | "lifetime">,
): Promise<readonly PortState[]> {
  const ports = await readPorts(state, run) ?? [];
  if (ports.length === 0) return ports;
  const held = await FileLock.isHeld(lifetime === "persistent" ? supervisorLock(state) : launchLock(state));
  return held ? ports : [];
}

/** Keeps them. */
export async function writePorts(state: string, run: string, ports: readonly PortState[]): Promise<void> {
  await writeJson(portRecord(state), { run, ports }, 0o600, { durable: false });
}
