/**
 * Making a FIFO, asking whether anybody holds its other end, and writing to it. Deno has no call for the first, and a launch
 * cannot wait for `mkfifo` to start; for the others it would have to wait for that end.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { cName, HERE, libc, Open, rareCall } from "./libc/libc.ts";
import { run } from "./process.ts";

/** Makes a FIFO with these permission bits, whatever the umask says. Throws `cannot-write`. */
export async function makeFifo(path: string, mode: number): Promise<void> {
  if (!madeByLibrary(path)) {
    // No library, no permission to use it, or it failed: the program knows why.
    const result = await run(["mkfifo", "-m", "0600", path]);
    if (result.code !== 0) {
      throw new KanibakoError("cannot-write", `Cannot make ${path}: ${result.stderr.trim()}`);
    }
  }
  Deno.chmodSync(path, mode);
}

function madeByLibrary(path: string): boolean {
  try {
    return rareCall("mkfifo", { parameters: ["buffer", "u32"], result: "i32" })?.call(cName(path), 0o600) ===
      0;
  } catch {
    return false;
  }
}

/** How many bytes wait to be read. Source: ioctl_pipe(2const). */
const FIONREAD = 0x541b;

/** Whether some process has this FIFO open for writing, or something written to it waits. False when there is no such FIFO. */
export function isHeldOpen(path: string): boolean {
  const c = libc();
  const fd = c.open(HERE, cName(path), Open.READ | Open.NONBLOCK | Open.CLOEXEC | Open.NOFOLLOW);
  if (fd < 0) return false;
  try {
    const waiting = new Uint8Array(4);
    if (c.ioctl(fd, FIONREAD, waiting) !== 0) return false; // no FIFO, then
    if (waiting.some((byte) => byte !== 0)) return true;
    // Empty: the end of the file means that nobody can write; anybody who can makes it an error to be tried again.
    return c.read(fd, new Uint8Array(1)) !== 0;
  } finally {
    c.close(fd);
  }
}

/**
 * Writes a few bytes to a FIFO if somebody reads it and there is room for all of them. False when not: nobody is waited for.
 * At most 4096 bytes, which are never mixed with what others write.
 */
export function writeAtOnce(path: string, bytes: Uint8Array<ArrayBuffer>): boolean {
  const c = libc();
  const fd = c.open(HERE, cName(path), Open.WRITE | Open.NONBLOCK | Open.NOFOLLOW);
  if (fd < 0) return false;
  try {
    return c.write(fd, bytes) === bytes.length;
  } finally {
    c.close(fd);
  }
}
