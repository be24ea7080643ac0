/**
 * The browser of this machine for tests that drive one, or why there is none.
 *
 * @module
 */

import { findExecutable } from "../../lib/host/process.ts";

const set = Deno.env.get("KANIBAKO_TEST_BROWSER");

/** The browser's program. */
export const browser: string | undefined = set || findExecutable("chromium") ||
  findExecutable("google-chrome");

/** Why it cannot be driven here, as the end of a test's name; empty where it can. */
export const whyNoBrowser: string = browser === undefined
  ? " (there is no Chromium on this machine)"
  : Deno.uid() === 0 && !set
  ? " (Chromium does not run as root)"
  : "";
