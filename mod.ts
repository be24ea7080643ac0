/**
 * A safe, persistent place for AI coding agents and for whatever else should not run on your machine directly: one box
 * (container) for each project, from a script.
 *
 * ```ts
 * import { Kanibako } from "@kanibako/kanibako";
 *
 * const kanibako = await Kanibako.open();
 * await using box = await kanibako.scratch({ network: "none" });
 * await box.files.write("hello.sh", "echo hello from $(pwd); exit 3");
 * const result = await box.run(["sh", "hello.sh"], { onOutput: (text) => console.log(text) });
 * if (result.code !== 3) throw new Error(`The exit code was ${result.code}.`);
 * ```
 *
 * The box of a project keeps its home from one time to the next. What it would get can be seen before it gets it:
 *
 * ```ts
 * import { Kanibako, sourceText } from "@kanibako/kanibako";
 *
 * const kanibako = await Kanibako.open();
 * const folder = await Deno.makeTempDir();
 * const plan = await kanibako.plan(folder, { network: "none" });
 * for (const mount of plan.mounts) console.log(mount.destination, "from", sourceText(mount.from));
 * if (plan.network.kind !== "none") throw new Error("The plan is not what was asked for.");
 * await Deno.remove(folder);
 * ```
 *
 * @module
 */

export { Kanibako, type KanibakoOptions } from "./lib/app/kanibako.ts";
export type { Config, EffectiveValue } from "./lib/app/library_config.ts";
export type { RigCallOptions, Rigs, RigScript } from "./lib/app/library_rigs.ts";
export type { AddedRig } from "./lib/rig/add/add.ts";
export type { ImportedRig } from "./lib/rig/bundle/import.ts";
export type { HandMade } from "./lib/rig/create/by_hand.ts";
export type { RigInfo } from "./lib/rig/info.ts";
export type { AddedKind } from "./lib/rig/add/source.ts";
export type { RigStatus } from "./lib/rig/list.ts";
export type { VendorPart } from "./lib/rig/template_header.ts";
export type { ImageInfo } from "./lib/runtime/images.ts";
export type { RigRow } from "./lib/rig/registry.ts";
export type { Rig } from "./lib/rig/resolve.ts";
export type { ListedRig, ListedTemplate, RigListing } from "./lib/rig/list.ts";
export type { PreparedRig } from "./lib/rig/prepare.ts";
export type { ExportedRig } from "./lib/app/rig/carry.ts";
export type { ProjectState, RunningBox } from "./lib/app/library_states.ts";
export type { QuarantinedThing } from "./lib/app/project/quarantine.ts";
export type { Quarantined, Reason } from "./lib/protect/quarantine.ts";
export type { BoxStatus } from "./lib/app/project/listing.ts";
export type { BoxReport, ReportOptions, ShownFinding } from "./lib/app/project/report.ts";
export type { LookInfo } from "./lib/app/project/report_since.ts";
export type { Change, Finding } from "./lib/report/look.ts";
export type { Danger } from "./lib/report/entry.ts";
export type { BoxOptions } from "./lib/app/box_options.ts";
export type { RunOnceOptions, RunOnceResult } from "./lib/app/run/library_run.ts";
export type { ScratchOptions } from "./lib/app/open_box.ts";
export type { Machine, MachineExport, MachineForm } from "./lib/app/rig/export_as.ts";
export { Box, type BoxParts, type RunOptions, type RunResult } from "./lib/app/box.ts";
export { BoxCommand, type ExecOptions, type ExecResult } from "./lib/app/box_command.ts";
export { type AskPorts, BoxPorts } from "./lib/app/box_ports.ts";
export type { PortQuestion, PortState } from "./lib/wire/port_messages.ts";
export { type BoxFile, BoxFiles, type FileOptions } from "./lib/app/box_files.ts";
export type { Agent, AgentOptions, AgentRun } from "./lib/app/agent/agent.ts";
export type { AgentResult } from "./lib/app/agent/run_prompt.ts";
export type { ChangedFile, ChangedFiles } from "./lib/app/agent/changed_files.ts";
export type { OutputFormat } from "./targets/target.ts";
export {
  agent,
  findProject,
  makeProject,
  openBox,
  planOf,
  type ProjectBoxOptions,
} from "./lib/app/shortcuts.ts";
export type { BoxEvent, Choice, EventSink, Note, NoteLevel, Progress, Question, Ui } from "./lib/spec/ui.ts";
export type { Notes, ReportLine } from "./lib/spec/notes.ts";
export type { BoxIdentity, BoxRole } from "./lib/spec/identity.ts";
export type { BoxSignal } from "./lib/runtime/runtime.ts";
export type {
  BindMount,
  BoxSpec,
  EnvEntry,
  FilesMount,
  HandedFile,
  Limits,
  MailboxMount,
  Mount,
  Network,
  NetworkRule,
  PortMapping,
  PublishedPort,
  Security,
  SecurityName,
  ServiceSpec,
  TmpfsMount,
  UserMapping,
} from "./lib/spec/box_spec.ts";
export type { ConfigValue } from "./lib/config/settings/types.ts";
export { type Source, type SourceLevel, sourceText } from "./lib/spec/source.ts";
export type { Project, ProjectLayout, ProjectMode, WorksetPlace } from "./lib/project/project.ts";
export { KanibakoError, UsageError } from "./lib/host/error.ts";
export type { ErrorDetail } from "./lib/host/error.ts";
export { version } from "./lib/host/version.ts";
