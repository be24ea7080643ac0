import type { RunRecord } from "../../lib/run/record.ts";

/** The record of a persistent run that goes on, and what of it is different. */
export function runRecordOf(different: Partial<RunRecord> = {}): RunRecord {
  return {
    run: "r1",
    box: "kanibako-app",
    runtime: "podman",
    place: {},
    image: "",
    lifetime: "persistent",
    phase: "running",
    agent: "",
    sharedAuth: false,
    conversation: false,
    services: {},
    startedAt: 1,
    ...different,
  };
}
