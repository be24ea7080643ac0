/**
 * The files that an agentkernel.toml wants in the box: read by handle from the folder it lies in, and nowhere else.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { Tree } from "../../host/tree/tree.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { RunFile } from "./types.ts";

/** Most files, and bytes of all together. */
const MOST_FILES = 64;
const MOST_BYTES = 1024 * 1024;
const USUAL_MODE = 0o644;
/** Places that decide who somebody is, or are no files. */
const NEVER =
  /^\/(?:proc|sys|dev)(?:\/|$)|^\/etc\/(?:passwd|shadow|sudoers)(?:\/|\.d(?:\/|$)|$)|^\/root\/\.ssh(?:\/|$)/;

/** One of them, as it is written. */
interface WrittenFile {
  readonly source: string;
  readonly dest: string;
  readonly mode?: string;
}

/** Reads them. Throws `config` for what is not there or has no place in a box, and what {@link Tree.readFile} throws. */
export function filesOf(written: readonly WrittenFile[], folder: Tree, path: string): readonly RunFile[] {
  const cannot = (what: string, hint: string) =>
    new KanibakoError("config", `Cannot use files of ${quotePath(path)}: ${what}.`, { hint });
  if (written.length > MOST_FILES) {
    throw cannot(`there are more than ${MOST_FILES}`, "Mount the project, and leave them where they are.");
  }
  let left = MOST_BYTES;
  return written.map(({ source, dest, mode }) => {
    const names = dest.split("/");
    if (!dest.startsWith("/") || names.slice(1).some((name) => ["", ".", ".."].includes(name))) {
      throw cannot(`${shellQuote(dest)} is no place in a box`, "Write an absolute path without . and ..");
    }
    if (NEVER.test(dest)) throw cannot(`nothing is written to ${shellQuote(dest)}`, "Use another path.");
    const content = folder.readFile(source.replace(/^\.\//, ""), left);
    if (!content) {
      throw cannot(`there is no ${shellQuote(source)} beside it`, "Make it, or remove the entry.");
    }
    left -= content.length;
    return { path: dest, content, mode: mode === undefined ? USUAL_MODE : parseInt(mode, 8) };
  });
}
