/**
 * Copying a tree a box can write: by handle, no symlink followed, nothing read but regular files, all or nothing.
 *
 * What is kept: content with its holes, permission bits, times to the nanosecond, owners where we may give them, hard
 * links within the tree, symlinks as they are, names of any bytes. What is not: extended attributes and access control
 * lists, and setuid, setgid and sticky bits unless asked for.
 *
 * @module
 */

import { ContentCopier, type ContentSums, type Reflink, WriteFailure } from "./copy_content.ts";
import { CopyTarget } from "./copy_target.ts";
import { KanibakoError } from "../error.ts";
import type { Kind } from "../libc/stat.ts";
import { type Libc, libc, Seek } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { quotePath } from "../ui/quote_path.ts";
import { openTreeFile, TreeFile } from "./file.ts";
import { failed, shownPath, tooLarge, TREE_LIMITS, type TreeLimits } from "./limits.ts";
import { removeTree } from "./remove.ts";
import { treeSteps, type WalkEntry } from "./walk.ts";
import { pause } from "../timer.ts";

export type { TreeLimits } from "./limits.ts";
export type { ContentSums, Reflink } from "./copy_content.ts";

/** Longest we work without letting anything else happen, in milliseconds. */
const BREATH_MS = 100;
/** Most names listed of what was passed over. A box can make millions. */
const MAX_LISTED = 1000;

/** One thing that was made. */
export interface CopiedFile {
  /** Its original, good until the call that tells of it returns. */
  readonly entry: WalkEntry;
  /** Path below the root. */
  readonly path: string;
  readonly kind: Kind;
  /** Length in bytes of the copy. */
  readonly size: number;
  /** Permission bits of the copy. */
  readonly mode: number;
  readonly mtimeNs: bigint;
  /** Where a symlink points, as the bytes it is. */
  readonly linkTarget?: Uint8Array | undefined;
  /** The checksum of its content, where wanted; not of files of an earlier copy. */
  readonly sum?: string | undefined;
  /** The inode's number of the copy, where checksums are wanted. */
  readonly ino?: bigint | undefined;
  /** `linked`: another name for the file of an earlier copy; `hard-link`: for one in this copy. */
  readonly how: "copied" | "cloned" | "linked" | "hard-link";
}

/** How a tree is copied. */
export interface CopyOptions {
  /** What to leave out, by its path below the root; a folder with all it holds. */
  readonly exclude?: ((path: string, kind: Kind) => boolean) | undefined;
  /** Whether content is shared where the file system can: `auto` (default); `always`, or the error `no-reflink`; `never`. */
  readonly reflink?: Reflink;
  /** An earlier copy: what is the same there (length, time of change, permissions, owner) becomes a name for that file. */
  readonly linkDest?: string | undefined;
  /** Whether a file may become a name for the earlier copy's: for who knows more than times, which anybody can set. */
  readonly mayLink?: ((entry: WalkEntry) => boolean) | undefined;
  /** Before that, the content of both is compared, by `sums`. */
  readonly compareContent?: boolean | undefined;
  /** The path of a folder that becomes a subvolume, whatever it was, where the file system of the copy has such. */
  readonly subvolume?: string | undefined;
  /** Called with each thing that is met and not left out, before it is looked into. */
  readonly onEntry?: ((entry: WalkEntry) => void) | undefined;
  /** Called with each thing that was made, folders before what they hold. */
  readonly onFile?: ((file: CopiedFile) => void) | undefined;
  /** A box may be writing: files that were changed while they were copied are counted. */
  readonly watch?: boolean | undefined;
  /** Makes the checksums that `onFile` is given. Content that we copy ourselves is not read again for it. */
  readonly sums?: ContentSums | undefined;
  /** Each folder's names in the order of their bytes. */
  readonly sorted?: boolean | undefined;
  /** Where we may not read: the error `needs-engine` or `cannot-read` (default), or it is passed over and listed. */
  readonly unreadable?: "refuse" | "skip" | undefined;
  /** Above them: the error `too-large`. Bytes are counted as they are written, too. */
  readonly limits?: Partial<TreeLimits>;
  /** Called now and then with the progress. */
  readonly onProgress?: ((done: { readonly files: number; readonly bytes: number }) => void) | undefined;
  /** FIFOs, sockets and devices: passed over and listed (default), or the error `special-file`. They are never opened. */
  readonly special?: "skip" | "refuse";
  /** Keep setuid, setgid and sticky bits. Setuid and setgid only where the owner is kept too. */
  readonly keepSpecialBits?: boolean;
  /** Stops it: what was made is removed, and the signal's reason thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a tree. */
export interface CopyReport {
  /** Regular files made, further names of one file not counted. */
  readonly files: number;
  /** Folders below the root. */
  readonly folders: number;
  readonly symlinks: number;
  /** Further names of files in this copy. */
  readonly hardLinks: number;
  /** Files that are names of an earlier copy's. Counted in `files` too. */
  readonly linked: number;
  /** Bytes of content, copied or shared with the original; holes and an earlier copy's files are none. */
  readonly bytes: number;
  /**
   * What was passed over: `fifo`, `socket`, `device`, `unreadable`, or `vanished` when it disappeared,
   * `duplicate` when the file system took its name for one that was there. The first 1000.
   */
  readonly skipped: readonly { readonly path: string; readonly kind: string }[];
  /** How many were passed over. */
  readonly skippedCount: number;
  /** How many of these we may not read. */
  readonly unreadable: number;
  /** Files that were changed while they were copied, where that was watched: their copies are of no one moment. */
  readonly torn: number;
}

/**
 * Makes `to`, which must not exist, a copy of the folder `from`. Whatever goes wrong, nothing of `to` is left.
 *
 * Throws `exists`, `needs-engine` (files of another user of the box), `cannot-read`, `cannot-copy`, `disk-full`,
 * `too-large`, `no-reflink`, `special-file`, `inside-itself`, `tree-changed` (a very deep folder was moved meanwhile).
 */
export async function copyTree(from: string, to: string, options: CopyOptions = {}): Promise<CopyReport> {
  options.signal?.throwIfAborted();
  const c = libc();
  const target = CopyTarget.make(c, to, options.linkDest, options.keepSpecialBits ?? false);
  try {
    using _open = target;
    return await new TreeCopy(c, from, target, options).run();
  } catch (cause) {
    try {
      await removeTree(to);
    } catch {
      if (!(cause instanceof KanibakoError)) throw cause;
      throw new KanibakoError(cause.code, cause.message, {
        hint: [...cause.hints, `The incomplete copy could not be removed: ${quotePath(to)}`],
        cause,
      });
    }
    throw cause;
  }
}

/** How something was made. */
type Done = Pick<CopiedFile, "size" | "how" | "linkTarget" | "sum" | "ino">;

class TreeCopy {
  readonly #libc: Libc;
  readonly #from: string;
  readonly #target: CopyTarget;
  readonly #options: CopyOptions;
  readonly #content: ContentCopier;
  readonly #maxBytes: number;
  readonly #report = {
    files: 0,
    folders: 0,
    symlinks: 0,
    hardLinks: 0,
    linked: 0,
    bytes: 0,
    skippedCount: 0,
    unreadable: 0,
    torn: 0,
  };
  readonly #skipped: { path: string; kind: string }[] = [];
  /** The first name of each file that has several, and how many more there are. */
  readonly #several = new Map<bigint, { readonly first: WalkEntry; readonly done: Done; left: number }>();
  readonly #copied: FileInfo;
  #breath = performance.now();

