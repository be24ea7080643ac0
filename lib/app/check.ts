/**
 * Outcomes of checks: what the `diagnose` use cases answer.
 *
 * @module
 */

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

/** The message of an error, for a check that could not be made. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
