/**
 * Reading what users have of their own in their home: by handle, links of the user's followed, and nothing taken from where a box can
 * write. What one box left there would otherwise be run by every other.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type FoundPlace, goCarefully } from "../../host/tree/careful_way.ts";
import type { Writable } from "../host_login.ts";
import { type LayerFile, readLayer } from "../layers.ts";

/** A file to be given to a box. */
export interface OwnFile {
  /** Relative to the home. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

/** Where an agent's files are on the host. */
export interface OwnHost {
  /** The user's home. */
  readonly home: string;
  /** The absolute path of a file of the agent's, given relative to the home: a variable may move its folder. */
  place(path: string): string;
  /** Reads every project, so it is asked only where there is something. */
  boxFolders(): Promise<Writable>;
}

/** Most files of a part. */
const MAX_FILES = 2000;
/** Most bytes of one file. */
const MAX_BYTES = 8 * 1024 * 1024;
const SKIPPED: readonly string[] = [".git", ".DS_Store", "node_modules/.cache"];

/** Whether a path cannot be an entry of a list of lines. */
function isOdd(path: string): boolean {
  return /[\p{Cc}\\]| $/u.test(path) || !path.isWellFormed();
}

/** The file at a path; `undefined` when there is none. Throws `unsafe-own`, `too-large`. */
export async function readOwnFile(host: OwnHost, path: string): Promise<OwnFile | undefined> {
  using found = await open(host, path);
  return found && await fileAt(found, path);
}

/** Where a folder really is; `undefined` when there is none. Throws `unsafe-own`. */
export async function ownFolder(host: OwnHost, path: string): Promise<string | undefined> {
  using found = await open(host, path);
  return found?.kind === "folder" ? found.shown : undefined;
}

/**
 * All files below a folder, in order. What is not taken is left in `left`, a sentence each. `takes`: whether a path below the folder
 * is wanted. Throws `unsafe-own`, `too-large`.
 */
export async function readOwnFolder(
  host: OwnHost,
  folder: string,
  takes: (path: string, isFolder: boolean) => boolean,
  left: string[],
): Promise<readonly OwnFile[]> {
  using found = await open(host, folder);
  if (found?.kind !== "folder") return [];
  const files: OwnFile[] = [];
  const wanted = (path: string, isFolder: boolean) =>
    !SKIPPED.includes(path.slice(path.lastIndexOf("/") + 1)) && takes(path, isFolder);
  for (const file of await layer(found, folder, wanted)) {
    const path = `${folder}/${file.path}`;
    if (isOdd(path)) left.push(`~/${path} has a name that cannot be handed on`);
    else if ("content" in file) files.push({ path, mode: ownMode(file.mode), content: file.content });
    else files.push(...await behindLink(host, path, left));
    if (files.length > MAX_FILES) throw tooLarge(folder);
  }
  return files;
}

/** The files below an open folder; errors name it as the user does. */
async function layer(
  { path: at }: Opened,
  path: string,
  takes: (path: string, isFolder: boolean) => boolean,
): Promise<readonly LayerFile[]> {
  try {
    return await readLayer(at, "plain", takes) ?? [];
  } catch (error) {
    throw error instanceof KanibakoError && error.code === "too-large"
      ? tooLarge(path)
      : unreadable(path, error);
  }
}

/** What a link in such a folder leads to, as if it were there. */
async function behindLink(host: OwnHost, path: string, left: string[]): Promise<readonly OwnFile[]> {
  try {
    using found = await open(host, path);
    if (found?.kind === "folder") {
      const files = await layer(found, path, (one) => !SKIPPED.includes(one.split("/").at(-1)!));
      return files.flatMap((file) => {
        const inner = `${path}/${file.path}`;
        if ("content" in file && !isOdd(inner)) return [{ ...file, mode: ownMode(file.mode), path: inner }];
        left.push(`~/${inner} is a link behind a link, or has a name that cannot be handed on`);
        return [];
      });
    }
    const file = found && await fileAt(found, path);
    if (file) return [file];
    left.push(`~/${path} is a link that leads to nothing`);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    left.push(error.message.replace(/\.$/, ""));
  }
  return [];
}

interface Opened extends Disposable {
  readonly kind: "file" | "folder";
  /** Leads to it as long as this is open. */
  readonly path: string;
  /** Its path when it was opened, without links. */
  readonly shown: string;
  readonly size: number;
  readonly mode: number;
}

async function open(host: OwnHost, path: string): Promise<Opened | undefined> {
  const whole = host.place(path);
  const isInHome = whole.startsWith(`${host.home}/`);
  const from = isInHome ? await Deno.realPath(host.home) : "/";
  let found: FoundPlace | undefined;
  try {
    found = await goCarefully({
      from,
      path: isInHome ? whole.slice(host.home.length + 1) : whole.slice(1),
      make: false,
      mayFollow: async (folder) => !(await host.boxFolders()).canWrite(folder),
    });
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    throw unsafe(path, error.message);
  }
  if (!found) return undefined;
  const { folder, name } = found;
  const close = () => folder[Symbol.dispose]();
  const info = folder.info(name);
  if (!info) return close(), undefined;
  if ((await host.boxFolders()).canWrite(info.kind === "folder" ? `${folder.shown}/${name}` : folder.shown)) {
    close();
    throw unsafe(path, `${folder.shown}/${name} is where a box can write`);
  }
  if (info.kind !== "file" && info.kind !== "folder") {
    close();
    throw unsafe(path, "it is neither a file nor a folder");
  }
  return {
    kind: info.kind,
    path: `${folder.path}/${name}`,
    shown: `${folder.shown}/${name}`,
    size: info.size,
    mode: info.mode,
    [Symbol.dispose]: close,
  };
}

/** There is one user in a box, and what is in such files is not for others. */
function ownMode(mode: number): number {
  return (mode & 0o111) ? 0o700 : 0o600;
}

async function fileAt({ kind, path: at, size, mode }: Opened, path: string): Promise<OwnFile | undefined> {
  if (kind !== "file") return undefined;
  if (size > MAX_BYTES) throw tooLarge(path);
  try {
    return { path, mode: ownMode(mode), content: await Deno.readFile(at) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function tooLarge(path: string): KanibakoError {
  return new KanibakoError("too-large", `Cannot give ~/${path} to a box: it is too large.`, {
    hint: [
      `A part can have ${MAX_FILES} files of 32 MiB together, and one file that is understood 8 MiB.`,
      LEAVE_OUT,
    ],
  });
}

/** An error of the system as one of ours; any other stays. */
function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Deno.errors.PermissionDenied || error instanceof KanibakoError)) return error;
  const why = error instanceof KanibakoError ? error.message.replace(/\.$/, "") : "permission denied";
  return new KanibakoError("bad-own", `Cannot read ~/${path}: ${why}.`, { hint: LEAVE_OUT, cause: error });
}

/** What to do where something of the user's own cannot be given. */
export const LEAVE_OUT =
  "To leave parts of your configuration out: kanibako box config own.parts=..., kanibako system config own.parts=...";

function unsafe(path: string, why: string): KanibakoError {
  return new KanibakoError("unsafe-own", `Cannot give ~/${path} to a box: ${why}.`, { hint: LEAVE_OUT });
}
