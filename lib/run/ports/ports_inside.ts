/**
 * Asks a running box what listens in it.
 *
 * @module
 */

import { askBox } from "../ask_box.ts";
import type { Run } from "../run.ts";
import { type ListeningPort, listeningPorts } from "./listening.ts";

/** As much as some thousand connections take. */
const MAX_BYTES = 1024 * 1024;
/** Where the steward listens for names that a filtered network allows: 127.64.0.0/10. */
const OF_THE_DOOR = /^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const NAMES_PORT = 53;

/**
 * What listens there, without what belongs to the box's filtered network. `undefined`: the box does not run. Throws `silent` for a box
 * that does not say it in time.
 */
export async function portsInside(
  run: Pick<Run, "state" | "record" | "runtime">,
  patienceMs?: number,
): Promise<readonly ListeningPort[] | undefined> {
  const answer = await askBox(run, {
    argv: ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
    maxBytes: MAX_BYTES,
    patienceMs,
    silent: {
      message: "The box does not say what listens in it.",
      hint: "To look for yourself: kanibako shell -- ss -ltn",
    },
  });
  if (!answer) return undefined;
  const ports = listeningPorts(answer.text);
  const filtered = run.record.has?.["box.network"] === "filtered";
  return filtered ? ports.filter((port) => !isOfTheDoor(port)) : ports;
}

function isOfTheDoor({ port, addresses }: ListeningPort): boolean {
  return addresses.every((address) =>
    OF_THE_DOOR.test(address) || (port === NAMES_PORT && address === "127.0.0.1")
  );
}
