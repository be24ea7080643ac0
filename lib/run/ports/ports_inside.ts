/**
 * Asks a running box what listens in it.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { after } from "../../host/timer.ts";
import type { Io } from "../../runtime/io.ts";
import { callInto } from "../call_in.ts";
import type { Run } from "../run.ts";
import { type ListeningPort, listeningPorts } from "./listening.ts";

/** As much as some thousand connections take. */
const MAX_BYTES = 1024 * 1024;
const PATIENCE_MS = 10_000;
/** Where the steward listens for names that a filtered network allows: 127.64.0.0/10. */
const OF_THE_DOOR = /^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const NAMES_PORT = 53;

/**
 * What listens there, without what belongs to the box's filtered network. `undefined`: the box does not run. Throws `silent` for a box
 * that does not say it in time.
 */
export async function portsInside(
  { state, record, runtime }: Pick<Run, "state" | "record" | "runtime">,
  patienceMs = PATIENCE_MS,
): Promise<readonly ListeningPort[] | undefined> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let left = MAX_BYTES;
  const io: Io = {
    kind: "streams",
    stdout: (chunk) => {
      const part = chunk.slice(0, left);
      left -= part.length;
      if (part.length > 0) parts.push(part);
    },
    stderr: () => {},
  };
  const call = {
    box: record.box,
    kind: "command",
    argv: ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
    env: {},
  } as const;
  const exec = callInto({ runtime, state }, call, io);
  let late = false;
  const cancel = after(patienceMs, () => {
    late = true;
    exec.abandon();
  });
  const outcome = await exec.outcome.finally(cancel);
  if (late) {
    throw new KanibakoError("silent", "The box does not say what listens in it.", {
      hint: "To look for yourself: kanibako shell -- ss -ltn",
    });
  }
  if (outcome.kind === "not-running") return undefined;
  const ports = listeningPorts(await new Blob(parts).text());
  return record.has?.["box.network"] === "filtered" ? ports.filter((port) => !isOfTheDoor(port)) : ports;
}

function isOfTheDoor({ port, addresses }: ListeningPort): boolean {
  return addresses.every((address) =>
    OF_THE_DOOR.test(address) || (port === NAMES_PORT && address === "127.0.0.1")
  );
}
