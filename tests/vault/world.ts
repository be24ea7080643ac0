/** A project with a vault, and the calls the tests make on it. */

import { fromPart } from "../../lib/spec/source.ts";
import type { VaultSettings } from "../../lib/config/settings.ts";
import type { Host } from "../../lib/config/system.ts";
import { type CreateOptions, createProject } from "../../lib/project/create.ts";
import type { Project } from "../../lib/project/project.ts";
import { restore, type RestoreResult } from "../../lib/vault/restore/restore.ts";
import {
  type SnapshotRequest,
  type SnapshotResult,
  takeSnapshot,
} from "../../lib/vault/snapshot/snapshot.ts";
import { listSnapshots, openVault, type Snapshot } from "../../lib/vault/store.ts";
import { type Verdict, verifySnapshot } from "../../lib/vault/checksums/verify.ts";
import { Sandbox } from "../config/support.ts";

type Values = { [K in keyof VaultSettings]: VaultSettings[K]["value"] };

/** Settings with these values, all else as by default. */
export function settings(values: Partial<Values> = {}): VaultSettings {
  const all: Values = {
    auto: "changed",
    strategy: "auto",
    compression: "zst",
    keep: 10,
    keepDaily: 7,
    keepWeekly: 8,
    includeHome: false,
    ...values,
  };
  const made = Object.entries(all).map((
    [name, value],
  ) => [name, { value, level: "default", from: fromPart("test") }]);
  return Object.fromEntries(made) as VaultSettings;
}

/** One project; gone afterwards. */
export class VaultWorld implements AsyncDisposable {
  private constructor(readonly sandbox: Sandbox, readonly host: Host, readonly project: Project) {}

  /** `place`: a folder to make the project in, on a file system of the test's choice. */
  static async make(options: Partial<CreateOptions> = {}, place?: string): Promise<VaultWorld> {
    const sandbox = await Sandbox.make();
    const host = await sandbox.open();
    const path = place ?? await sandbox.folder("app");
    const project = await createProject(host, { path, allowNested: true, ...options });
    return new VaultWorld(sandbox, host, project);
  }

  /** That of another process. */
  static async at(root: string, path: string): Promise<VaultWorld> {
    const sandbox = Sandbox.at(root);
    const host = await sandbox.open();
    const { locateProject } = await import("../../lib/project/locate.ts");
    return new VaultWorld(sandbox, host, await locateProject(host, path));
  }

  /** The folder the box writes. */
  get live(): string {
    return this.project.vault!.readWrite;
  }

  /** The folder of the snapshots. */
  get versions(): string {
    return `${this.live.slice(0, this.live.lastIndexOf("/"))}/.versions`;
  }

  async write(path: string, text: string): Promise<void> {
    const full = `${this.live}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, text);
  }

  read(path: string): Promise<string> {
    return Deno.readTextFile(`${this.live}/${path}`);
  }

  async attempt(
    values: Partial<Values> = {},
    request: Partial<SnapshotRequest> = {},
  ): Promise<SnapshotResult> {
    using vault = await openVault(this.host, this.project);
    return await takeSnapshot(vault, {
      auto: false,
      ifChanged: false,
      settings: settings(values),
      ...request,
    });
  }

  async snapshot(values: Partial<Values> = {}, request: Partial<SnapshotRequest> = {}): Promise<Snapshot> {
    const result = await this.attempt(values, request);
    if (result.kind === "taken") return result.snapshot;
    throw new Error(`no snapshot: ${result.kind}`);
  }

  async restore(
    name: string,
    paths: readonly string[] = [],
    values: Partial<Values> = {},
    home = false,
  ): Promise<RestoreResult> {
    using vault = await openVault(this.host, this.project);
    return await restore(vault, { name, paths, home, settings: settings(values) });
  }

  async names(): Promise<string[]> {
    using vault = await openVault(this.host, this.project);
    return (await listSnapshots(vault)).all.map(({ name }) => name);
  }

  /** Those that were not taken here. */
  async brought(): Promise<string[]> {
    using vault = await openVault(this.host, this.project, "look");
    return (await listSnapshots(vault)).brought.map(({ name }) => name);
  }

  async verify(): Promise<Verdict[]> {
    using vault = await openVault(this.host, this.project);
    const { all } = await listSnapshots(vault);
    const verdicts: Verdict[] = [];
    for (const one of all) verdicts.push(await verifySnapshot(vault, one));
    return verdicts;
  }

  /** What is in `.versions`, whatever its name. */
  inVersions(): string[] {
    return [...Deno.readDirSync(this.versions)].map(({ name }) => name).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}
