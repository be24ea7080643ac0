/**
 * Snapshots to files, and from files.
 *
 * @module
 */

import { assertNoBoxLink } from "../../plan/box_links.ts";
import { absolutePath } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { compressionOf } from "../../project/archive/file.ts";
import type { Project } from "../../project/project.ts";
import { warning } from "../../spec/ui.ts";
import { type Exported, exportSnapshot, importSnapshot } from "../../vault/bundle.ts";
import { sealOne } from "../../vault/checksums/seal.ts";
import { findSnapshot, type Snapshot } from "../../vault/store.ts";
import { openProjectVault } from "./open.ts";
import { amount } from "./words.ts";

/** Which snapshot goes into which file. */
export interface ExportRequest {
  readonly project?: string | undefined;
  readonly cwd: string;
  readonly name: string;
  /** `PROJECT-SNAPSHOT.tar.zst` in `cwd` by default. */
  readonly file?: string | undefined;
  /** Replaces a file that is there. */
  readonly force?: boolean | undefined;
}

/** What was written, and where. */
export interface ExportedSnapshot extends Exported {
  readonly file: string;
}

/** Writes a snapshot as one file. Notes what it may hold. Throws `exists`, `unknown-snapshot`, and as the vault's own export. */
export async function exportToFile(host: Host, request: ExportRequest): Promise<ExportedSnapshot> {
  const { name, cwd, force = false } = request;
  if (request.file !== undefined) await assertNoBoxLink(host, request.file, cwd);
  using vault = await openProjectVault(host, request.project, cwd, "read");
  const { record } = await findSnapshot(vault, name);
  const file = absolutePath(request.file ?? `${vault.project.name}-${name}.tar.zst`, cwd);
  const live = host.ui.progress();
  // What is wrong with the file's name is said at once, and not as if the work had begun.
  if (!force) refuseExisting(file);
  if (compressionOf(file)) live.step(`Exporting ${name}`);
  const exported = await exportSnapshot(vault, name, file, {
    overwrite: force,
    onProgress: ({ files, bytes }) => live.output(amount(files, bytes)),
  }).finally(() => live.stop());
  warning(host.ui, "export-private", { home: record.home });
  if (exported.unreadable > 0) warning(host.ui, "export-unreadable", { count: exported.unreadable });
  return { ...exported, file };
}

function refuseExisting(file: string): void {
  try {
    Deno.lstatSync(file);
  } catch {
    return;
  }
  throw new KanibakoError("exists", `Cannot export to ${shellQuote(file)}: the file exists.`, {
    hint: "Use another name, or add --force to overwrite it.",
  });
}

/** Which file becomes a snapshot of which project. */
export interface ImportRequest {
  readonly project?: string | undefined;
  readonly cwd: string;
  readonly file: string;
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  /** However much it holds. */
  readonly anySize?: boolean | undefined;
}

/** A snapshot that was made of a file. */
export interface ImportedSnapshot {
  readonly project: Project;
  readonly snapshot: Snapshot;
}

/** Makes a snapshot of a file. Throws as the vault's own import. */
export async function importFromFile(host: Host, request: ImportRequest): Promise<ImportedSnapshot> {
  using vault = await openProjectVault(host, request.project, request.cwd);
  const snapshot = await importSnapshot(vault, absolutePath(request.file, request.cwd), {
    name: request.name,
    note: request.note,
    anySize: request.anySize ?? false,
  });
  await sealOne(vault, snapshot, undefined).catch((error) => {
    // Such as a folder that nobody may read: it is imported, and without checksums.
    if (!(error instanceof KanibakoError)) throw error;
    warning(host.ui, "snapshot-unsealed", { message: error.message });
  });
  return { project: vault.project, snapshot };
}
