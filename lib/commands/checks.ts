/**
 * Outcomes of checks, as the `diagnose` commands show them.
 *
 * @module
 */

import { check as show, type CheckMark, json, out } from "../host/ui/terminal.ts";

/** One thing that was looked at. */
export interface Check {
  readonly mark: CheckMark;
  readonly label: string;
  readonly detail: string;
}

/** Something in order. */
export const ok = (label: string, detail: string): Check => ({ mark: "ok", label, detail });
/** Something that needs attention. */
export const bad = (label: string, detail: string): Check => ({ mark: "!!", label, detail });
/** Something that is absent and need not be there. */
export const none = (label: string, detail: string): Check => ({ mark: "--", label, detail });

/** Shows a diagnosis below its title, or as JSON. */
export function showChecks(title: string, checks: readonly Check[], asJson: boolean): void {
  if (asJson) {
    json(checks.map(({ mark, label, detail }) => ({
      status: mark === "ok" ? "ok" : mark === "!!" ? "attention" : "none",
      check: label,
      detail,
    })));
    return;
  }
  out(title);
  out("=".repeat(40));
  for (const { mark, label, detail } of checks) show(mark, label, detail);
}

/** The message of an error, for a check that could not be made. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
