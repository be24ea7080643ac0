/**
 * Copies into a box: what is on this machine is read by handle, links are copied as links, and programs in the box write it.
 *
 * @module
 */

import { OutStream } from "../../archive/out_stream.ts";
import { limitsFrom } from "../../archive/limits.ts";
import { TarWriter } from "../../archive/tar_writer.ts";
import { KanibakoError } from "../../host/error.ts";
import { cannot } from "../../host/store.ts";
import { openTree } from "../../host/tree/tree.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { BoxFiles } from "../box_files.ts";
import { boxFailed, boxPath, type Execute } from "./box_side.ts";
import { type Copied, intoItself } from "./copy_out.ts";
import type { HostPlace } from "./host_side.ts";

/** A large file may take its time: some weeks. */
const PATIENCE_MS = 2_000_000_000;
/** What the script says of a target that is there. */
const TAKEN = 9;

/** Where something goes in a box. */
export interface BoxTarget {
  readonly path: string;
  /** Its name where the path is a folder; nothing for a stream, which has none. */
  readonly name: string | undefined;
}

/** Copies what comes from standard input into a file of a box. */
export async function inputToBox(
  execute: Execute,
  target: BoxTarget,
  signal: AbortSignal,
): Promise<Copied> {
  return await fileInto(execute, target, Deno.stdin.readable, undefined, signal);
}

/** Copies a file of this machine. A file that is there is replaced. */
export async function fileToBox(
  execute: Execute,
  { folder, name, shown }: HostPlace,
  target: BoxTarget,
  signal: AbortSignal,
): Promise<Copied> {
  using tree = openTree(folder.path);
  const about = tree.stat(name);
  using lent = about?.kind === "file" ? tree.lend(name) : undefined;
  if (!about || !lent) throw cannot("read", shown, new Deno.errors.NotFound());
  // Its stream closes it.
  const file = await Deno.open(lent.path).catch((cause: unknown) => {
    throw cannot("read", shown, cause);
  });
  return await fileInto(execute, target, file.readable, about.mode & 0o777, signal);
}

async function fileInto(
  execute: Execute,
  target: BoxTarget,
  content: ReadableStream<Uint8Array>,
  mode: number | undefined,
  signal: AbortSignal,
): Promise<Copied> {
  let bytes = 0;
  const counted = content.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        bytes += piece.length;
        controller.enqueue(piece);
      },
    }),
  );
  const path = await fileTarget(execute, target);
  const options = { timeoutMs: PATIENCE_MS, signal, ...(mode === undefined ? {} : { mode }) };
  await new BoxFiles(execute).write(path, counted, options);
  return { files: 1, bytes, leading: [], special: [] };
}

/** The file itself: within the folder that is there. */
async function fileTarget(execute: Execute, { path, name }: BoxTarget): Promise<string> {
  const script = '[ ! -d "$1" ] || exit 0; [ -d "${1%/*}/" ] && exit 1; exit 2';
  const { code } = await execute(["/bin/sh", "-c", script, "sh", boxPath(path)]);
  if (code === 1 && !path.endsWith("/")) return path;
  if (code !== 0) throw boxFailed("write", path, new TextEncoder().encode("there is no such folder"));
  if (name === undefined) throw boxFailed("write", path, new TextEncoder().encode("it is a folder"));
  return `${path.replace(/\/+$/, "")}/${name}`;
}

