/**
 * Publishes the library and the program to JSR, with the Deno of this checkout.
 *
 *     deno run -A tools/release/jsr.ts [--dry-run]
 *
 * @module
 */

import { fetchEnvironment } from "../../lib/host/bundle.ts";
import { run } from "../../lib/host/process.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname);
/** What proves to JSR which workflow publishes. */
const PROOF = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GITHUB_ACTIONS"];

// The tree differs from the commit by what a release puts into it.
const { code } = await run([Deno.execPath(), "publish", "--allow-dirty", ...Deno.args], {
  cwd: root,
  env: { ...fetchEnvironment(), ...Object.fromEntries(PROOF.map((name) => [name, Deno.env.get(name)])) },
  onOutput: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
});
Deno.exit(code);
