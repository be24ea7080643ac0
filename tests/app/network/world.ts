/** A box that seems to run with a filtered network: its record is there, and its door's files can be read. */

import { networkFile, networkPending, networkRunFile } from "../../../lib/config/box_state.ts";
import { readJson, writeJson } from "../../../lib/host/store.ts";
import {
  NETWORK_FILE,
  NETWORK_RUN_FILE,
  type NetworkFile,
  type NetworkPending,
} from "../../../lib/net/network_file.ts";
import { Policy } from "../../../lib/net/policy.ts";
import { rulesIn } from "../../../lib/net/written_rules.ts";
import { createProject } from "../../../lib/project/create.ts";
import type { Project } from "../../../lib/project/project.ts";
import { writeRun } from "../../../lib/run/record.ts";
import { hostName } from "../../../lib/wire/host_name.ts";
import type { AppWorld } from "../world.ts";

/** Makes a project, as if its box were running. */
export async function running(
  { host, sandbox }: AppWorld,
  name: string,
  network = "filtered",
  mode: "default" | "standalone" = "default",
): Promise<Project> {
  const project = await createProject(host, { path: await sandbox.folder(name), mode, layout: "default" });
  await writeRun(project.state, {
    run: "r1",
    box: `kanibako-${name}`,
    runtime: "podman",
    place: {},
    image: "localhost/kanibako-oci:latest",
    lifetime: "persistent",
    phase: "running",
    agent: "claude",
    sharedAuth: true,
    conversation: true,
    services: {},
    has: { "box.network": network },
    startedAt: 0,
    shown: [project.path],
  });
  return project;
}

/** Whether the box's door would let a connection out now, and by which rule. */
export async function letsOut({ state }: Project, host: string, port = 443): Promise<string> {
  const [file, ofRun] = await Promise.all([
    readJson(networkFile(state), NETWORK_FILE),
    readJson(networkRunFile(state), NETWORK_RUN_FILE),
  ]);
  const policy = new Policy(rulesIn([...file?.rules ?? [], ...ofRun?.rules ?? []]));
  const { allowed, by } = policy.decide({ host: hostName(host)!, port });
  return `${allowed ? "yes" : "no"}${by ? ` ${by.rule.text}` : ""}`;
}

/** Lets names wait. */
export async function waiting({ state }: Project, ...names: NetworkPending["names"]): Promise<void> {
  await writeJson(networkPending(state), { version: 1, names });
}

/** The file of a box as its launch wrote it, with a host that its agent needs. */
export async function writeNetworkFile({ state }: Project, agentHost: string): Promise<void> {
  const content: NetworkFile = {
    version: 1,
    rules: [{ text: agentHost, from: "target claude", preset: "agent" }],
    hosts: {},
    ca: [],
    proxy: {},
    limits: { connections: 1, rate: 1, bytesPerSecond: 0, bytes: 0 },
    ask: { when: "never", waitMs: 1000 },
  };
  await writeJson(networkFile(state), content);
}
