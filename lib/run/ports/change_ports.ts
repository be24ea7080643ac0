/**
 * Changing the published ports of a box that runs.
 *
 * @module
 */

import { portSocket } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { connectTo } from "../../host/unix_socket.ts";
import { until } from "../../host/wait.ts";
import { FrameReader, FrameWriter } from "../../wire/frame.ts";
import { nextMessage } from "../../wire/messages.ts";
import { PORT_ANSWER, type PortQuestion, type PortState } from "../../wire/port_messages.ts";
import type { RunRecord } from "../record.ts";
import { ensureSupervisor } from "../start_supervisor.ts";

/** A supervisor that was killed is back within this time. */
const REVIVAL = { everyMs: 50, forMs: 5000 };

/** A box that runs. */
export interface RunningBox {
  readonly host: Host;
  readonly id: string;
  readonly state: string;
  /** Its name, for messages. */
  readonly name: string;
  readonly record: RunRecord;
}

/** What a change came to: the ports that were named, and all there are. */
export interface ChangedPorts {
  readonly changed: readonly PortState[];
  readonly ports: readonly PortState[];
}

/**
 * Has the ports changed, all or nothing, and waits until that is done. Throws `port-taken` and its like, `no-ports` for a box that was
 * started without what it takes, and `supervisor` when nobody answers.
 */
export async function changePorts(box: RunningBox, question: PortQuestion): Promise<ChangedPorts> {
  const conn = await reached(box);
  try {
    await new FrameWriter(conn).message(question);
    const answer = await nextMessage(new FrameReader(conn), PORT_ANSWER);
    if (!answer) throw silent(box.name);
    if (!("refused" in answer)) return answer;
    const { code, message, hints } = answer.refused;
    throw new KanibakoError(code, message, { hint: hints });
  } finally {
    conn.close();
  }
}

/** Whether somebody listens for the ports of a run. */
export function canPublish({ record }: Pick<RunningBox, "record">): boolean {
  return Object.hasOwn(record.services, "ports");
}

async function reached({ host, id, state, name, record }: RunningBox): Promise<Deno.UnixConn> {
  if (!canPublish({ record })) {
    throw new KanibakoError("no-ports", `No port of the box ${name} can be published while it runs.`, {
      hint: record.lifetime === "ephemeral"
        ? "It is in the foreground, where that takes a port from its start on: --publish"
        : `It was started without a steward (box.steward). Stop it, and start it with --publish: kanibako stop ${name}`,
    });
  }
  let conn = await connectTo(portSocket(state));
  if (!conn && record.lifetime === "persistent") {
    await ensureSupervisor(host, id);
    await until(async () => (conn = await connectTo(portSocket(state))) !== undefined, REVIVAL);
  }
  if (!conn) throw silent(name);
  return conn;
}

function silent(name: string): KanibakoError {
  return new KanibakoError("supervisor", `Nobody listens for the ports of the box ${name}.`, {
    hint: `To find the cause: kanibako box diagnose ${name}`,
  });
}
