/**
 * Whether files of the configuration have changed since they were read, without reading them again.
 *
 * @module
 */

/** What is noted of files, by their paths: text that changes with them; empty for one that is not there. */
export type Stamps = Readonly<Record<string, string>>;

/** Notes what files are like now. */
export function stampsOf(files: Iterable<string>): Stamps {
  return Object.fromEntries([...new Set(files)].map((path) => [path, stampOf(path)]));
}

/** Whether all of them are as they were noted. */
export function areAsNoted(stamps: Stamps): boolean {
  return Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp);
}

function stampOf(path: string): string {
  try {
    const { mtime, ctime, size, ino } = Deno.lstatSync(path);
    return [mtime?.getTime(), ctime?.getTime(), size, ino].join("-");
  } catch {
    return "";
  }
}
