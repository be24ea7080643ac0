/**
 * Which box of this user has a port that is wanted: "another program" would send people looking for it.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { PortMapping } from "../../spec/box_spec.ts";
import { readRun } from "../record.ts";
import { portsNow } from "./port_record.ts";
import { taken } from "./listen.ts";

/**
 * The error that {@link listenFor} gave, with the name of the box that has the port, where another one has it. `own`: the state folder of
 * the box that is to have it.
 */
export async function explained(
  host: Host,
  own: string,
  mapping: PortMapping,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof KanibakoError) || error.code !== "port-taken") return error;
  const box = await boxWith(host, own, mapping.port).catch(() => undefined);
  return box === undefined ? error : taken(mapping, `the box ${shellQuote(box)}`);
}

async function boxWith(host: Host, own: string, port: number): Promise<string | undefined> {
  for (const { name: id } of Deno.readDirSync(`${host.dirs.state}/boxes`)) {
    const state = boxState(host.dirs, id);
    if (state === own) continue;
    const run = await readRun(state);
    const ports = run ? await portsNow(state, run) : [];
    if (!ports.some((one) => one.port === port && one.problem === undefined)) continue;
    const { listProjects } = await import("../../project/list.ts");
    const projects = await listProjects(host).catch(() => []);
    return projects.find((project) => project.id === id)?.qualifiedName ?? id;
  }
  return undefined;
}
