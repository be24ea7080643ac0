/**
 * The steps of an extraction. All is unpacked and checked beside its place before anything that is there is touched; what
 * is replaced is moved aside, and deleted when all else is done.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import { readOwn, type StandaloneRecord, standaloneRecords } from "../../config/approval.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Change } from "../change/change.ts";
import type { Step } from "../change/step.ts";
import type { ArchiveContents } from "./extract_contents.ts";
import { isWithin } from "../layout.ts";
import type { Project } from "../project.ts";
import { newLinks } from "../relocate/links.ts";
import { base, parent, type Places } from "../relocate/places.ts";

/** What is known of the target. */
export interface Circumstances {
  /** There was no project in the folder. */
  readonly isNew: boolean;
  /** The archive's workspace becomes the workspace. */
  readonly withWorkspace: boolean;
  /** The folder is there. */
  readonly isThere: boolean;
  /** It holds nothing. */
  readonly isEmpty: boolean;
  /** The text of the settings file. */
  readonly settings: string;
  /** This machine's record, of a standalone project. */
  readonly record: StandaloneRecord | undefined;
}

/** The steps, and what goes with them. */
export interface ExtractChange {
  readonly change: Change;
  /** What each `fill` of the change takes out of the archive: folders in it. */
  readonly fills: ReadonlyMap<string, readonly string[]>;
  /** Where a workspace that was there is kept. */
  readonly aside: string | undefined;
}

/** A folder of the archive, and its place. */
interface Piece {
  readonly member: string;
  readonly to: string;
}

/** Builds the steps. `vault`: of the project that is there. Throws `unsafe-path` when a place of the box leads elsewhere. */
export async function buildChange(
  host: Host,
  contents: ArchiveContents,
  to: Places,
  vault: Project["vault"],
  now: Circumstances,
): Promise<ExtractChange> {
  const builder = new Builder(host, contents, to, now);
  const { readOnly, readWrite } = vault ?? { readOnly: `${to.vault}/ro`, readWrite: `${to.vault}/rw` };
  const member = (name: "home" | "vault/ro" | "vault/rw") => contents.earlier?.[name] ?? name;
  const pieces: Piece[] = [
    { member: member("home"), to: to.home },
    ...contents.info.parts.includes("vault")
      ? [{ member: member("vault/ro"), to: readOnly }, { member: member("vault/rw"), to: readWrite }]
      : [],
  ];
  if (!now.withWorkspace) {
    for (const place of [to.metadata, ...pieces.map((piece) => piece.to)]) await checkInside(place, to.path);
  }
  await builder.unpack(pieces);
  const aside = now.withWorkspace ? await builder.placeWorkspace() : undefined;
  await builder.writeSettings();
  if (pieces.length > 1) await builder.ignoreVault(parent(readWrite), base(readWrite));
  for (const piece of pieces) await builder.place(piece);
  await builder.register();
  return { change: builder.finish(), fills: builder.fills, aside };
}

class Builder {
  readonly #steps: Step[] = [];
  readonly #later: Step[] = [];
  readonly #made = new Set<string>();
  readonly #tag = crypto.randomUUID().slice(0, 8);
  readonly fills = new Map<string, readonly string[]>();

  constructor(
    readonly host: Host,
    readonly contents: ArchiveContents,
    readonly to: Places,
    readonly now: Circumstances,
  ) {}

