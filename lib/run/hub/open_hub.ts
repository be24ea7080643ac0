/**
 * The service that serves a box which may start helpers.
 *
 * @module
 */

import type { ServiceSpec } from "../../spec/box_spec.ts";
import type { Run } from "../run.ts";
import type { OpenService } from "../service.ts";
import { helperLauncher } from "./launcher.ts";

/** Opens it. */
export function openHub(run: Run, _options: ServiceSpec["options"]): Promise<OpenService> {
  helperLauncher(run.host, run.box);
  return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() });
}