/** Copies a folder with all it holds. One that is there is replaced with `force`, and is an error without. */
export async function folderToBox(
  execute: Execute,
  { folder, name, shown }: HostPlace,
  target: BoxTarget,
  { signal, force }: { readonly signal: AbortSignal; readonly force: boolean },
): Promise<Copied> {
  // A box may put a link in its place: what was opened is what is read.
  using root = folder.open(name);
  if (!root) throw cannot("read", shown, new Deno.errors.NotFound());
  // An archive that ends early can look whole: this file comes last. What is being made has the same name, by which it is known here.
  const end = `.kanibako-${crypto.randomUUID()}`;
  // What is mounted in a folder is somebody else's: to remove the folder would empty it.
  const script = `case $1 in */) [ -d "$1" ] || { echo "there is no such folder" >&2; exit 1; } ;; esac
to=\${1%/}; [ ! -d "$1" ] || to=\${1%/}/$2
if [ -e "$to" ] || [ -L "$to" ]; then [ -n "$4" ] || exit ${TAKEN}; fi
if [ -n "$4" ] && [ -d "$to" ] && [ ! -L "$to" ]; then
  whole=$(cd -- "$to" && pwd -P) || exit
  while read -r _ _ _ _ at _; do
    case $at in *\\\\*) at=$(printf %b "$at") ;; esac
    case $at/ in "$whole"/*) echo "something is mounted at $at, so the folder cannot be replaced" >&2; exit 1 ;; esac
  done </proc/self/mountinfo
fi
part=\${to%/*}/$3
old=$part.old
mkdir -- "$part" || exit
trap 'rm -rf -- "$part"; [ -e "$to" ] || [ ! -e "$old" ] || mv -- "$old" "$to"' EXIT
trap 'exit 1' HUP INT TERM
umask 0
tar -xof - -C "$part" || exit
[ -f "$part/$3" ] && rm -f -- "$part/$3" || { echo "the content ended early" >&2; exit 1; }
chmod "$5" "$part" || exit
if [ -n "$4" ] && { [ -e "$to" ] || [ -L "$to" ]; }; then mv -- "$to" "$old" || exit; fi
mv -- "$part" "$to" || exit
rm -rf -- "$old"`;
  const packed = pack(root.path, shown, end, signal);
  const mode = (root.self().mode & 0o777 | 0o700).toString(8);
  const words = ["sh", boxPath(target.path), target.name ?? name, end, force ? "force" : "", mode];
  const command = execute(["/bin/sh", "-c", script, ...words], {
    stdin: packed.stream,
    signal,
    maxOutputBytes: 64 * 1024,
  });
  const result = await command.result().catch(async (error: unknown) => {
    // What could not be read here is the reason that the box got no more.
    throw await packed.failure ?? error;
  });
  signal.throwIfAborted();
  if (result.code === TAKEN) {
    throw new KanibakoError("exists", `The box has ${quotePath(target.path)} already.`, {
      hint: "To replace it: --force. Otherwise give another name.",
    });
  }
  if (result.code !== 0) throw await packed.failure ?? boxFailed("write", target.path, result.stderr);
  return packed.copied();
}

/** A folder as an archive that is written while it is read. */
function pack(root: string, shown: string, end: string, signal: AbortSignal): {
  readonly stream: ReadableStream<Uint8Array>;
  /** What kept it from being read; nothing while nobody reads. */
  readonly failure: Promise<unknown>;
  copied(): Copied;
} {
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  const writer = pipe.writable.getWriter();
  const out = new OutStream(async (bytes) => await writer.write(bytes.slice()), signal);
  const tar = new TarWriter(out, undefined, `the copy of ${quotePath(shown)}`, limitsFrom());
  let stopped = false;
  writer.closed.catch(() => stopped = true);
  const failure = (async () => {
    try {
      const exclude = (path: string): boolean => {
        if (path.slice(path.lastIndexOf("/") + 1) === end) throw intoItself(shown);
        return false;
      };
      await tar.addTree(root, "", { plain: true, exclude });
      await tar.addText(end, "");
      await tar.finish();
      await writer.close();
      return undefined;
    } catch (error) {
      // Who reads it has gone: why is that one's to say.
      if (stopped) return undefined;
      await writer.abort(error).catch(() => {});
      return error;
    }
  })();
  return {
    stream: pipe.readable,
    failure,
    copied: () => {
      const { files, bytes, skipped } = tar.counts;
      return { files: files - 1, bytes, leading: [], special: skipped.map(({ path }) => path) };
    },
  };
}
