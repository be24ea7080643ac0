/**
 * A program that prepares a rig with a stand-in store until it is asked to end; run by `prepare_test.ts`.
 *
 * @module
 */

import { openHost } from "../../lib/config/system.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { prepareRig } from "../../lib/rig/prepare.ts";
import { FakeImages } from "../support/fake_images.ts";

const progress = {
  step: () => {},
  output: (text: string) => console.log(text),
  done: () => {},
  stop: () => {},
};

try {
  await prepareRig("min", { host: await openHost(), store: new FakeImages(), progress });
} catch (error) {
  Deno.exit(error instanceof KanibakoError ? error.exitCode : 99);
}
