/**
 * Outcomes of checks: what the `diagnose` use cases answer.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { noRoom } from "../host/room.ts";

/** One thing that was looked at. */
export interface Check {
  /** `ok`: in order. `!!`: needs attention. `--`: absent, and need not be there. */
  readonly mark: "ok" | "!!" | "--";
  readonly label: string;
  readonly detail: string;
}

/** Something in order. */
export const ok = (label: string, detail: string): Check => ({ mark: "ok", label, detail });
/** Something that needs attention. */
export const bad = (label: string, detail: string): Check => ({ mark: "!!", label, detail });
/** Something that is absent and need not be there. */
export const none = (label: string, detail: string): Check => ({ mark: "--", label, detail });

/** The message of an error, for a check that could not be made, and what to do; not where that leads to a diagnosis. */
export function messageOf(error: unknown): string {
  const shown = noRoom(error) ?? error;
  const message = shown instanceof Error ? shown.message : String(shown);
  return shown instanceof KanibakoError ? withHints(message, shown.hints) : message;
}

/** A message with its hints on one line. */
export function withHints(message: string, hints: readonly string[]): string {
  return [message, ...hints.filter((hint) => !/kanibako (system|box) diagnose/.test(hint))].join(" → ");
}
