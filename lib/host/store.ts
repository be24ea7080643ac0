/**
 * Our own state files: read through a schema, written whole or not at all, locked where two processes may meet.
 *
 * Only for files that no box can write; those are reached through `tree/tree.ts`.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { quotePath } from "./ui/quote_path.ts";
import { after, pause } from "./timer.ts";
import { parse, stringify, TomlError } from "./toml.ts";
import { writeAll } from "./write_all.ts";

/** The part of a schema of `zod/mini` this file needs. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly SchemaIssue[] } };
}

/** One thing wrong with a value. */
export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What is wrong with a value, and where, in one line: `box.name: expected text`. Without the value nothing is said to be missing. */
export function problemOf(issues: readonly SchemaIssue[], value?: unknown): string {
  const [issue] = issues;
  if (!issue) return "unexpected content";
  const keys = wordsOf(issue, "keys");
  const where = [...issue.path.map(String), ...keys.slice(0, 1)].join(".");
  if (where === "") return messageOf(issue);
  const missing = value !== undefined && keys.length === 0 && isMissing(value, issue.path);
  return missing ? `${where} is missing` : `${where}: ${messageOf(issue)}`;
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return true;
    at = (at as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return false;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a table",
  record: "a table",
  array: "a list",
};

/** `zod/mini` has no words of its own, to be small. A schema's own words stay. */
function messageOf(issue: SchemaIssue): string {
  if (issue.message !== "Invalid input") return issue.message;
  const { code, expected, issues } = issue as {
    readonly code?: string;
    readonly expected?: string;
    readonly issues?: readonly SchemaIssue[];
  };
  if (code === "unrecognized_keys") return "unknown key";
  if (code === "invalid_type" && expected !== undefined) return `expected ${TYPES[expected] ?? expected}`;
  if (code === "invalid_value") return `expected ${wordsOf(issue, "values").join(" or ")}`;
  if (code === "invalid_key" && issues?.[0]) return messageOf(issues[0]);
  return "unexpected content";
}

function wordsOf(issue: SchemaIssue, key: string): readonly string[] {
  const words = (issue as unknown as Readonly<Record<string, unknown>>)[key];
  return Array.isArray(words) ? words.map(String) : [];
}

/**
 * The text of a file, or `undefined` when there is none. Any other failure is an error that names the file: also a link to nothing, since
 * somebody meant something by it, and what is no file, from which reading might never end.
 */
export function readText(path: string): Promise<string | undefined> {
  return Promise.try(readTextNow, path);
}

// These files are small, and a short command reads a dozen: handing each to another thread takes longer than to read it.
function readTextNow(path: string): string | undefined {
  try {
    const what = Deno.statSync(path);
    if (!what.isFile) return textOfOther(path, what);
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof KanibakoError) throw cause;
    if (!(cause instanceof Deno.errors.NotFound)) throw cannot("read", path, cause);
  }
  const target = linkAt(path);
  if (target === undefined) return undefined;
  throw new KanibakoError(
    "cannot-read",
    `Cannot read ${quotePath(path)}: it is a link to nothing (${quotePath(target)}).`,
    {
      hint: "Put the file back, or remove the link.",
    },
  );
}

function linkAt(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined; // nothing is there, or has only just come
  }
}

/** `/dev/null` is an empty file to everybody. */
function textOfOther(path: string, { isDirectory, isFifo, isSocket }: Deno.FileInfo): string {
  if (Deno.realPathSync(path) === "/dev/null") return "";
  const what = isDirectory ? "a folder" : isFifo ? "a FIFO" : isSocket ? "a socket" : "a device";
  throw new KanibakoError("cannot-read", `Cannot read ${quotePath(path)}: it is ${what}, not a file.`, {
    hint: "Put a file in its place, or move it aside.",
  });
}

/** Whether something is there, be it a link to nothing. Unlike `exists` of `path.ts`, throws `cannot-read` where that cannot be known. */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return false;
    throw cannot("read", path, cause);
  }
}

/** Reads a TOML file through a schema. `undefined` when there is no file; a bad file is an error with its line. */
export async function readToml<T>(path: string, schema: Schema<T>): Promise<T | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : parseToml(text, path, schema);
}

/** Parses TOML text through a schema; errors name `path`, the line and what is expected. */
export function parseToml<T>(text: string, path: string, schema: Schema<T>): Promise<T> {
  return Promise.try(parseTomlNow<T>, text, path, schema);
}

function parseTomlNow<T>(text: string, path: string, schema: Schema<T>): T {
  try {
    return check(parse(text), path, schema);
  } catch (cause) {
    // What a box or a clone wrote may be nested deeper than a stack goes.
    if (cause instanceof RangeError) throw cannot("read", path, new Error("it is nested too deeply"));
    if (!(cause instanceof TomlError)) throw cause;
    const what = cause.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "");
    throw new KanibakoError("bad-file", `Cannot read ${quotePath(path)}: line ${cause.line}: ${what}`, {
      hint: `Fix line ${cause.line} of the file; nothing was changed.`,
      cause,
    });
  }
}

