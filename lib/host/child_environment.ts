/**
 * What programs that we start see of our environment.
 *
 * @module
 */

import { runtimeDir, sessionBus } from "./runtime_dir.ts";

/** Variables of our own environment that a child may see. Everything else stays here. */
const PASSED = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TERM",
  "TZ",
  "TMPDIR",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_STATE_HOME",
  "XDG_CACHE_HOME",
];

/** The environment children get: what they need to work, nothing that configures or unlocks. */
export function minimalEnvironment(
  extra: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of PASSED) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  const session = { XDG_RUNTIME_DIR: runtimeDir(), DBUS_SESSION_BUS_ADDRESS: sessionBus() };
  for (const [name, value] of Object.entries(session)) {
    if (value !== undefined) env[name] = value;
  }
  env["PATH"] ??= "/usr/local/bin:/usr/bin:/bin";
  for (const [name, value] of Object.entries(extra)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}
