/**
 * What a script needs: find a project, plan a box, open it.
 *
 * @module
 */

import type { FlagSettings } from "../config/settings.ts";
import { type Host, openHost } from "../config/system.ts";
import { createProject } from "../project/create.ts";
import { changesUnderWay } from "../project/change/journal.ts";
import { locateProject } from "../project/locate.ts";
import type { Project } from "../project/project.ts";
import { gather, planInput } from "../session/gather.ts";
import { type Box, openBox as open } from "./box.ts";
import { planBox } from "../plan/plan.ts";
import { runFolders } from "../run/folders.ts";
import { maskedPlan } from "../plan/masked.ts";
import type { BoxSpec } from "../spec/box_spec.ts";

/** What a box shall be like. What is not said follows the configuration. */
export interface BoxOptions {
  /** A folder or a project's name. The working directory unless told. */
  readonly project?: string;
  /** The rig: a name such as `oci`, or an image reference. */
  readonly image?: string;
  /** Variables of the box, beside those of the configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the box may reach. */
  readonly network?: "none" | "open";
  /** How much the box is kept from. */
  readonly security?: "standard" | "strict" | "nested";
  /** Most memory, such as `"4g"`. */
  readonly memory?: string;
  /** Most processors, such as `1.5`. */
  readonly cpus?: number;
  /** Most processes. */
  readonly pids?: number;
  /** The container engine; found by itself unless told. */
  readonly engine?: string;
}

/**
 * The project of a folder or of a name. `exists` is false when there is none yet; nothing is created. Throws
 * `unknown-project` for a name nobody knows.
 */
export async function findProject(project?: string): Promise<Project> {
  return await locateProject(await settledHost(), project, Deno.cwd());
}

/** Makes a project of a folder. Throws `already-a-project`, `home-project`, `unsafe-workspace` and the like. */
export async function makeProject(
  path: string,
  options: { readonly name?: string; readonly standalone?: boolean; readonly vault?: boolean } = {},
): Promise<Project> {
  return await createProject(await settledHost(), {
    path,
    cwd: Deno.cwd(),
    ...(options.standalone ? { mode: "standalone" } : {}),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.vault === undefined ? {} : { vault: options.vault }),
  });
}

/** What a box would get, secrets masked: every mount and variable with its source. Creates nothing, asks no engine. */
export async function planOf(options: BoxOptions = {}): Promise<BoxSpec> {
  const session = await gather({ ...await request(options), kind: "shell", words: [] });
  return maskedPlan(planBox(await planInput(session, runFolders(session.project.state, "RUN"), false)));
}

/**
 * Opens a box, making the project and getting the rig first where they are not there. The box lives until it is closed, and no
 * longer than this process. Throws `running` when the box is in use.
 */
export async function openBox(options: BoxOptions = {}): Promise<Box> {
  return await open(await request(options));
}

/** This user's kanibako, with nothing half done in it: whoever was killed at it, it is taken back or finished first. */
async function settledHost(): Promise<Host> {
  const host = await openHost();
  if (changesUnderWay(host).length > 0) {
    await (await import("../project/change/recover.ts")).recoverChanges(host);
  }
  return host;
}

async function request(options: BoxOptions): Promise<{
  host: Host;
  cwd: string;
  flags: FlagSettings;
  project?: string;
  engine?: string;
}> {
  const { image, network, security, memory, cpus, pids } = options;
  const flags: FlagSettings = {
    ...(image === undefined ? {} : { image }),
    ...(network === undefined ? {} : { network }),
    ...(security === undefined ? {} : { security }),
    ...(memory === undefined ? {} : { memory }),
    ...(cpus === undefined ? {} : { cpus: String(cpus) }),
    ...(pids === undefined ? {} : { pids: String(pids) }),
    ...(options.env ? { env: Object.entries(options.env).map(([name, value]) => `${name}=${value}`) } : {}),
  };
  return {
    host: await settledHost(),
    cwd: Deno.cwd(),
    flags,
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  };
}
