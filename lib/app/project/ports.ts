/**
 * The published ports of a box: which there are, and changing them while it runs.
 *
 * @module
 */

import { LAST_PORT, portNumber, urlOf } from "../../config/port.ts";
import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError, UsageError } from "../../host/error.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { canPublish, type ChangedPorts, changePorts, type RunningBox } from "../../run/ports/change_ports.ts";
import type { ListeningPort } from "../../run/ports/listening.ts";
import { portsNow } from "../../run/ports/port_record.ts";
import { readRun } from "../../run/record.ts";
import { type Run, runFolder, runtimeOf } from "../../run/run.ts";
import type { PortMapping } from "../../spec/box_spec.ts";
import type { PortQuestion, PortState } from "../../wire/port_messages.ts";
import { existingProject } from "./existing_project.ts";
import { notRunning } from "./not_running.ts";

/** A published port, as it is shown. */
export interface ShownPort extends PortMapping {
  /** `stopped`: the box does not run; `failed`: nobody listens there, for the reason in `problem`. */
  readonly status: "listening" | "failed" | "stopped";
  readonly problem?: string;
}

/** The published ports of a box. */
export interface BoxPorts {
  readonly project: Project;
  /** Whether the box runs. */
  readonly running: boolean;
  readonly ports: readonly ShownPort[];
}

/** Those of a box that runs; of one that does not, those it is configured to have. */
export async function boxPorts(host: Host, word: string | undefined, cwd: string): Promise<BoxPorts> {
  const project = await existingProject(host, word, cwd);
  const run = await runOf(host, project);
  if (!run) {
    const { published } = settingsFrom(await readLevels(host, project), undefined, {});
    const ports = published.map(({ from: _from, ...port }) => ({ ...port, status: "stopped" } as const));
    return { project, running: false, ports };
  }
  // It is asked, so that one whose supervisor was killed has a new one.
  const { ports } = canPublish(run)
    ? await changePorts(runningBox(run, project), { publish: [] })
    : { ports: [] };
  return { project, running: true, ports: ports.map(shownPort) };
}

/** A port of a box that runs. */
function shownPort({ host, port, boxPort, problem }: PortState): ShownPort {
  const mapping = { host, port, boxPort };
  return problem === undefined
    ? { ...mapping, status: "listening" }
    : { ...mapping, status: "failed", problem };
}

/** Publishes ports of a running box, all or none. Throws `not-running`, and what {@link changePorts} throws. */
export async function publishPorts(
  host: Host,
  word: string | undefined,
  cwd: string,
  ports: readonly string[],
): Promise<ChangedPorts & { readonly project: Project }> {
  return await change(host, word, cwd, { publish: [...ports] });
}

/** Takes published ports back, all or none. Connections through them end. */
export async function unpublishPorts(
  host: Host,
  word: string | undefined,
  cwd: string,
  ports: readonly string[],
): Promise<ChangedPorts & { readonly project: Project }> {
  return await change(host, word, cwd, { unpublish: [...ports] });
}

async function change(
  host: Host,
  word: string | undefined,
  cwd: string,
  question: PortQuestion,
): Promise<ChangedPorts & { readonly project: Project }> {
  const project = await existingProject(host, word, cwd);
  const run = await runOf(host, project);
  if (!run) throw notRunning(project, "publish" in question ? question.publish : []);
  return { project, ...await changePorts(runningBox(run, project), question) };
}

/** What listens in a running box, and where each is published. */
export interface PortsInside {
  readonly project: Project;
  readonly ports: readonly (ListeningPort & { readonly published: readonly PortMapping[] })[];
}

/** Asks a running box. What it answers is its own word. */
export async function listeningInside(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<PortsInside> {
  const project = await existingProject(host, word, cwd);
  const run = await runOf(host, project);
  const { portsInside } = await import("../../run/ports/ports_inside.ts");
  const found = run && await portsInside(run);
  if (!run || !found) throw notRunning(project);
  const published = (await portsNow(project.state, run.record)).filter(({ problem }) =>
    problem === undefined
  );
  const ports = found.map((one) => ({
    ...one,
    published: published.filter(({ boxPort }) => boxPort === one.port).map(({ host, port, boxPort }) => ({
      host,
      port,
      boxPort,
    })),
  }));
  return { project, ports };
}

/** An address for a browser. */
export interface PortAddress {
  readonly url: string;
  /** Whether the port has been published for it. */
  readonly published: boolean;
}

/**
 * The address at which a port of a running box is reached from a browser of this machine. `text`: the box's port, or the one that it is
 * published at. One that is not published is, at the same number or the next one that is free.
 */
export async function portAddress(
  host: Host,
  word: string | undefined,
  cwd: string,
  text: string,
): Promise<PortAddress> {
  const number = portNumber(text);
  if (number === undefined) {
    throw new UsageError(`${JSON.stringify(text)} is no port.`, { hint: "Give a number from 1 to 65535." });
  }
  const { ports, running, project } = await boxPorts(host, word, cwd);
  if (!running) throw notRunning(project, [text]);
  const listening = ports.filter(({ status }) => status === "listening");
  const there = listening.find(({ boxPort }) => boxPort === number) ??
    listening.find(({ port }) => port === number);
  if (there) return { url: urlOf(there), published: false };
  for (let port = number;; port++) {
    try {
      const { changed } = await publishPorts(host, word, cwd, [`${port}:${number}`]);
      return { url: urlOf(changed[0]!), published: true };
    } catch (error) {
      const taken = error instanceof KanibakoError && error.code === "port-taken";
      if (!taken || port === number + MAX_TRIES || port === LAST_PORT) throw error;
    }
  }
}

/** How many ports further on a free one is looked for. */
const MAX_TRIES = 20;

function runningBox({ host, box: id, state, record }: PortRun, project: Project): RunningBox {
  return { host, id, state, name: qualifiedName(project), record };
}

type PortRun = Omit<Run, "mailbox">;

/** The run that goes on. Asks no engine. */
async function runOf(host: Host, { id, state }: Project): Promise<PortRun | undefined> {
  const record = await readRun(state);
  const runtime = record && await runtimeOf(host, record);
  if (!runtime) return undefined;
  await using mailbox = await runtime.openMailbox(runFolder(state, record.run));
  return await mailbox.alive() ? { host, box: id, state, record, runtime } : undefined;
}