  /** Unpacks everything: on the file system it will be on, so that a rename is enough later. */
  async unpack(pieces: readonly Piece[]): Promise<void> {
    const groups = new Map<string, string[]>();
    if (this.now.withWorkspace) groups.set(this.#stage(this.to.path), ["workspace"]);
    for (const { member, to } of pieces) {
      const stage = this.#stage(to);
      groups.set(stage, [...groups.get(stage) ?? [], member]);
    }
    const what = `Extract ${shellQuote(base(this.contents.file))}`;
    for (const [path, members] of groups) {
      await this.#parents(path);
      this.#steps.push({ do: "fill", path, what });
      this.#later.push({ do: "remove", path });
      this.fills.set(path, members);
    }
  }

  /** Puts the workspace in its place. Returns where one that was there is kept. */
  async placeWorkspace(): Promise<string | undefined> {
    const { path } = this.to;
    let aside: string | undefined;
    if (this.now.isEmpty) {
      const mode = ((await Deno.stat(path)).mode ?? 0o755) & 0o7777;
      this.#steps.push({ do: "drop-empty", path, mode });
    } else if (this.now.isThere) {
      aside = freeBeside(path);
      this.#steps.push({ do: "rename", from: path, to: aside });
    }
    this.#steps.push({ do: "rename", from: `${this.#stage(path)}/workspace`, to: path });
    this.#made.add(path);
    return aside;
  }

  /** Writes the two files of settings, and what has been done once in the home. */
  async writeSettings(): Promise<void> {
    const { metadata, mode, state } = this.to;
    await this.#parents(metadata);
    if (!await this.#isThere(metadata)) this.#makeFolder(metadata, true);
    const files = [["project.toml", this.now.settings], ["env", this.contents.env ?? null]] as const;
    for (const [name, after] of files) {
      const file = `${metadata}/${name}`;
      const before = await this.#isThere(file) ? await readOwn(file, mode !== "standalone") ?? null : null;
      if (before !== after) this.#steps.push({ do: "write", file, before, after });
    }
    const file = `${state}/steps.json`;
    const [before, after] = [await readOwn(file, true) ?? null, this.contents.steps];
    if (before !== after) this.#steps.push({ do: "write", file, before, after });
  }

  /** Keeps what a box writes into a new vault out of the project's commits. */
  async ignoreVault(vault: string, half: string): Promise<void> {
    if (await this.#isThere(vault)) return;
    await this.#parents(`${vault}/${half}`);
    const file = `${vault}/.gitignore`;
    this.#steps.push({ do: "write", file, before: null, after: `/${half}/\n/.versions/\n`, mode: 0o644 });
  }

  /** Puts a folder in its place. */
  async place({ member, to }: Piece): Promise<void> {
    await this.#parents(to);
    if (await this.#isThere(to)) {
      const old = `${to}.kanibako-old-${this.#tag}`;
      this.#steps.push({ do: "rename", from: to, to: old });
      this.#later.push({ do: "remove", path: old });
    }
    // One half of a vault may have been missing, and a home before its first session.
    this.#steps.push({ do: "rename", from: `${this.#stage(to)}/${member}`, to, ifThere: true });
  }

  /** Makes the project known. */
  async register(): Promise<void> {
    const { to, now, host } = this;
    if (now.isNew) {
      // What a fresh workspace holds in the place of the link is only known once it is unpacked; a link gives way.
      for (
        const path of await newLinks(host, to, now.withWorkspace ? `${to.path}/.kanibako-none` : to.path)
      ) {
        await this.#parents(path);
        this.#steps.push({ do: "symlink", path, target: to.vault });
      }
      if (to.mode === "default") this.#steps.push({ do: "names", add: { [to.name]: to.path } });
    }
    if (!now.record) return;
    const records = await standaloneRecords(host.dirs.state);
    const before = Object.hasOwn(records, to.path) ? records[to.path]! : null;
    this.#steps.push({ do: "standalone", path: to.path, before, after: now.record });
  }

  finish(): Change {
    return {
      what: "extract",
      about: `extraction of ${base(this.contents.file)} to ${this.to.path}`,
      projects: [this.to.id],
      steps: [...this.#steps, ...this.#later],
      commitAt: this.#steps.length,
    };
  }

  /** Where something is unpacked. */
  #stage(place: string): string {
    const { path, metadata } = this.to;
    const folder = !isWithin(place, path) ? parent(metadata) : this.now.withWorkspace ? parent(path) : path;
    return `${folder}/.kanibako-extract-${this.#tag}`;
  }

  /** Makes the folders above a place where they are, or will be, missing. */
  async #parents(place: string): Promise<void> {
    const missing: string[] = [];
    for (let at = parent(place); at !== "/" && !await this.#isThere(at); at = parent(at)) missing.unshift(at);
    for (const folder of missing) this.#makeFolder(folder, false);
  }

  #makeFolder(path: string, owned: boolean): void {
    this.#made.add(path);
    this.#steps.push({
      do: "make-folder",
      path,
      mode: isWithin(path, this.to.path) && !owned ? 0o755 : 0o700,
      owned,
    });
  }

  /** Whether something is there when the next step is taken. */
  #isThere(path: string): boolean {
    if (this.#made.has(path)) return true;
    // With the workspace replaced, nothing that lay in it is there any more.
    const gone = this.now.withWorkspace && isWithin(path, this.to.path);
    return !gone && exists(path);
  }
}

/** A place in the workspace must be reached through folders: a link could lead anywhere. */
async function checkInside(place: string, root: string): Promise<void> {
  if (!isWithin(place, root)) return;
  for (let at = place; at !== root; at = parent(at)) {
    const info = await Deno.lstat(at).catch(() => undefined);
    if (info === undefined || info.isDirectory) continue;
    throw new KanibakoError(
      "unsafe-path",
      `Cannot use ${shellQuote(at)}: it is ${info.isSymlink ? "a link" : "not a folder"}.`,
      { hint: "A box or a clone may have put it there. Check it and remove it." },
    );
  }
}

function freeBeside(path: string): string {
  for (let number = 1;; number++) {
    const candidate = `${path}.before-extract${number === 1 ? "" : `-${number}`}`;
    if (!exists(candidate)) return candidate;
  }
}
