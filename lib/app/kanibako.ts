/**
 * The library: one object through which a script does what the program does.
 *
 * @module
 */

import { type Host, openHost } from "../config/system.ts";
import { planBox } from "../plan/plan.ts";
import { maskedPlan } from "../plan/masked.ts";
import { changesUnderWay } from "../project/change/journal.ts";
import { createProject } from "../project/create.ts";
import { locateProject } from "../project/locate.ts";
import type { Project } from "../project/project.ts";
import { gather } from "../session/gather.ts";
import { planInput } from "../session/plan_input.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import { type Recorder, recorderOf } from "../record/recorder.ts";
import { type EventSink, silentUi, type Ui } from "../spec/ui.ts";
import { type Agent, type AgentOptions, ProjectAgent } from "./agent/agent.ts";
import type { Box } from "./box.ts";
import type { BoxReport, ReportOptions } from "./project/report.ts";
import type { RunOnceOptions, RunOnceResult } from "./run/library_run.ts";
import type { QuarantinedThing } from "./project/quarantine.ts";
import { type BoxOptions, flagsOf } from "./box_options.ts";
import type { Machine, MachineExport } from "./rig/export_as.ts";
import { type Config, openConfig } from "./library_config.ts";
import { Rigs } from "./library_rigs.ts";
import { type ProjectState, projectState, type RunningBox, runningBoxes } from "./library_states.ts";
import { openProjectBox, openScratchBox, type ScratchOptions } from "./open_box.ts";

/** How {@link Kanibako.open} opens. */
export interface KanibakoOptions {
  /** Where notes, progress and questions go. What is left out goes nowhere, and every question is answered with no. */
  readonly ui?: Partial<Ui>;
  /** Is given each event: boxes launched, commands called, logins collected. */
  readonly events?: EventSink;
  /** The folder to which relative paths are relative. Default: the working directory of this process. */
  readonly cwd?: string;
}

/** This user's kanibako. */
export class Kanibako {
  readonly #host: Host;
  readonly #cwd: string | undefined;

  private constructor(host: Host, cwd: string | undefined) {
    this.#host = host;
    this.#cwd = cwd;
  }

  /**
   * Reads the configuration. Whatever a killed process left half done is taken back or finished first. Throws `bad-file` for a
   * configuration that cannot be read.
   */
  static async open(options: KanibakoOptions = {}): Promise<Kanibako> {
    const { ui, events, cwd } = options;
    const record: { by?: Recorder | undefined } = {};
    const host = await openHost(undefined, {
      ...(ui ? { ui: { ...silentUi, ...ui } } : {}),
      events: (event) => {
        record.by?.event(event);
        events?.(event);
      },
    });
    record.by = recorderOf(host);
    if (changesUnderWay(host).length > 0) {
      await (await import("../project/change/recover.ts")).recoverChanges(host);
    }
    return new Kanibako(host, cwd);
  }

  /** Rigs: the container images of boxes. */
  get rigs(): Rigs {
    return new Rigs(this.#host, () => this.#folder);
  }

  get #folder(): string {
    return this.#cwd ?? Deno.cwd();
  }

