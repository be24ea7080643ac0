/**
 * What went over the interfaces of a network namespace, as the kernel says it there.
 *
 * @module
 */

/** What the interfaces of `/proc/PID/net/dev` have received and sent, without the loopback. */
export function networkBytes(dev: string): { receivedBytes: number; sentBytes: number } | undefined {
  let receivedBytes = 0;
  let sentBytes = 0;
  let any = false;
  for (const line of dev.split("\n")) {
    const [, name, rest] = /^\s*([^\s:]{1,64}):(.*)$/s.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    any = true;
    if (name === "lo") continue;
    const fields = rest.trim().split(/\s+/).map(Number);
    receivedBytes += count(fields[0]);
    sentBytes += count(fields[8]);
  }
  return any ? { receivedBytes, sentBytes } : undefined;
}

function count(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : 0;
}