  constructor(c: Libc, from: string, target: CopyTarget, options: CopyOptions) {
    this.#libc = c;
    this.#from = from;
    this.#target = target;
    this.#options = options;
    this.#content = new ContentCopier(c, options.reflink ?? "auto", options.sums);
    this.#copied = new FileInfo(c);
    this.#maxBytes = options.limits?.bytes ?? TREE_LIMITS.bytes;
  }

  async run(): Promise<CopyReport> {
    const { exclude, limits = {}, sorted = false, unreadable = "refuse", onEntry } = this.#options;
    const onVanished = (path: string) => this.#skip(path, "vanished");
    const onUnreadable = (path: string) => this.#skip(path, "unreadable");
    const steps = treeSteps(this.#from, { exclude, limits, sorted, onVanished, unreadable, onUnreadable });
    try {
      let step = steps.next();
      while (!step.done) {
        const { entry, leaving } = step.value;
        let answer: "skip" | void = undefined;
        if (!leaving && entry.parent) onEntry?.(entry);
        if (leaving) this.#target.leave(entry);
        else if (entry.kind === "folder") answer = this.#folder(entry);
        else if (entry.kind === "symlink") this.#symlink(entry);
        else if (entry.kind === "other") this.#special(entry);
        else {
          for (const bytes of this.#file(entry)) {
            this.#count(bytes);
            if (this.#isDue()) await this.#breathe();
          }
        }
        if (this.#isDue()) await this.#breathe();
        step = steps.next(answer);
      }
    } finally {
      steps.return(undefined as never);
    }
    this.#tellProgress();
    return { ...this.#report, skipped: this.#skipped };
  }

  #folder(entry: WalkEntry): "skip" | void {
    if (this.#target.isIn(entry)) {
      throw new KanibakoError(
        "inside-itself",
        `Cannot copy ${quotePath(this.#from)} into itself`,
        { hint: "Choose a place outside it." },
      );
    }
    if (entry.parent === undefined) return;
    if (!this.#target.enter(entry, entry.path === this.#options.subvolume)) {
      this.#skip(entry.path, "duplicate");
      return "skip";
    }
    this.#report.folders++;
    this.#tell(entry, { size: 0, how: "copied" });
  }

  #symlink(entry: WalkEntry): void {
    const linkTarget = this.#target.symlink(entry);
    if (linkTarget === undefined) return this.#skip(entry.path, "vanished");
    this.#report.symlinks++;
    this.#tell(entry, { size: linkTarget.length, how: "copied", linkTarget });
  }

  #special(entry: WalkEntry): void {
    if (this.#options.special !== "refuse") return this.#skip(entry.path, entry.nature);
    throw new KanibakoError(
      "special-file",
      `Cannot copy ${shownPath(this.#from, entry.path)}: it is a ${entry.nature}`,
      { hint: "Remove it or exclude it." },
    );
  }

  /** Makes one file, in the cheapest way there is. Says how many bytes of content came over, part after part. */
  *#file(entry: WalkEntry): Generator<number, void> {
    if (this.#hardLink(entry)) return;
    const { mayLink, compareContent, sums } = this.#options;
    if (mayLink?.(entry) !== false) {
      const isSame = compareContent && sums ? this.#comparing(entry, sums) : undefined;
      const ino = this.#target.linkEarlier(entry, isSame);
      if (ino !== undefined) {
        this.#report.linked++;
        return this.#made(entry, { size: entry.size, how: "linked", ino });
      }
    }
    let kind = "vanished";
    const onDenied = this.#options.unreadable === "skip" ? () => void (kind = "unreadable") : undefined;
    using from = openTreeFile(this.#from, entry, onDenied);
    if (from === undefined) return this.#skip(entry.path, kind);
    const to = this.#target.create(entry);
    if (to === undefined) return this.#skip(entry.path, "duplicate");
    try {
      const done = yield* this.#content.copy(from, to);
      // Before the times are set: reading sets one, too.
      const sum = done.sum ?? this.#sumOf(entry, to);
      if (this.#options.watch && from.wasChanged()) this.#report.torn++;
      // As it was when it was opened: were it written meanwhile, its time must not say that this is all of it.
      this.#target.finish(to, entry, from.info);
      if (sum === undefined) this.#made(entry, done, from.info);
      else {
        this.#copied.ofHandle(to);
        this.#made(entry, { ...done, sum, ino: this.#copied.ino }, from.info);
      }
    } catch (cause) {
      if (!(cause instanceof WriteFailure)) throw cause;
      throw failed("copy", this.#from, entry.path, cause.result);
    } finally {
      this.#libc.close(to);
    }
  }

  #comparing(entry: WalkEntry, sums: ContentSums): (earlier: TreeFile) => boolean {
    return (earlier) => {
      using file = openTreeFile(this.#from, entry);
      return file !== undefined && sums.file(file) === sums.file(earlier);
    };
  }

  /** Of what the kernel copied, and of what shares its blocks: the copy tells, its original may be another by now. */
  #sumOf(entry: WalkEntry, copy: number): string | undefined {
    const { sums } = this.#options;
    if (!sums) return undefined;
    this.#libc.seek(copy, 0, Seek.SET);
    this.#copied.ofHandle(copy);
    return sums.file(new TreeFile(this.#libc, this.#from, entry, copy, this.#copied));
  }

  /** A further name for what was copied already. */
  #hardLink(entry: WalkEntry): boolean {
    if (entry.nlink < 2) return false;
    const key = entry.identity;
    const known = this.#several.get(key);
    if (known === undefined || !this.#target.link(known.first, entry)) return false;
    if (--known.left <= 0) this.#several.delete(key);
    this.#report.hardLinks++;
    this.#tell(entry, { ...known.done, how: "hard-link" });
    return true;
  }

  #made(
    entry: WalkEntry,
    done: Done,
    original: Pick<WalkEntry, "identity" | "nlink" | "mode" | "mtimeNs"> = entry,
  ): void {
    this.#report.files++;
    if (original.nlink > 1) {
      this.#several.set(original.identity, { first: entry, left: original.nlink - 1, done });
    }
    this.#tell(entry, done, original);
  }

  #tell(entry: WalkEntry, done: Done, original: Pick<WalkEntry, "mode" | "mtimeNs"> = entry): void {
    this.#options.onFile?.({
      entry,
      path: entry.path,
      kind: entry.kind,
      mode: entry.kind === "symlink" ? 0o777 : this.#target.modeOf(original),
      mtimeNs: original.mtimeNs,
      ...done,
    });
  }

  #skip(path: string, kind: string): void {
    if (kind === "unreadable") this.#report.unreadable++;
    if (this.#report.skippedCount++ < MAX_LISTED) this.#skipped.push({ path, kind });
  }

  /** Counted as written too: a compressed or still growing file takes more in the copy than the walk saw. */
  #count(bytes: number): void {
    this.#report.bytes += bytes;
    if (this.#report.bytes > this.#maxBytes) throw tooLarge(this.#from, "bytes", this.#maxBytes);
  }

  #isDue(): boolean {
    return performance.now() - this.#breath > BREATH_MS;
  }

  /** Lets signals, timers and the terminal have their turn. */
  async #breathe(): Promise<void> {
    this.#tellProgress();
    await pause(0);
    this.#options.signal?.throwIfAborted();
    this.#breath = performance.now();
  }

  #tellProgress(): void {
    this.#options.onProgress?.({ files: this.#report.files, bytes: this.#report.bytes });
  }
}
