/**
 * Unfinished archives of processes that were killed. What is unfinished and not abandoned is locked by who writes it: a
 * process's number alone tells nothing of one in a box, or on another machine that shares the folder.
 *
 * @module
 */

import { cName, libc, Open } from "../host/libc/libc.ts";
import { FileInfo } from "../host/libc/stat.ts";
import type { Folder } from "../host/tree/folder.ts";

const NAME = /^\.kanibako-(\d+)-[0-9a-f]{8}\.tmp(\.list)?$/;

/** A name for an archive that is not finished. */
export function unfinishedName(): string {
  return `.kanibako-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/** Shows that a file is being written until disposed, or until this process ends. `path` leads to the open file. */
export function holdUnfinished(path: string): Disposable {
  const file = Deno.openSync(path, { write: true });
  try {
    file.tryLockSync(true);
  } catch { /* a file system without locks: then nothing is swept there either */ }
  return file;
}

/** Removes what dead processes of this user left in a folder. What cannot be removed stays. */
export function sweepUnfinished(folder: Folder): void {
  // A folder we may write in and not read is none to sweep.
  for (const name of names(folder)) if (isAbandoned(folder, name)) libc().unlink(folder.fd, cName(name));
}

function names(folder: Folder): string[] {
  try {
    return [...Deno.readDirSync(folder.path)].map(({ name }) => name).filter((name) => NAME.test(name));
  } catch {
    return [];
  }
}

function isAbandoned(folder: Folder, name: string): boolean {
  const pid = Number(NAME.exec(name)![1]);
  if (pid === Deno.pid || isAlive(pid)) return false;
  const c = libc();
  // A box may have put a FIFO or a link there.
  const fd = c.open(folder.fd, cName(name), Open.READ | Open.NOFOLLOW | Open.NONBLOCK);
  if (fd < 0) return false;
  try {
    const info = new FileInfo(c);
    if (info.ofHandle(fd) < 0 || info.kind !== "file" || info.uid !== Deno.uid()) return false;
    using file = Deno.openSync(`/proc/self/fd/${fd}`, { read: true });
    return file.tryLockSync(true);
  } catch {
    return false;
  } finally {
    c.close(fd);
  }
}

function isAlive(pid: number): boolean {
  try {
    Deno.statSync(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}
