/**
 * Whether a process of this host lives, as the kernel shows it. Apart from `processes.ts`, as every start of a box with podman asks.
 *
 * @module
 */

/** Whether a process is there and has not ended. One that has ended and that nobody waits for has no life left. */
export function isLive(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** The fields of `/proc/PID/stat` behind what the process calls itself, which may be anything. */
export function statOf(pid: number): string[] | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
