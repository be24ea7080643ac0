/**
 * An engine's command line.
 *
 * @module
 */

/** The words of a command and the variables it needs in the engine's own environment (values never in argv). */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What `exec` runs in a running container. */
export interface ExecSpec {
  readonly container: string;
  readonly argv: readonly string[];
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: "tty" | "pipe" | "none";
}
