/**
 * Outcomes of checks, as the `diagnose` commands show them.
 *
 * @module
 */

import type { Check } from "../app/check.ts";
import { check as show, json, out } from "../host/ui/terminal.ts";

/** A check for other programs. */
export function checkJson({ mark, label, detail }: Check): Readonly<Record<string, string>> {
  return { status: mark === "ok" ? "ok" : mark === "!!" ? "attention" : "none", check: label, detail };
}

/** Shows a diagnosis below its title, or as JSON. */
export function showChecks(title: string, checks: readonly Check[], asJson: boolean): void {
  if (asJson) {
    json(checks.map(checkJson));
    return;
  }
  out(title);
  out("=".repeat(40));
  for (const { mark, label, detail } of checks) show(mark, label, detail);
}
