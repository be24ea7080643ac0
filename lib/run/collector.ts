/**
 * The service that takes out what a running box leaves: renewed logins, and that a delivery was applied.
 *
 * @module
 */

import type { Run } from "./run.ts";
import type { OpenService } from "./service.ts";

/** Takes out whenever the box says that there is something. What is left at the end is taken by who finishes the run. */
export function openCollector(run: Run): OpenService {
  // A box says nothing before it has begun: what takes it out is not loaded while it is being started.
  return {
    said: async () => await (await import("./collect.ts")).collect(run),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
