/**
 * What is begun next.
 *
 * @module
 */

import type { Job } from "./jobs.ts";

/** The next of those that wait, by what runs and how much room there is; `undefined` when nothing may begin now. */
export function choose(waiting: readonly Job[], running: readonly Job[], room: number): Job | undefined {
  if (running.some(({ alone }) => alone)) return undefined;
  const taken = running.reduce((sum, { size }) => sum + size, 0);
  const fits = ({ size }: Job) => running.length === 0 || taken + size <= room;
  const preparing = [...waiting, ...running].filter(({ prepares }) => prepares);
  const may = waiting.filter((job) => {
    // One at a time: they get the same things from the same places.
    if (job.prepares) return fits(job) && !running.some(({ prepares }) => prepares);
    return !job.alone && fits(job) && !preparing.some(({ phase }) => phase === job.phase);
  });
  if (may.length === 0) return running.length === 0 ? waiting.find(({ alone }) => alone) : undefined;
  // What others wait for; then the phase that has most to do for each of its jobs that run: so all phases end together.
  const left = (job: Job) => waiting.filter(({ phase }) => phase === job.phase).length;
  const beside = (job: Job) => running.filter(({ phase }) => phase === job.phase).length;
  const weight = (job: Job) => job.size > 1 || job.prepares ? Infinity : left(job) / (1 + beside(job));
  return may.reduce((best, job) => weight(job) > weight(best) ? job : best);
}
