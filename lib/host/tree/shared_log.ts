/**
 * A text file that boxes write, too: appended to and read from its end by handle, whatever a box has put in its place.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { Errno, libc, Open, Seek } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { quotePath } from "../ui/quote_path.ts";
import type { Folder } from "./folder.ts";
import { failedAt } from "./limits.ts";
import { rawName } from "./raw_name.ts";

// Opening a FIFO, or a file on which a box has a lease, must not wait.
const FLAGS = Open.NOFOLLOW | Open.NONBLOCK;

/** The end of such a file. */
export interface LogEnd {
  /** Bytes that are no UTF-8 are replaced. */
  readonly text: string;
  /** Whether something before it was left out. The text then begins with a whole line. */
  readonly cut: boolean;
}

/**
 * Writes at the end of a file, which is made with `mode` where there is none. Throws `unsafe-tree` where the name is anything but a
 * file.
 */
export function appendTo(folder: Folder, name: string, text: string, mode = 0o600): void {
  const fd = libc().open(folder.fd, rawName(name), Open.WRITE | Open.APPEND | Open.CREATE | FLAGS, mode);
  using _file = checked(folder, name, fd);
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) {
    const count = libc().write(fd, bytes.subarray(done));
    if (count <= 0) throw failedAt("write", shown(folder, name), count);
    done += count;
  }
}

/** At most so many bytes from the end of a file; `undefined` when there is none. `unsafe-tree` as {@link appendTo}. */
export function readEnd(folder: Folder, name: string, maxBytes: number): LogEnd | undefined {
  const fd = libc().open(folder.fd, rawName(name), Open.READ | FLAGS);
  if (fd === -Errno.ENOENT) return undefined;
  using file = checked(folder, name, fd);
  const from = Math.max(0, file.info.size - maxBytes);
  libc().seek(fd, from, Seek.SET);
  const content = new Uint8Array(Math.min(maxBytes, file.info.size));
  let length = 0;
  while (length < content.length) {
    const count = libc().read(fd, content.subarray(length));
    if (count < 0) throw failedAt("read", shown(folder, name), count);
    if (count === 0) break;
    length += count;
  }
  const text = new TextDecoder().decode(content.subarray(0, length));
  return { text: from === 0 ? text : text.slice(text.indexOf("\n") + 1), cut: from > 0 };
}

/** What was opened, when it is a plain file. It is closed with the answer, and where it is something else. */
function checked(folder: Folder, name: string, fd: number): Disposable & { readonly info: FileInfo } {
  const special = fd === -Errno.ELOOP || fd === -Errno.ENXIO || fd === -Errno.EISDIR;
  if (special) throw unsafe(folder, name);
  if (fd < 0) throw failedAt("open", shown(folder, name), fd);
  const info = new FileInfo(libc());
  const result = info.ofHandle(fd);
  if (result === 0 && info.kind === "file") {
    return { info, [Symbol.dispose]: () => void libc().close(fd) };
  }
  libc().close(fd);
  throw result < 0 ? failedAt("look at", shown(folder, name), result) : unsafe(folder, name);
}

function shown(folder: Folder, name: string): string {
  return quotePath(`${folder.shown}/${name}`);
}

function unsafe(folder: Folder, name: string): KanibakoError {
  return new KanibakoError("unsafe-tree", `Cannot use ${shown(folder, name)}: it is not a plain file`, {
    hint: "A box has put it there. Remove it.",
  });
}
