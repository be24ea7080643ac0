/**
 * A program that prepares a rig with a stand-in engine until it is told to end; run by `prepare_test.ts`.
 *
 * @module
 */

import { openHost } from "../../lib/config/system.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { prepareRig } from "../../lib/rig/prepare.ts";
import { FakeEngine } from "../support/fake_engine.ts";

const progress = {
  step: () => {},
  output: (text: string) => console.log(text),
  done: () => {},
  stop: () => {},
};

try {
  await prepareRig("min", { host: await openHost(), engine: new FakeEngine(), progress });
} catch (error) {
  Deno.exit(error instanceof KanibakoError ? error.exitCode : 99);
}
