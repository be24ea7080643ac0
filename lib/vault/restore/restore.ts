/**
 * Taking a vault back to a snapshot. What is live is kept in a snapshot first; the new is made beside it, compared with the
 * snapshot, and swapped in by one rename: at every moment there is the old or the new, whole.
 *
 * @module
 */

import type { VaultSettings } from "../../config/settings.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { mountsBelow } from "../../host/mounts.ts";
import { copyTree } from "../../host/tree/copy.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { clear } from "../prune/discard.ts";
import { replaceBoth } from "./vault_and_home.ts";
import { makeFresh, settle } from "./staged.ts";
import { writeKnown } from "../snapshot/known_entries.ts";
import { holds, placePath } from "./place_entry.ts";
import { secretPaths } from "../secrets.ts";
import { plainPaths, selects } from "../compare/select_paths.ts";
import { homeName, liveParts, openHome, takeSnapshot } from "../snapshot/snapshot.ts";
import {
  findSnapshot,
  makeDraft,
  ofProject,
  openHomeParent,
  RESTORE_DRAFT,
  type Snapshot,
  sweepVault,
  type Vault,
} from "../store.ts";
import { survey } from "../snapshot/survey.ts";
import { replace } from "./swap.ts";

/** What is to be restored. */
export interface RestoreRequest {
  readonly name: string;
  /** Only these, below the vault's folder; empty: all. */
  readonly paths: readonly string[];
  /** The box's home too. Its credentials stay as they are now. */
  readonly home: boolean;
  readonly settings: VaultSettings;
  /** Called with each step, in words. */
  readonly onStep?: ((text: string) => void) | undefined;
}

/** What was done. */
export interface RestoreResult {
  /** The snapshot that holds what was there before; absent when there was nothing. */
  readonly before: string | undefined;
  readonly restored: Snapshot;
}

/** Restores. The box must not run: see to it before. Throws `unknown-snapshot`, `unknown-path`, `no-home`, `not-verified`. */
export async function restore(vault: Vault, request: RestoreRequest): Promise<RestoreResult> {
  await sweepVault(vault);
  const snapshot = await findSnapshot(vault, request.name);
  const paths = plainPaths(request.paths.length > 0 ? request.paths : ownPaths(snapshot));
  if (request.home && !snapshot.record.home) {
    throw new KanibakoError(
      "no-home",
      `The snapshot ${shellQuote(snapshot.name)} does not contain the box's home.`,
      {
        hint: "Snapshots include it if vault.include_home is on.",
      },
    );
  }
  if (paths.length > 0) {
    const { restorePaths } = await import("./paths.ts");
    return await restorePaths(vault, snapshot, paths, request);
  }
  refuseMounts(vault, request.home, snapshot.name);
  request.onStep?.("Saving the current files");
  const includeHome = request.home
    ? { ...request.settings.includeHome, value: true }
    : request.settings.includeHome;
  const before = await takeSnapshot(vault, {
    auto: true,
    // Always a new one: times alone are no proof that nothing was changed.
    ifChanged: false,
    careful: true,
    note: `before ${request.name} was restored`,
    settings: { ...request.settings, includeHome },
  });
  request.onStep?.(`Restoring ${request.name}`);
  await replaceAll(vault, snapshot, request.home);
  await recordState(vault, snapshot, request.home);
  return { before: before.kind === "empty" ? undefined : before.snapshot.name, restored: snapshot };
}

/** What a snapshot of single paths puts back by default: all of them. What a stranger says it held is not taken for that. */
function ownPaths({ name, record, brought }: Snapshot): readonly string[] {
  if (!record.only || !brought) return record.only ?? [];
  throw new KanibakoError("bad-path", `The snapshot ${shellQuote(name)} contains only some paths.`, {
    hint: `It was not taken here, so name them: ${record.only.slice(0, 5).map(shellQuote).join(" ")}`,
  });
}