  /**
   * Opens the box of a project (a folder or a name; default: the current folder), making the project and getting the rig first where
   * they are not there. It runs nothing but what the script calls, and ends with the script. Throws `running` when it is in use.
   */
  async box(project?: string, options: BoxOptions = {}): Promise<Box> {
    return await openProjectBox(this.#host, project, this.#folder, options);
  }

  /** Opens a box that belongs to no project. When it is closed nothing of it is left, except what it wrote in a `workspace` given. */
  async scratch(options: ScratchOptions = {}): Promise<Box> {
    return await openScratchBox(this.#host, this.#folder, options);
  }

  /**
   * Runs one command in a box of its own, of which nothing is left unless it is to be kept. It works in the project around the current
   * folder, and in an image that fits the command. A failing command is a result. Throws `no-command`, `aborted`, and what keeps a box
   * from starting.
   */
  async run(command: readonly [string, ...string[]], options: RunOnceOptions = {}): Promise<RunOnceResult> {
    const { runOnce } = await import("./run/library_run.ts");
    return await runOnce(this.#host, this.#folder, command, options);
  }

  /**
   * The agent of a project, for texts to work on: `await kanibako.agent("api").run({ prompt: "Fix the failing test" })`. Nothing is
   * started, made or looked up before that.
   */
  agent(project?: string, options: AgentOptions = {}): Agent {
    return new ProjectAgent(() => Promise.resolve({ host: this.#host, cwd: this.#folder }), project, options);
  }

  /** What a box would get, secrets masked: every mount and variable with its source. Creates nothing, asks no engine. */
  async plan(project?: string, options: BoxOptions = {}): Promise<BoxSpec> {
    const session = await gather({
      host: this.#host,
      cwd: this.#folder,
      kind: "shell",
      words: [],
      flags: flagsOf(options),
      ...(project === undefined ? {} : { project }),
      ...(options.engine === undefined ? {} : { engine: options.engine }),
    });
    return maskedPlan(planBox(await planInput(session, { run: "RUN", handIn: new Map(), mailbox: false })));
  }

  /**
   * The project of a folder or of a name. `exists` is false when there is none yet; nothing is created. Throws `unknown-project` for a
   * name that is not known.
   */
  async project(project?: string): Promise<Project> {
    return await locateProject(this.#host, project, this.#folder);
  }

  /** Makes a project of a folder. Throws `already-a-project`, `home-project`, `unsafe-workspace` and the like. */
  async createProject(
    path: string,
    options: { readonly name?: string; readonly standalone?: boolean; readonly vault?: boolean } = {},
  ): Promise<Project> {
    return await createProject(this.#host, {
      path,
      cwd: this.#folder,
      ...(options.standalone ? { mode: "standalone" } : {}),
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.vault === undefined ? {} : { vault: options.vault }),
    });
  }

  /** Forgets a project, and with `purge` deletes its box's data; its folder stays. Stops its box first. */
  async removeProject(project?: string, options: { readonly purge?: boolean } = {}): Promise<void> {
    const { removeProject } = await import("./project/remove.ts");
    const how = { force: true, ...(options.purge ? { purge: true } : {}) };
    await removeProject(this.#host, project, this.#folder, how);
  }

  /**
   * Makes a machine of a rig, with this program in it: the root file system of a system container (`rootfs`), or a disk that boots
   * (`qcow2`, of a rig with a kernel, such as `vm`). Prepares the rig first where it is not here. The file is written whole or not at
   * all. Throws `no-rig`, `rig-failed`, `no-kernel`, `exists`, `cannot-write`.
   */
  async exportMachine(rig: string, options: MachineExport): Promise<Machine> {
    const { exportRigAs } = await import("./rig/export_as.ts");
    return await exportRigAs(this.#host, rig, { ...options, cwd: this.#folder });
  }

  /** Every project of this user, and the state of its box. Asks each engine that has had boxes of ours, once. */
  async projects(): Promise<readonly ProjectState[]> {
    const { listBoxes } = await import("./project/listing.ts");
    return (await listBoxes(this.#host)).boxes.map(projectState);
  }

  /** Every box of this user that is running, those without a project included. */
  async boxes(): Promise<readonly RunningBox[]> {
    return await runningBoxes(this.#host);
  }

  /** Stops the box of a project. False when it was not running. */
  async stop(project?: string): Promise<boolean> {
    const { stopProject } = await import("./project/stop.ts");
    return (await stopProject(this.#host, project, this.#folder)).outcome === "stopped";
  }

  /** Takes a snapshot of a project's vault; `undefined` with `ifChanged` when nothing changed since the last one. Its name. */
  async snapshot(
    project?: string,
    options: { readonly name?: string; readonly note?: string; readonly ifChanged?: boolean } = {},
  ): Promise<string | undefined> {
    const { takeSnapshotOf } = await import("./vault/snapshot.ts");
    const taken = await takeSnapshotOf(this.#host, project, this.#folder, options);
    return taken.kind === "taken" ? taken.snapshot.name : undefined;
  }

  /**
   * What sessions of a project's box left that this machine will run: from before its last session, or from what `since` says, until
   * now. Changes nothing. Throws `no-box`, `no-look` where no session has been looked at, and `unknown-look`.
   */
  async report(project?: string, options: ReportOptions = {}): Promise<BoxReport> {
    const { boxReport } = await import("./project/report.ts");
    return await boxReport(this.#host, project, this.#folder, options);
  }

  /** What the ends of sessions moved to the quarantine of a project's box, as `report.protect` asked for. The oldest first. */
  async quarantine(project?: string): Promise<readonly QuarantinedThing[]> {
    const { quarantineOf } = await import("./project/quarantine.ts");
    return (await quarantineOf(this.#host, project, this.#folder)).things;
  }

  /**
   * Puts things of the quarantine back into the project, by their paths or ids; what stands there takes their place in it. Those that
   * were restored. Throws `not-quarantined` and `box-running`.
   */
  async restoreQuarantined(
    names: readonly string[],
    project?: string,
  ): Promise<readonly QuarantinedThing[]> {
    const { restoreQuarantined } = await import("./project/quarantine.ts");
    const done = await restoreQuarantined(this.#host, project, this.#folder, names, { force: true });
    return done.map(({ thing }) => thing);
  }

  /** Deletes things of the quarantine for good, by their paths or ids. Throws `not-quarantined`. */
  async discardQuarantined(names: readonly string[], project?: string): Promise<void> {
    const { discardQuarantined } = await import("./project/quarantine.ts");
    await discardQuarantined(this.#host, project, this.#folder, names, { force: true });
  }

  /** The settings of a project's box, or without `project` those of the system. */
  async config(project?: string): Promise<Config> {
    return await openConfig(this.#host, project, this.#folder);
  }
}
