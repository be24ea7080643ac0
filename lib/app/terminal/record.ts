/**
 * Opens the file of a recording: by handle, as it may lie where a box can swap folders for links.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { openFolder } from "../../host/tree/folder.ts";
import { HeldFile } from "../../host/tree/held_file.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { Recorder } from "../../terminal/recording.ts";

/** A recording under way. */
export interface OpenRecording extends Disposable {
  /** Where it is written. */
  readonly file: string;
  readonly recorder: Recorder;
}

/** Begins a recording in a new file that only its owner can read. Throws `exists`, `cannot-write` or `unsafe-link`. */
export async function openRecording(
  host: Host,
  word: string,
  cwd: string,
  terminal: { readonly columns: number; readonly rows: number; readonly type: string },
): Promise<OpenRecording> {
  const file = await assertNoBoxLink(host, word, cwd);
  refuseExisting(file);
  const cut = file.lastIndexOf("/");
  using root = openFolder("/");
  using inner = cut > 0 ? root.openPath(file.slice(1, cut)) : undefined;
  if (cut > 0 && !inner) {
    throw new KanibakoError("cannot-write", `Cannot record to ${shellQuote(file)}: there is no such folder.`);
  }
  using held = HeldFile.make(inner ?? root, file.slice(cut + 1));
  const out = Deno.openSync(held.path, { write: true });
  const { columns, rows, type } = terminal;
  return {
    file,
    recorder: new Recorder(out, { columns, rows, startedAt: Date.now() / 1000, term: type }),
    [Symbol.dispose]: () => out.close(),
  };
}

function refuseExisting(file: string): void {
  try {
    Deno.lstatSync(file);
  } catch {
    return;
  }
  throw new KanibakoError("exists", `Cannot record to ${shellQuote(file)}: the file exists.`, {
    hint: "Use another name, or remove the file.",
  });
}
