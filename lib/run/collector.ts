/**
 * The service that takes out what a running box leaves: renewed logins, and that a delivery was applied.
 *
 * @module
 */

import { collect } from "./collect.ts";
import type { Service } from "./service.ts";

/** Takes out whenever the box says that there is something. What is left at the end is taken by who finishes the run. */
export const collector: Service = {
  name: "collector",
  first: false,
  open: (run) =>
    Promise.resolve({
      said: () => collect(run),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};
