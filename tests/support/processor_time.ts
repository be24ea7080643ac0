/**
 * How long the processor works at something. What a text costs is tested by this: the time of the clock depends on what else
 * the machine does.
 *
 * @module
 */

/** Milliseconds that this thread works at what is done at once, without waiting, to some 10 of them. */
export function processorMs(work: () => void): number {
  const before = threadTicks();
  work();
  return (threadTicks() - before) * 10;
}

/** What this thread used of the processor in its own and the kernel's code, in hundredths of a second. */
function threadTicks(): number {
  const stat = Deno.readTextFileSync("/proc/thread-self/stat");
  // The name before it may contain anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
