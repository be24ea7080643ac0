/**
 * Replaces the program's file: the new one is made whole beside it, checked and tried, and takes its place by one rename. The old one
 * is kept beside it, for `--rollback`. At every moment there is a program under the name.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { run } from "../../../host/process.ts";
import { cannot } from "../../../host/store.ts";
import { quotePath } from "../../../host/ui/quote_path.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { writeAll } from "../../../host/write_all.ts";
import { fetchPieces } from "./fetch.ts";
import type { ReleaseFile } from "./release.ts";

/** A new program unpacks itself when it is first started. */
const TRIAL_MS = 120_000;

/** Where the program that was replaced is kept. */
function previousOf(program: string): string {
  const { folder, name } = parts(program);
  return `${folder}/.${name}.previous`;
}

/** Whether this user can replace the program. Throws `not-ours` with who can. */
export function checkReplaceable(program: string): void {
  const info = Deno.statSync(program);
  if (info.uid !== Deno.uid()) {
    throw new KanibakoError("not-ours", `Cannot replace ${quotePath(program)}: it belongs to another user.`, {
      hint: Deno.uid() === 0
        ? "Run the same command as that user."
        : `Run it as that user, such as: sudo ${shellQuote(program)} system upgrade`,
    });
  }
  const trial = temporary(program);
  try {
    Deno.openSync(trial, { write: true, createNew: true, mode: 0o600 }).close();
    Deno.removeSync(trial);
  } catch (cause) {
    throw cannot("replace", program, cause);
  }
}

/** What is replaced, by what. */
export interface Replacement {
  /** The program's file, no link. */
  readonly program: string;
  /** The address of the new one. */
  readonly url: string;
  readonly file: ReleaseFile;
  readonly version: string;
  /** Called with the bytes that have come. */
  readonly onBytes?: (bytes: number) => void;
}

/** Replaces it. Throws `cannot-fetch`, `bad-checksum`, `does-not-run`; nothing was changed then. */
export async function replaceProgram(replacement: Replacement): Promise<void> {
  const { program, version } = replacement;
  const made = temporary(program);
  try {
    await download(replacement, made);
    const runs = await versionOf(made);
    if (runs !== version) {
      throw new KanibakoError(
        "does-not-run",
        `Cannot use version ${version}: it does not run on this machine.`,
        {
          hint: "Nothing was changed.",
          output: runs,
        },
      );
    }
    await keepPrevious(program);
    await Deno.rename(made, program);
  } finally {
    await Deno.remove(made).catch(() => {});
  }
}

/** Puts the program back that was replaced last, and keeps the present one in its stead. Answers its version. Throws `no-previous`. */
export async function putBack(program: string): Promise<string> {
  const previous = previousOf(program);
  const info = await Deno.lstat(previous).catch(() => undefined);
  if (!info?.isFile) {
    throw new KanibakoError("no-previous", "Cannot roll back: no earlier program is kept beside this one.", {
      hint: "One is kept by each upgrade.",
    });
  }
  if (info.uid !== Deno.uid()) {
    throw new KanibakoError("not-ours", `Cannot use ${quotePath(previous)}: it belongs to another user.`);
  }
  const version = await versionOf(previous);
  if (!/^\d/.test(version)) {
    throw new KanibakoError("does-not-run", `Cannot use ${quotePath(previous)}: it does not run.`, {
      output: version,
    });
  }
  const present = temporary(program);
  try {
    await Deno.link(program, present);
    await Deno.rename(previous, program);
    await Deno.rename(present, previous);
  } catch (cause) {
    throw cannot("replace", program, cause);
  } finally {
    await Deno.remove(present).catch(() => {});
  }
  return version;
}

async function download({ url, file, program, onBytes }: Replacement, made: string): Promise<void> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  const { mode } = await Deno.stat(program);
  using to = await Deno.open(made, { write: true, createNew: true, mode: 0o600 });
  let bytes = 0;
  await fetchPieces(url, file.bytes, (piece) => {
    hash.update(piece);
    try {
      writeAll(to, piece);
    } catch (cause) {
      throw cannot("write", made, cause);
    }
    onBytes?.(bytes += piece.length);
  });
  if (bytes !== file.bytes || hash.digest("hex") !== file.sha256) {
    throw new KanibakoError("bad-checksum", `Cannot trust ${url}: it is not the file that was signed.`, {
      hint: "Nothing was changed. Try again later; if it stays, report it to whoever publishes the release.",
    });
  }
  await to.sync();
  await Deno.chmod(made, (mode ?? 0o755) & 0o777 | 0o500);
}

/** A link, so that the program's own name is never without a file. */
async function keepPrevious(program: string): Promise<void> {
  const kept = `${temporary(program)}.old`;
  try {
    await Deno.link(program, kept);
    await Deno.rename(kept, previousOf(program));
  } catch (cause) {
    await Deno.remove(kept).catch(() => {});
    throw cannot("keep", program, cause);
  }
}

/** Its version, or what it said in place of it. */
async function versionOf(program: string): Promise<string> {
  const { code, stdout, stderr } = await run([program, "--version"], { timeoutMs: TRIAL_MS });
  const version = stdout.match(/^kanibako (\S+)\n?$/)?.[1];
  return code === 0 && version !== undefined
    ? version
    : `${stdout}${stderr}`.slice(0, 2000) || `exit code ${code}`;
}

/** Removes what calls left that were killed. Under the lock, nobody else's is there. */
export async function removeLeftovers(program: string): Promise<void> {
  const { folder, name } = parts(program);
  for await (const entry of Deno.readDir(folder)) {
    if (!entry.isFile || !entry.name.startsWith(`.${name}.new-`)) continue;
    await Deno.remove(`${folder}/${entry.name}`).catch(() => {});
  }
}

function temporary(program: string): string {
  const { folder, name } = parts(program);
  return `${folder}/.${name}.new-${Deno.pid}`;
}

function parts(program: string): { readonly folder: string; readonly name: string } {
  const at = program.lastIndexOf("/");
  return { folder: program.slice(0, at), name: program.slice(at + 1) };
}
