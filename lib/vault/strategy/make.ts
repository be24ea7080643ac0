/**
 * Making a snapshot's content, in the best way that works.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { EntryHasher } from "../snapshot/entry_hash.ts";
import type { Known } from "../snapshot/known_entries.ts";
import { isSealed, seal } from "../checksums/manifest.ts";
import { strategies } from "./probe.ts";
import type { SnapshotRecord, StrategyName } from "../record.ts";
import type { SnapshotRequest } from "../snapshot/request.ts";
import { discard, makeDraft, openPart, type Snapshot, type Vault } from "../store.ts";
import { strategyNamed, type Taken } from "./strategy.ts";
import { CopySurvey, type LivePart, type Survey, survey } from "../snapshot/survey.ts";

/** Up to so much new content, an automatic snapshot takes its checksums along. Above, the launch would wait for it. */
const QUICK_SUM_BYTES = 256 * 2 ** 20;

/** What there is, and what is known of it. */
export interface Now {
  readonly parts: readonly LivePart[];
  readonly live: Folder;
  readonly known: Known | undefined;
  readonly last: Snapshot | undefined;
  /** What was found already. */
  readonly found: Survey | undefined;
  /** As of {@link survey}. */
  readonly cleanSinceMs?: number | undefined;
  /** The strategies to try, in this order. */
  readonly ways: readonly StrategyName[];
}

/** A draft with its content. */
export interface Made {
  readonly name: string;
  readonly folder: Folder;
  readonly record: SnapshotRecord;
  /** What was there; nothing when nobody looked. */
  readonly seen: Pick<Survey, "key" | "entries"> | undefined;
  readonly leftOut: Taken["leftOut"];
}

/** Makes the content, falling back to the next best where a file system turns out not to be able. */
export async function makeContent(vault: Vault, request: SnapshotRequest, now: Now): Promise<Made> {
  const { settings, careful = false } = request;
  const { parts, known, last, cleanSinceMs, ways } = now;
  const hasher = known && new EntryHasher(known.key);
  const takenAt = Date.now();
  let { found } = now;
  for (const [at, name] of ways.entries()) {
    const draft = makeDraft(vault);
    try {
      const look = name === "reflink" && !found ? new CopySurvey(known, cleanSinceMs) : undefined;
      if (!look && name !== "btrfs") found ??= await survey(parts, known, cleanSinceMs);
      request.onBegin?.({ files: found?.files ?? -1, bytes: found?.bytes ?? -1, strategy: name });
      const strategy = await strategyNamed(name);
      const taken = await strategy.take({
        parts,
        into: draft.folder,
        earlier: (part) => known && last && openPart(vault, last, part),
        lastFolder: () => known && last && vault.versions.open(last.name),
        isSame: (part, entry) => {
          const hash = hasher?.of(part, entry);
          return hash !== undefined && known!.entries.has(hash.low, hash.high);
        },
        careful,
        watch: !request.auto,
        sums: !request.auto || careful || (found?.newBytes ?? 0) <= QUICK_SUM_BYTES,
        compression: settings.compression.value,
        onEntry: look && ((part, entry) => look.add(part, entry)),
        onProgress: request.onProgress,
      });
      if (name === "hardlink" && !request.auto && !isSealed(draft.folder)) sealCopy(vault, draft.folder, now);
      const record = recordOf(request, name, { parts, found }, taken, takenAt);
      return { ...draft, record, seen: look ? look.finish(parts) : found, leftOut: taken.leftOut };
    } catch (error) {
      draft.folder[Symbol.dispose]();
      await discard(vault.versions, draft.name);
      const unable = error instanceof KanibakoError && /^no-(btrfs|reflink|hardlink)$/.test(error.code);
      if (!unable || at === ways.length - 1) throw error;
      await strategies(vault, now.live, true);
    }
  }
  throw new Error("no strategy was left");
}

/** Gives its checksums to what was copied just now, and so is in memory still. Nobody but a person waits for this. */
function sealCopy(vault: Vault, folder: Folder, now: Now): void {
  const parts = now.parts.map(({ name }) => ({ name, folder: folder.open(name)! }));
  using earlier = now.last?.record.strategy === "hardlink" ? vault.versions.open(now.last.name) : undefined;
  try {
    seal(folder, parts, earlier);
  } finally {
    for (const part of parts) part.folder[Symbol.dispose]();
  }
}

function recordOf(
  request: SnapshotRequest,
  strategy: StrategyName,
  { parts, found }: Pick<Now, "parts" | "found">,
  taken: Taken,
  takenAt: number,
): SnapshotRecord {
  return {
    format: 1,
    id: crypto.randomUUID(),
    note: request.note ?? "",
    takenAt,
    completeAt: Date.now() + 1,
    auto: request.auto,
    strategy,
    files: taken.files < 0 ? found?.files ?? -1 : taken.files,
    bytes: taken.bytes < 0 ? found?.bytes ?? -1 : taken.bytes,
    ownBytes: taken.ownBytes,
    skipped: taken.skipped,
    ...(taken.unreadable > 0 ? { unreadable: taken.unreadable } : {}),
    ...(taken.torn > 0 ? { torn: taken.torn } : {}),
    home: parts.some(({ name }) => name === "home"),
  };
}
