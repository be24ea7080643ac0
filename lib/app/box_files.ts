/**
 * Files in a box, reached by commands in it: what is read and written is what the agent's user may read and write there, on whatever
 * the box runs.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { BoxCommand, ExecOptions, ExecResult } from "./box_command.ts";

/** An entry of a folder in a box. */
export interface BoxFile {
  /** Its name in its folder. */
  readonly name: string;
  /** What it is; a link is not followed. */
  readonly kind: "file" | "folder" | "link" | "other";
  /** Its size, in bytes. */
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
}

/** How long a box is waited for, and what ends that. */
export interface FileOptions {
  /** The longest it may take, in milliseconds. A box can make a file that nobody comes to the end of. Default: 5 minutes. */
  readonly timeoutMs?: number;
  /** Ends it when it fires, and is the reason it rejects with. */
  readonly signal?: AbortSignal;
}

type Execute = (argv: readonly [string, ...string[]], options?: ExecOptions) => BoxCommand;

const DEFAULT_READ_BYTES = 64 * 1024 * 1024;
const LIST_BYTES = 32 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 5 * 60_000;
const KINDS: Readonly<Record<string, BoxFile["kind"]>> = { f: "file", d: "folder", l: "link" };

/** Reads, writes and lists files in a box. Errors are `box-file`, with what the box said. */
export class BoxFiles {
  readonly #execute: Execute;

  /** Use `Box.files`. */
  constructor(execute: Execute) {
    this.#execute = execute;
  }

  /** The content of a file. Throws `too-large` beyond `maxBytes` (default: 64 MiB). */
  async read(
    path: string,
    options: FileOptions & { readonly maxBytes?: number } = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const maxBytes = options.maxBytes ?? DEFAULT_READ_BYTES;
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) {
      throw new KanibakoError("bad-value", `Cannot read at most ${maxBytes} bytes.`, {
        hint: "Give a whole number.",
      });
    }
    // One byte more, so that a larger file is distinguished from one that fits; a FIFO or device is not waited for.
    const script =
      '[ -f "$1" ] || { stat -L -- "$1" >/dev/null && echo "it is not a regular file" >&2; exit 1; }; exec head -c "$2" -- "$1"';
    const result = await this.#sh("read", script, [path, String(maxBytes + 1)], options, {
      maxOutputBytes: 2 * maxBytes + 4,
    });
    if (result.stdout.length > maxBytes) {
      throw new KanibakoError(
        "too-large",
        `${shellQuote(path)} in the box is larger than ${maxBytes} bytes.`,
      );
    }
    return result.stdout;
  }

  /** The content of a file as text. */
  async readText(
    path: string,
    options: FileOptions & { readonly maxBytes?: number } = {},
  ): Promise<string> {
    return new TextDecoder().decode(await this.read(path, options));
  }

  /**
   * Writes a file, whole or not at all: beside its place first, then renamed, so a link there is replaced and not followed. Makes the
   * folders above it. `mode`: its permission bits; default: those a new file gets. Rejects with the error of a stream that fails.
   */
  async write(
    path: string,
    content: string | Uint8Array | ReadableStream<Uint8Array>,
    options: FileOptions & { readonly mode?: number } = {},
  ): Promise<void> {
    // Input also ends where this process does. Only what ends with this word is the whole content.
    const end = crypto.randomUUID();
    const script = `case $1 in */*) mkdir -p -- "\${1%/*}/" || exit ;; esac
[ ! -d "$1" ] || { echo "it is a folder" >&2; exit 1; }
part=$1.part.$$
trap 'rm -f -- "$part"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$part" && size=$(wc -c <"$part") || exit
[ "$(tail -c ${end.length} -- "$part" | tr -d '\\0')" = "$3" ] || { echo "the content ended early" >&2; exit 1; }
truncate -s $((size - ${end.length})) -- "$part" || exit
[ -z "$2" ] || chmod "$2" "$part" || exit
mv -fT -- "$part" "$1"`;
    const mode = options.mode === undefined ? "" : (options.mode & 0o7777).toString(8);
    await this.#sh("write", script, [path, mode, end], options, { stdin: endingWith(content, end) });
  }

  /** What is in a folder, by name. Names that are not UTF-8, and what can be no name, are left out. */
  async list(path = ".", options: FileOptions = {}): Promise<readonly BoxFile[]> {
    const script = 'exec find "$1/" -mindepth 1 -maxdepth 1 -printf "%y %s %T@ %m %f\\\\0"';
    const words = [path.startsWith("/") ? path : `./${path}`];
    const result = await this.#sh("list", script, words, options, { maxOutputBytes: LIST_BYTES });
    if (result.truncated) {
      throw new KanibakoError("too-large", `${shellQuote(path)} in the box has too many files to list.`);
    }
    return split(result.stdout).flatMap(entry).sort((a, b) => a.name < b.name ? -1 : 1);
  }

  async #sh(
    action: string,
    script: string,
    words: readonly string[],
    { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: FileOptions,
    options: ExecOptions,
  ): Promise<ExecResult> {
    // A path must not be taken for an option, and relative ones are relative to the workspace.
    const [path = "", ...rest] = words;
    const safe = path.startsWith("/") || path.startsWith("./") ? path : `./${path}`;
    const call: readonly [string, ...string[]] = ["/bin/sh", "-c", script, "sh", safe, ...rest];
    signal?.throwIfAborted();
    const ending = signal === undefined ? {} : { signal };
    const result = await this.#execute(call, { ...options, ...ending, timeoutMs }).result();
    signal?.throwIfAborted();
    if (result.timedOut) throw failed(action, path, `it took longer than ${timeoutMs} ms`);
    if (result.code !== 0) throw failed(action, path, new TextDecoder().decode(result.stderr));
    return result;
  }
}

/** The content, and after all of it one more word. */
function endingWith(
  content: string | Uint8Array | ReadableStream<Uint8Array>,
  word: string,
): ReadableStream<Uint8Array> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const whole = content instanceof ReadableStream ? content : new ReadableStream<Uint8Array>({
    start(controller) {
      const bytes = typeof content === "string" ? encode(content) : content;
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
  return whole.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ flush: (controller) => controller.enqueue(encode(word)) }),
  );
}

function split(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const at = bytes.indexOf(0, from);
    const to = at === -1 ? bytes.length : at;
    parts.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return parts;
}

function entry(bytes: Uint8Array): BoxFile[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return [];
  }
  // These are the words of a program of the box.
  const match = text.match(/^(\S) (\d{1,16}) (-?\d{1,12}(?:\.\d{0,12})?) ([0-7]{1,5}) ([^/]+)$/);
  if (!match) return [];
  const [, kind = "", size, modified, mode = "0", name = ""] = match;
  if (name === "." || name === "..") return [];
  return [{
    name,
    kind: KINDS[kind] ?? "other",
    sizeBytes: Number(size),
    modifiedMs: Math.round(Number(modified) * 1000),
    mode: parseInt(mode, 8),
  }];
}

function failed(action: string, path: string, said: string): KanibakoError {
  const output = said.trim();
  const last = output.split("\n").at(-1) ?? "";
  return new KanibakoError(
    "box-file",
    `Cannot ${action} ${shellQuote(path)} in the box${last ? `: ${last}` : "."}`,
    { output },
  );
}