/** Makes both parts before either is replaced: what is wrong with one is known while all is as it was. */
async function replaceAll(vault: Vault, snapshot: Snapshot, withHome: boolean): Promise<void> {
  using parent = withHome ? openHomeParent(vault.project) : undefined;
  const home = parent && { parent, name: homeName(vault.project), draft: restoreDraft() };
  const draft = makeDraft(vault);
  try {
    using folder = draft.folder;
    await makeFresh(vault, snapshot, { part: "content", into: folder, name: "fresh" });
    if (home) {
      await makeFresh(vault, snapshot, { part: "home", into: home.parent, name: home.draft });
      await keepSecrets(vault, home.parent, home.draft);
    }
    settle(vault.versions, home?.parent);
    const content = { from: folder, fresh: "fresh", into: vault.base, name: vault.live };
    if (home) {
      const fresh = { from: home.parent, fresh: home.draft, into: home.parent, name: home.name };
      await replaceBoth(vault.project.state, content, fresh);
    } else replace(folder, "fresh", vault.base, vault.live);
    settle(vault.versions, home?.parent);
  } finally {
    if (home) await clear(vault, home.parent, [home.draft]);
    await clear(vault, vault.versions, [draft.name]);
  }
}

/** A mount cannot be renamed, nor is one in it to go along. Said before anything is done. */
function refuseMounts(vault: Vault, withHome: boolean, name: string): void {
  using live = vault.base.open(vault.live);
  using parent = withHome ? openHomeParent(vault.project) : undefined;
  using home = parent?.open(homeName(vault.project));
  if (withHome && !parent) throw new KanibakoError("no-home", "The box has no home to restore yet.");
  for (const [folder, above] of [[live, vault.base], [home, parent]] as const) {
    const mounted = folder && (folder.mount() === above!.mount() ? mountsBelow(folder)[0] : folder.shown);
    if (mounted === undefined) continue;
    throw new KanibakoError(
      "is-mounted",
      `Cannot replace ${shellQuote(folder!.shown)}: something is mounted in ${
        shellQuote(mounted)
      }. Nothing was changed.`,
      {
        hint: [
          "Unmount it and try again.",
          ...(folder === live
            ? [
              `Or restore what is in it, by its paths: kanibako box vault restore${ofProject(vault)} ${
                shellQuote(name)
              } PATH...`,
            ]
            : []),
        ],
      },
    );
  }
}

/** Credentials are in no snapshot: those of now stay. */
async function keepSecrets(vault: Vault, parent: Folder, fresh: string): Promise<void> {
  using home = openHome(vault);
  if (!home) return;
  const present = secretPaths().filter((path) => holds(home, path));
  if (present.length === 0) return;
  const copy = restoreDraft();
  const wanted = selects(present);
  try {
    await copyTree(home.path, `${parent.path}/${copy}`, { exclude: (path, kind) => !wanted(path, kind) });
    using source = parent.open(copy)!;
    using target = parent.open(fresh)!;
    for (const path of present) if (holds(source, path)) keepSecret(source, target, path);
  } finally {
    await clear(vault, parent, [copy]);
  }
}

function keepSecret(source: Folder, target: Folder, path: string): void {
  try {
    placePath(source, target, path);
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "unsafe-tree") throw error;
    throw new KanibakoError(
      "unsafe-tree",
      `Cannot keep ${
        shellQuote(path)
      } of the home: in the snapshot it has no place, since what should be a folder is none. Nothing was changed.`,
      { hint: "Move it out of the home, restore, and put it back.", cause: error },
    );
  }
}

function restoreDraft(): string {
  return `${RESTORE_DRAFT}${crypto.randomUUID()}`;
}

/** The live folder is as in that snapshot now: the next call need not take it again. */
async function recordState(vault: Vault, snapshot: Snapshot, withHome: boolean): Promise<void> {
  if (snapshot.brought || (snapshot.record.home && !withHome)) {
    return await writeKnown(vault.project.state, undefined);
  }
  using live = vault.base.open(vault.live);
  using home = snapshot.record.home ? openHome(vault) : undefined;
  if (!live) return;
  const found = await survey(liveParts(live, home), undefined);
  await writeKnown(
    vault.project.state,
    { ...found, snapshot: snapshot.record.id },
  );
}
