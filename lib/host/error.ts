/**
 * The errors this program means to show: data first, text in one place.
 *
 * @module
 */

/** What an error carries beside its message. */
export interface ErrorDetail {
  /** What the user can do next; one line for each suggestion. */
  hint?: string | readonly string[];
  /** The exit code of the program. [default: 1] */
  exitCode?: number;
  /** What caused it, for `-v`. */
  cause?: unknown;
  /** Output of a child process that belongs to the message, shown below it. */
  output?: string;
}

/** An error that is shown as one line, with hints, and never as a stack trace. */
export class KanibakoError extends Error {
  /** The name of the class. */
  override name = "KanibakoError";
  /** A stable word for scripts, such as `project-not-found`. */
  readonly code: string;
  /** What the user can do next. */
  readonly hints: readonly string[];
  /** The exit code of the program. */
  readonly exitCode: number;
  /** Output of a child process that belongs to the message. */
  readonly output: string | undefined;

  /** Makes an error. `code` is a stable word for scripts. */
  constructor(code: string, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hints = detail.hint === undefined
      ? []
      : typeof detail.hint === "string"
      ? [detail.hint]
      : detail.hint;
    this.exitCode = detail.exitCode ?? 1;
    this.output = detail.output;
  }
}

/** The words given on the command line cannot be taken. Exit code 2. */
export class UsageError extends KanibakoError {
  /** The name of the class. */
  override name = "UsageError";
  /** Makes an error about the words given. */
  constructor(message: string, detail: Omit<ErrorDetail, "exitCode"> = {}) {
    super("usage", message, { ...detail, exitCode: 2 });
  }
}

/** The user said no at a prompt, or there was nobody to ask. Exit code 2. */
export class Aborted extends KanibakoError {
  /** The name of the class. */
  override name = "Aborted";
  /** Makes the error. */
  constructor(message = "Aborted.") {
    super("aborted", message, { exitCode: 2 });
  }
}
