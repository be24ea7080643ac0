/**
 * `deno compile`, which needs Deno's runtime for compiled programs: given, cached, or fetched.
 *
 * @module
 */

import { fetchEnvironment, V8_FLAGS } from "../../lib/host/bundle.ts";
import { run } from "../../lib/host/process.ts";

/** Long enough to fetch the runtime over a slow line, short enough for a host that cannot reach it. */
const TIMEOUT_MS = 90_000;

/** Compiles a bundle. Answers why it could not be done, or `undefined`. */
export async function compile(entry: string, output: string): Promise<string | undefined> {
  const result = await run([
    Deno.execPath(),
    "compile",
    "--quiet",
    "--allow-all",
    "--unstable-net",
    "--no-check",
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    `--v8-flags=${V8_FLAGS.join(",")}`,
    `--output=${output}`,
    entry,
  ], { env: fetchEnvironment(), timeoutMs: TIMEOUT_MS });
  if (result.code === 0) return undefined;
  return result.timedOut ? "the runtime took too long to fetch" : result.stderr.trim();
}
