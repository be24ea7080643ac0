/**
 * What is compared: snapshots, and what is live.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Folder } from "../../host/tree/folder.ts";
import { qualifiedName } from "../../project/project.ts";
import { bring } from "../restore/materialise.ts";
import type { TreePart } from "../checksums/manifest.ts";
import type { PartName } from "../record.ts";
import { withoutSecrets } from "../secrets.ts";
import { within } from "./select_paths.ts";
import { openHome } from "../snapshot/snapshot.ts";
import {
  archiveOf,
  discard,
  findSnapshot,
  listSnapshots,
  makeDraft,
  ofProject,
  openPart,
  type Snapshot,
  type Vault,
} from "../store.ts";

/** A side of a comparison. */
export interface Side extends AsyncDisposable {
  /** The snapshot's name, or `live`. */
  readonly name: string;
  /** Its content, and the box's home where it has that. */
  readonly parts: readonly TreePart[];
  /** The only paths it holds, when it does not hold all. */
  readonly only?: readonly string[] | undefined;
}

/** Both sides. */
export interface Sides extends AsyncDisposable {
  readonly before: Side;
  readonly after: Side;
  /** The paths both hold, when one of them does not hold all: nothing is said of others. */
  readonly paths: readonly string[] | undefined;
}

/** Opens both sides. [default: the last snapshot, and the live files] The vault is open for `read`, at least. */
export async function openSides(vault: Vault, a: string | undefined, b: string | undefined): Promise<Sides> {
  const before = await openSnapshot(vault, a ?? await lastName(vault));
  try {
    const after = b === undefined ? liveSide(vault) : await openSnapshot(vault, b);
    return {
      before,
      after,
      paths: inBoth(before.only, after.only),
      [Symbol.asyncDispose]: async () => {
        await using _before = before;
        await using _after = after;
      },
    };
  } catch (error) {
    await before[Symbol.asyncDispose]();
    throw error;
  }
}

/** The last snapshot that was taken here, and is of everything. */
async function lastName(vault: Vault): Promise<string> {
  const { all, brought } = await listSnapshots(vault);
  // What was imported is of another time, or another vault.
  const last = all.findLast(({ record }) => !record.only && record.strategy !== "copy");
  if (last) return last.name;
  const other = brought.at(-1);
  throw new KanibakoError("unknown-snapshot", `There is no snapshot of ${vault.project.name} yet.`, {
    hint: [
      `To take one: kanibako box vault snapshot ${shellQuote(qualifiedName(vault.project))}`,
      ...(other ? [`Snapshots from elsewhere must be named, such as ${shellQuote(other.name)}.`] : []),
    ],
  });
}

function liveSide(vault: Vault): Side {
  const content = vault.base.open(vault.live);
  const home = openHome(vault);
  const parts: TreePart[] = [
    ...part("content", content),
    // What is in no snapshot is not missing there.
    ...part("home", home).map((one) => ({ ...one, exclude: withoutSecrets() })),
  ];
  return { name: "live", parts, [Symbol.asyncDispose]: () => close(parts) };
}

/** Opens a snapshot. The vault is open for `read`, at least. Throws `unknown-snapshot`, `damaged-snapshot`. */
export async function openSnapshot(
  vault: Vault,
  name: string,
): Promise<Side & { readonly snapshot: Snapshot }> {
  const snapshot = await findSnapshot(vault, name);
  if (archiveOf(vault, snapshot)) return await unpackedSide(vault, snapshot);
  const parts = (["content", "home"] as const).flatMap((one) => part(one, openPart(vault, snapshot, one)));
  if (parts[0]?.name === "content") {
    return { name, snapshot, parts, only: onlyOf(snapshot), [Symbol.asyncDispose]: () => close(parts) };
  }
  await close(parts);
  throw new KanibakoError(
    "damaged-snapshot",
    `The snapshot ${shellQuote(name)} is damaged: its content is missing.`,
    { hint: `To see what is damaged: kanibako box vault verify ${shellQuote(name)}${ofProject(vault)}` },
  );
}

/** An archive is unpacked for as long as the comparison takes. */
async function unpackedSide(
  vault: Vault,
  snapshot: Snapshot,
): Promise<Side & { readonly snapshot: Snapshot }> {
  const draft = makeDraft(vault, true);
  const parts: TreePart[] = [];
  const end = async () => {
    await close(parts);
    draft.folder[Symbol.dispose]();
    await discard(vault.versions, draft.name);
  };
  try {
    for (const name of snapshot.record.home ? ["content", "home"] as const : ["content"] as const) {
      await bring(vault, snapshot, { part: name, into: draft.folder, name });
      parts.push(...part(name, draft.folder.open(name)));
    }
    const only = onlyOf(snapshot);
    return { name: snapshot.name, snapshot, parts, only, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function part(name: PartName, folder: Folder | undefined): TreePart[] {
  return folder ? [{ name, folder }] : [];
}

function close(parts: readonly TreePart[]): Promise<void> {
  for (const { folder } of parts) folder[Symbol.dispose]();
  return Promise.resolve();
}

/** What a stranger says it holds is not taken for that. */
function onlyOf({ record, brought }: Snapshot): readonly string[] | undefined {
  return brought ? undefined : record.only;
}

function inBoth(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!a || !b) return a ?? b;
  return [...new Set([...a.filter(within(b)), ...b.filter(within(a))])];
}