/** Reads a JSON file through a schema. `undefined` when there is no file. */
export async function readJson<T>(path: string, schema: Schema<T>): Promise<T | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw cannot("read", path, cause);
  }
  return check(value, path, schema);
}

function check<T>(value: unknown, path: string, schema: Schema<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new KanibakoError(
    "bad-file",
    `Cannot read ${quotePath(path)}: ${problemOf(result.error.issues, value)}`,
    { hint: "Fix the file or move it aside; nothing was changed." },
  );
}

/**
 * Writes a file whole: to a temporary file beside it, flushed, then renamed over it. Parents are created. `mode`: its
 * permission bits, whatever the umask says.
 */
export async function writeText(
  path: string,
  text: string,
  mode = 0o600,
  { durable = true }: WriteOptions = {},
): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const temporary = `${path}.${Deno.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = Deno.openSync(temporary, { write: true, createNew: true, mode });
    try {
      const bytes = new TextEncoder().encode(text);
      writeAll(file, bytes);
      if (durable) await file.syncData();
    } finally {
      file.close();
    }
    // A mode given to open passes through the umask.
    if ((mode & 0o077) !== 0) Deno.chmodSync(temporary, mode);
    Deno.renameSync(temporary, path);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw cannot("write", path, cause);
  }
}

/** Writes a value as TOML, whole. For files the user never edits; the others go through `config/edit.ts`. */
export async function writeToml(path: string, value: Record<string, unknown>, mode = 0o600): Promise<void> {
  await writeText(path, stringify(value), mode);
}

/** Writes a value as JSON, whole. */
export async function writeJson(
  path: string,
  value: unknown,
  mode = 0o600,
  options: WriteOptions = {},
): Promise<void> {
  await writeText(path, JSON.stringify(value, null, 2) + "\n", mode, options);
}

/** How a file is written. */
export interface WriteOptions {
  /** Whether it must survive a power cut. What means nothing after one, such as the record of a run, need not wait for the disk. */
  readonly durable?: boolean;
}

/** How a lock is waited for. */
export interface LockOptions {
  /** Beside others that share it, and none that does not. */
  readonly shared?: boolean;
  /** Called once when it takes longer than a moment, so that nobody wonders. */
  readonly onWait?: () => void;
}

/** Nobody minds a wait up to here. */
const LONG_WAIT_MS = 1000;

/** How often a lock is tried that somebody shares: about half a second. */
const MAX_TRIES = 200;

/** A lock on a file, exclusive by default, held until disposed or until this process ends, however it ends. */
export class FileLock implements Disposable {
  #file: Deno.FsFile | undefined;
  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Waits for the lock. The file is created, never truncated, and stays. */
  static async acquire(path: string, { shared = false, onWait }: LockOptions = {}): Promise<FileLock> {
    const file = openLock(path);
    if (!onWait || !await file.tryLock(!shared)) {
      await file.lock(!shared).finally(onWait && after(LONG_WAIT_MS, onWait));
    }
    return new FileLock(file);
  }

  /** Takes the lock if nobody has it. Somebody who only asks whether it is taken does not count. */
  static async tryAcquire(path: string): Promise<FileLock | undefined> {
    const file = openLock(path);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (file.tryLockSync(true)) return new FileLock(file);
      // Who asks shares the lock for less than a millisecond; whoever has it shares it with nobody.
      if (!file.tryLockSync(false)) break;
      file.unlockSync();
      await pause(4 * Math.random());
    }
    file.close();
    return undefined;
  }

  /** Whether somebody has the lock alone now. Creates nothing, and keeps nobody from taking it. */
  static isHeld(path: string): Promise<boolean> {
    return Promise.try(() => {
      let file: Deno.FsFile;
      try {
        file = Deno.openSync(path, { read: true });
      } catch (cause) {
        if (cause instanceof Deno.errors.NotFound) return false;
        throw cannot("open", path, cause);
      }
      try {
        const free = file.tryLockSync(false);
        if (free) file.unlockSync();
        return !free;
      } finally {
        file.close();
      }
    });
  }

  /** Lets go, in so many words: a child being started at this moment still has the handle, and closing ours is not enough. */
  [Symbol.dispose](): void {
    this.#file?.unlockSync();
    this.#file?.close();
    this.#file = undefined;
  }
}

function openLock(path: string): Deno.FsFile {
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true, mode: 0o700 });
    return Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw cannot("lock", path, cause);
  }
}

/** What the system says, without what we name ourselves. */
function reasonOf({ message }: Error): string {
  return message.replace(/: \w+ '\/proc\/self\/fd\/.*$/, "")
    .replace(/^No space left on device \(os error 28\).*$/, "no space left");
}

/** An error about a file, with the action and its reason. */
export function cannot(action: string, path: string, cause: unknown): KanibakoError {
  const reason = cause instanceof Deno.errors.PermissionDenied
    ? "permission denied"
    : cause instanceof Deno.errors.NotFound
    ? "the file does not exist"
    : cause instanceof Error
    ? reasonOf(cause)
    : String(cause);
  return new KanibakoError(`cannot-${action}`, `Cannot ${action} ${quotePath(path)}: ${reason}`, { cause });
}
