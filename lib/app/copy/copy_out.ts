/**
 * Copies out of a box: programs in it read, and what they say is written here beside its place and then renamed, so that it is whole or
 * not there.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { formatBytes } from "../../host/size.ts";
import { cannot } from "../../host/store.ts";
import { HeldFile } from "../../host/tree/held_file.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { openTree } from "../../host/tree/tree.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { writeAll } from "../../host/write_all.ts";
import { unpackStream } from "../../archive/unpack_stream.ts";
import { boxFailed, boxPath, type Execute } from "./box_side.ts";
import type { HostPlace } from "./host_side.ts";

/** What there is in a box to copy. */
export interface Source {
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Permission bits. */
  readonly mode: number;
}

/** What was copied, and what was not. */
export interface Copied {
  readonly files: number;
  readonly bytes: number;
  /** Symlinks that lead out of the copied folder. */
  readonly leading: readonly string[];
  /** FIFOs, sockets and devices. */
  readonly special: readonly string[];
}

/** A file from a box is no larger; it could go on for ever. */
const MOST_BYTES = 100 * 2 ** 30;
/** Nobody else's files are written by others here. */
const KEPT_MODE = 0o775;

/** Looks at a path in a box, through links: whoever reads there is the box itself. Throws `box-file`. */
export async function lookInBox(execute: Execute, path: string): Promise<Source> {
  const script = `[ -e "$1" ] || { echo "there is no such file or folder" >&2; exit 1; }
if [ -d "$1" ]; then kind=folder; elif [ -f "$1" ]; then kind=file
else echo "it is neither a file nor a folder" >&2; exit 1; fi
mode=$(stat -L -c %a -- "$1") || exit; echo "$kind $mode"`;
  const result = await execute(["/bin/sh", "-c", script, "sh", boxPath(path)], { maxOutputBytes: 4096 });
  const [, kind, mode] = /^(file|folder) ([0-7]{1,5})\n$/.exec(new TextDecoder().decode(result.stdout)) ?? [];
  if (result.code !== 0 || kind === undefined) throw boxFailed("read", path, result.stderr);
  return { path, kind: kind as Source["kind"], mode: parseInt(mode!, 8) & KEPT_MODE };
}

/** Writes a file of a box to standard output. */
export async function fileToOutput(execute: Execute, { path }: Source, signal: AbortSignal): Promise<Copied> {
  return await readFile(execute, path, signal, async (bytes) => await writeAll(Deno.stdout, bytes));
}

/** Copies a file. A file that is there is replaced. */
export async function fileToHost(
  execute: Execute,
  { path, mode }: Source,
  { folder, name, shown }: HostPlace,
  signal: AbortSignal,
): Promise<Copied> {
  if (folder.info(name)?.kind === "folder") {
    throw new KanibakoError("exists", `Cannot write ${quotePath(shown)}: it is a folder.`);
  }
  const part = partName();
  using held = HeldFile.make(folder, part);
  try {
    using file = await Deno.open(held.path, { write: true });
    const copied = await readFile(execute, path, signal, async (bytes) => await writeAll(file, bytes));
    await Deno.chmod(held.path, mode);
    folder.move(part, folder, name);
    return copied;
  } catch (error) {
    folder.unlink(part);
    throw error instanceof KanibakoError ? error : cannot("write", shown, error);
  }
}

async function readFile(
  execute: Execute,
  path: string,
  signal: AbortSignal,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<Copied> {
  const command = execute(["cat", "--", boxPath(path)], { signal, maxOutputBytes: 64 * 1024 });
  let bytes = 0;
  for await (const piece of command.stdout) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) {
      void command.kill("SIGKILL");
      throw new KanibakoError(
        "too-large",
        `${shellQuote(path)} in the box is larger than ${formatBytes(MOST_BYTES)}.`,
      );
    }
    await write(piece);
  }
  const { code, stderr } = await command;
  signal.throwIfAborted();
  if (code !== 0) throw boxFailed("read", path, stderr);
  return { files: 1, bytes, leading: [], special: [] };
}

/** Copies a folder with all it holds. One that is there is replaced with `force`, and is an error without. */
export async function folderToHost(
  execute: Execute,
  { path, mode }: Source,
  { folder, name, shown }: HostPlace,
  { signal, force }: { readonly signal: AbortSignal; readonly force: boolean },
): Promise<Copied> {
  if (!force && folder.info(name)) throw exists(shown);
  const part = partName();
  const script = 'cd -- "$1" && exec tar -cf - .';
  const command = execute(["/bin/sh", "-c", script, "sh", boxPath(path)], {
    signal,
    maxOutputBytes: 64 * 1024,
  });
  const subject = `what the box sends of ${quotePath(path)}`;
  // What is being made comes again where its folder is in the one that is copied.
  const onEntry = (entry: string): void => {
    if (entry.split("/").includes(part)) throw intoItself(path);
  };
  const counts = await unpackStream(command.stdout, { folder, name: part }, { subject, signal, onEntry })
    .catch(async (error: unknown) => {
      void command.kill("SIGKILL");
      // What the program in the box complains of explains an archive that is cut off.
      const { code, stderr } = await command.result().catch(() => ({ code: 0, stderr: new Uint8Array() }));
      signal.throwIfAborted();
      // What was ended here has its reason here: the program was reading what was already being removed.
      const isOurs = error instanceof KanibakoError && error.code === "into-itself";
      throw !isOurs && code !== 0 && code < 128 && stderr.length > 0
        ? boxFailed("read", path, stderr)
        : error;
    });
  try {
    const { code, stderr } = await command;
    signal.throwIfAborted();
    // 1: a file was changed while it was read.
    if (code > 1) throw boxFailed("read", path, stderr);
    using made = folder.open(part)!;
    made.setMode(mode | 0o700);
    await place({ folder, name, shown }, part, force);
  } catch (error) {
    await remove(folder, part);
    throw error;
  }
  const { files, bytes, leading, skipped: special } = counts;
  return { files, bytes, leading, special };
}

/** Gives what was made its name. What had that name is only removed when that is done. */
async function place({ folder, name, shown }: HostPlace, part: string, force: boolean): Promise<void> {
  const old = `${part}.old`;
  const replaces = force && folder.info(name) !== undefined && folder.moveNew(name, folder, old);
  if (!folder.moveNew(part, folder, name)) {
    if (replaces) folder.moveNew(old, folder, name);
    throw exists(shown);
  }
  if (replaces) await remove(folder, old);
}

async function remove(folder: Folder, name: string): Promise<void> {
  using tree = openTree(folder.path);
  await tree.remove(name);
}

function partName(): string {
  return `.kanibako-cp-${crypto.randomUUID().slice(0, 13)}`;
}

/** The error for a folder that contains the place it is copied to. */
export function intoItself(shown: string): KanibakoError {
  return new KanibakoError("into-itself", `Cannot copy ${quotePath(shown)} into itself.`, {
    hint: "Give a target outside of it.",
  });
}

function exists(shown: string): KanibakoError {
  return new KanibakoError("exists", `${quotePath(shown)} is there already.`, {
    hint: "To replace it: --force. Otherwise give another name.",
  });
}
